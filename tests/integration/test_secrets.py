"""The key and the password are found nowhere, after failures of every kind, at DEBUG.

fal is as unkind as it can be here: whatever it answers repeats the Authorization header.
"""

import asyncio
import base64
import io
import logging
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.domain.errors import FalError
from backend.domain.run import Run, RunState
from backend.fal.practice_script import (
    Action,
    Answer,
    Drop,
    Ends,
    Garbage,
    Hang,
    Stage,
    Truncate,
    WrongType,
)
from backend.logs import start_logging
from backend.settings import Settings
from tests.integration.api.site import Site, opened, served
from tests.integration.api.test_uploads import drawn
from tests.integration.playground import KEY, Fal

PASSWORD = "marked-password-of-the-door"
BILLING_KEY = "marked-billing-id:marked-billing-secret"
REDUX = "fal-ai/flux-pro/v1/redux"
ECHO = f"Key {KEY}"
HEADERS = {"x-echo": ECHO, "x-fal-error-type": ECHO, "www-authenticate": ECHO}


def spelt(secret: str) -> set[bytes]:
    """A secret as it is, and in base64 wherever it may begin in what was encoded."""
    found = {secret.encode()}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret.encode())
        # what shares a group of four with something else may look otherwise
        found.add(encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4])
    return found


SECRETS = (KEY, *KEY.split(":"), BILLING_KEY, *BILLING_KEY.split(":"), PASSWORD)
MARKS = {mark for secret in SECRETS for mark in spelt(secret)}


def leaks(place: str, data: bytes | str) -> list[str]:
    """Where a mark was found."""
    text = data.encode("utf-8", "replace") if isinstance(data, str) else data
    lower = text.lower()
    return [f"{mark!r} in {place}" for mark in MARKS if mark in text or mark.lower() in lower]


def echoed(status: int) -> Answer:
    """A refusal in fal's shapes that repeats the key wherever it can."""
    body: Any = {"detail": ECHO, "error": ECHO, "error_type": ECHO, "request_id": ECHO}
    if status == 422:
        fault = {"loc": ["body", "prompt"], "msg": ECHO, "type": ECHO, "input": ECHO, "url": ECHO}
        body = {"detail": [{**fault, "ctx": {"reason": ECHO, "limit_value": ECHO}}]}
    return Answer(status, body, headers=HEADERS)


GARBAGE = Garbage(f"<<< Authorization: {ECHO} >>>")
UNKIND: tuple[tuple[Stage, Action], ...] = (
    *(("submit", echoed(status)) for status in (400, 401, 402, 403, 404, 408, 409, 422, 500, 502)),
    ("submit", Drop(after_accepting=True)),
    ("submit", Drop(reset=True)),
    ("submit", Hang(after_accepting=True)),
    ("submit", GARBAGE),
    ("submit", WrongType()),
    ("stream", Drop()),
    ("stream", GARBAGE),
    ("stream", echoed(500)),
    ("result", echoed(422)),
    ("result", echoed(403)),
    ("picture", echoed(404)),
    ("picture", Truncate()),
    ("picture", WrongType()),
)
FAR_ENDS = (
    Ends(error=ECHO, error_type=ECHO, body={"detail": ECHO}, headers=HEADERS),
    Ends(status=422, error="refused", body=echoed(422).body, headers=HEADERS),
    Ends(
        body={"images": [{"content_type": ECHO}], "prompt": ECHO},
        headers={"X-Fal-Billable-Units": ECHO},
    ),
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Everything that is logged at DEBUG, in a file."""
    with logging_to(tmp_path / "log.txt") as file:
        yield file


@contextmanager
def logging_to(file: Path) -> Iterator[Path]:
    """The app's own logging at DEBUG into a file, and as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {
        name: logger.level
        for name, logger in root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
    }
    settings = Settings(
        fal_key=KEY,  # type: ignore[arg-type]
        fal_billing_key=BILLING_KEY,  # type: ignore[arg-type]
        app_password=PASSWORD,  # type: ignore[arg-type]
    )
    with file.open("w", encoding="utf-8") as out, redirect_stderr(out):
        start_logging("DEBUG", settings.secrets)
        yield file
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, logger in root.manager.loggerDict.items():
            if isinstance(logger, logging.Logger):
                logger.setLevel(levels.get(name, logging.NOTSET))


@pytest.fixture
async def site(log: Path, fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    """The whole app, page included, on a folder of its own."""
    secrets = {"app_password": PASSWORD, "fal_billing_key": BILLING_KEY}
    async with opened(fal, tmp_path / "data", page=True, **secrets) as site:
        yield site


@pytest.fixture
async def fal() -> AsyncIterator[Fal]:
    async with Fal() as fal:
        yield fal


async def settled(site: Site, run: Run) -> Run:
    """Until nothing more happens by itself."""
    return await site.world.until_it(
        run,
        lambda now: now.state.ended or now.state in (RunState.UNCERTAIN, RunState.SAVING),
        "settled",
    )


async def everything_said(site: Site, base: str) -> list[tuple[str, bytes]]:
    """What the app answers about everything, page and event stream included."""
    world = site.world
    browser, nobody = await site.browser(world.alice), await site.browser()
    paths = ["/", "/config", "/gallery", "/healthz", "/readyz", "/metrics", "/sign-in"]
    paths += ["/api/v1/me", "/api/v1/runs?limit=100", "/api/v1/endpoints", "/api/v1/presets"]
    paths += ["/api/v1/usage.csv", "/api/v1/audit.csv", "/api/v1/presets/export"]
    paths += ["/api/v1/openapi.json", "/api/v1/nothing", "/gradio_api/info"]
    for run in await world.runs():
        own = f"/api/v1/runs/{run.id}"
        paths += [own, f"{own}/code", f"/media/{run.id}/0", f"/media/{run.id}/0/preview"]
    said = []
    for path in paths:
        for who, client in (("alice", browser), ("nobody", nobody)):
            answer = await client.get(path)
            said.append((f"{path} for {who}", answer.content + repr(answer.headers).encode()))
    for password in ("wrong", PASSWORD):
        form = {"password": password, "name": "Dora", "next": "/"}
        answer = await (await site.browser()).post("/sign-in", data=form)
        said.append(("/sign-in", answer.content + repr(answer.headers).encode()))
    said.append(("/api/v1/key/check", (await browser.post("/api/v1/key/check")).content))
    said += await exported(site, browser)
    said.append(("the events", await snapshot(site, base)))
    return said


async def exported(site: Site, browser: httpx.AsyncClient) -> list[tuple[str, bytes]]:
    """All stored pictures as a ZIP, unpacked; nothing where none is stored."""
    stored = [
        {"run_id": run.id, "index": image.index}
        for run in await site.world.runs()
        for image in run.images
        if image.key is not None
    ]
    if not stored:
        return []
    begun = await browser.post("/api/v1/exports", json={"pictures": stored})
    fetched = await browser.get(begun.json()["url"])
    found = zipfile.ZipFile(io.BytesIO(fetched.content))
    return [(f"{name} of the ZIP", found.read(name)) for name in found.namelist()]


async def snapshot(site: Site, base: str) -> bytes:
    """The first bytes of an event stream, up to the end of its first event."""
    headers = {"cookie": await site.cookie(site.world.alice)}
    seen = b""
    async with (
        httpx.AsyncClient(base_url=base, headers=headers, timeout=20) as client,
        client.stream("GET", "/api/v1/events") as response,
    ):
        async for piece in response.aiter_bytes():
            seen += piece
            if b"\n\n" in seen:
                break
    assert b"event: snapshot" in seen
    return seen


def files(folder: Path) -> list[tuple[str, bytes]]:
    """Every file below a folder."""
    found = [(str(file), file.read_bytes()) for file in folder.rglob("*") if file.is_file()]
    assert any("playground.db" in name for name, _ in found)
    return found


def logged(log: Path) -> bytes:
    """The log, in which something has to be."""
    text = log.read_bytes()
    assert text
    return text


async def is_nowhere(site: Site, log: Path) -> None:
    """Look for the marks in all that is said, kept and logged."""
    async with served(site.app) as base:
        said = await everything_said(site, base)
    found = [leak for place, data in said + files(site.world.folder) for leak in leaks(place, data)]
    found += leaks("the log", logged(log))
    assert found == []


async def test_the_marks_would_be_found() -> None:
    basic = base64.b64encode(f"user:{KEY}".encode())
    for text in (f"x{KEY}y", KEY.upper(), "marked-key-secret", basic, b"\xff" + PASSWORD.encode()):
        assert leaks("here", text)
    assert leaks("here", "an innocent text about keys and passwords") == []


async def test_after_the_main_job(site: Site, log: Path) -> None:
    world = site.world
    await world.done(await world.start(num_images=2))
    upload = await world.services.uploads.add(world.alice, drawn())
    redux = await world.services.generate.start(
        world.alice, REDUX, {"image_url": f"upload:{upload.id}"}
    )
    assert (await world.done(redux)).images[0].key is not None
    assert any(KEY in header for seen in world.script.keys.values() for header in seen)
    await is_nowhere(site, log)


async def test_after_bills_of_a_fal_that_repeats_the_second_key(site: Site, log: Path) -> None:
    world = site.world
    run = await world.done(await world.start())
    local = await world.services.people.local()
    body = {"error": {"type": BILLING_KEY, "message": f"Key {BILLING_KEY}"}}
    told = []
    for answer in (Answer(401, body), Answer(403, body), Answer(500, body), Drop()):
        world.script.push("balance", answer)
        told.append(await world.services.bills.balance(local))
        world.script.push("billing", answer)
        with suppress(FalError):
            await world.services.bills.billing.bills([str(run.request_id)], run.created_at)
    told.append(await world.services.bills.balance(local))
    assert told[-1]["billing_key"] == "accepted"
    assert leaks("the balance", repr(told)) == []
    assert any(BILLING_KEY in key for seen in world.script.keys.values() for key in seen)
    await is_nowhere(site, log)


async def test_after_failures_of_every_kind_of_a_fal_that_repeats_the_key(
    site: Site, log: Path
) -> None:
    world = site.world
    heard: list[bytes] = []
    with world.services.feed.listen("alice") as listener:
        for stage, action in UNKIND:
            world.script.push(stage, action)
            await settled(site, await world.start(prompt=f"{stage} {type(action).__name__}"))
        for end in FAR_ENDS:
            world.script.ends(end)
            await settled(site, await world.start())
        while (change := await listener.next(0.05)) is not None:
            view = world.services.view.draw(change.run, change.live, world.alice, "Alice", {})
            heard.append(repr((view, change.lines)).encode())
    world.script.let_go()
    assert {run.state for run in await world.runs()} >= {
        RunState.DONE,
        RunState.FAILED,
        RunState.UNCERTAIN,
    }
    assert [leak for data in heard for leak in leaks("the feed", data)] == []
    await is_nowhere(site, log)


async def test_after_uploads_to_fal_that_fail(site: Site, log: Path) -> None:
    world = site.world
    for number, (stage, action) in enumerate(
        (
            ("token", echoed(401)),
            ("token", echoed(403)),
            ("token", GARBAGE),
            ("upload", echoed(403)),
            ("upload", echoed(422)),
        )
    ):
        upload = await world.services.uploads.add(world.alice, drawn(shade=number))
        world.script.always(stage, action)  # type: ignore[arg-type]
        run = await world.services.generate.start(
            world.alice, REDUX, {"image_url": f"upload:{upload.id}"}
        )
        await world.until_it(
            run,
            lambda now: now.state.ended or now.problem is not None,
            "over or told",
        )
        world.script.always(stage, None)  # type: ignore[arg-type]
    await is_nowhere(site, log)


async def test_after_a_cancel_a_look_up_and_a_check_of_the_key_that_fail(
    site: Site, log: Path
) -> None:
    world = site.world
    browser = await site.browser(world.alice)
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    world.script.push("cancel", echoed(500), echoed(403), GARBAGE)
    for _ in range(3):
        answer = await browser.post(f"/api/v1/runs/{run.id}/cancel")
        assert leaks("cancel", answer.content) == []
    world.script.push("submit", Drop(after_accepting=True))
    lost = await world.until(await world.start(prompt="lost"), RunState.UNCERTAIN)
    for action in (echoed(401), echoed(403), echoed(500), GARBAGE):
        world.script.always("requests", action)
        answer = await browser.post(f"/api/v1/runs/{lost.id}/check")
        assert leaks("check", answer.content) == []
    for action in (echoed(401), echoed(403), echoed(500), GARBAGE):
        world.script.always("pricing", action)
        answer = await browser.post("/api/v1/key/check")
        assert leaks("key/check", answer.content) == []
    world.script.release()
    await is_nowhere(site, log)


async def test_after_the_account_was_locked(site: Site, log: Path) -> None:
    world = site.world
    locked = {"detail": f"User is locked. Reason: {ECHO}"}
    world.script.always("submit", Answer(403, locked, headers=HEADERS))
    await world.start()
    async with asyncio.timeout(20):
        while not world.services.runner.locked:
            await world.script.changes.wait(0.05)
    await is_nowhere(site, log)


async def test_after_a_fault_of_ours_with_the_key_in_reach(
    site: Site, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"could not use {KEY} with {PASSWORD}")

    monkeypatch.setattr(type(site.world.services.status), "me", broken)
    browser = await site.browser(site.world.alice)
    answer = await browser.get("/api/v1/me")
    assert answer.status_code == 500
    assert leaks("the answer", answer.content) == []
    logging.getLogger("backend").error("once more", exc_info=RuntimeError(ECHO))
    assert leaks("the log", logged(log)) == []
    assert b"[secret]" in logged(log)
