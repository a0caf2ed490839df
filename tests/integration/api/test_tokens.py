"""Personal tokens: what each scope opens, and what opens nothing."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from backend.domain.person import Person, Role
from backend.services.tokens import MOST_TOKENS
from tests.integration.api.shape import HILL
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.api.test_page import addresses
from tests.integration.api.test_sharing import somebody
from tests.integration.playground import V11, Fal, World

TOKENS = "/api/v1/me/tokens"
RUN = {"endpoint_id": V11, "input": HILL}
LASTING = {"name": "nightly batch", "scope": "run", "days": 30}


async def made(browser: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """A new token of that browser's person."""
    answer = await browser.post(TOKENS, json={**LASTING, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def program(site: Site, token: str) -> httpx.AsyncClient:
    """A client without a cookie that carries a token."""
    return await site.browser(None, authorization=f"Bearer {token}")


@pytest.fixture
async def carol(site: Site) -> Person:
    """An admin."""
    return await somebody(site, "carol", Role.ADMIN)


async def test_a_token_is_shown_once_and_recognised_by_its_prefix(
    alice: httpx.AsyncClient,
) -> None:
    answer = await alice.post(TOKENS, json=LASTING)
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()
    assert token["token"].startswith(f"{token['prefix']}_")
    assert len(token["token"]) - len(token["prefix"]) > 43
    (listed,) = (await alice.get(TOKENS)).json()["tokens"]
    assert listed == {name: value for name, value in token.items() if name != "token"}
    assert (listed["name"], listed["scope"], listed["last_used_at"]) == (
        "nightly batch",
        "run",
        None,
    )


async def test_a_token_of_scope_run_does_the_main_job_as_its_person(
    alice: httpx.AsyncClient, site: Site, world: World
) -> None:
    script = await program(site, (await made(alice))["token"])
    run = (await script.post("/api/v1/runs", json=RUN)).json()
    assert (run["person"], run["mine"]) == ("alice", True)
    await world.done(await world.services.control.see(world.alice, run["id"]))
    assert (await script.get(f"/api/v1/runs/{run['id']}")).status_code == 200
    assert (await script.get(f"/media/{run['id']}/0")).status_code == 200
    assert (await script.delete(f"/api/v1/runs/{run['id']}")).status_code == 200


async def test_no_origin_is_asked_of_a_program(alice: httpx.AsyncClient, site: Site) -> None:
    script = await program(site, (await made(alice))["token"])
    for headers in ({}, {"origin": "https://ci.example"}, {"sec-fetch-site": "cross-site"}):
        answer = await script.post("/api/v1/estimates", json=RUN, headers=headers)
        assert answer.status_code == 200
    foreign = {"origin": "https://evil.example", "authorization": "Basic YTpi"}
    answer = await alice.post("/api/v1/estimates", json=RUN, headers=foreign)
    assert answer.status_code == 403


#: POST because of what they are given; they change nothing
LOOKS = ("/api/v1/estimates", "/api/v1/pictures/settings", "/api/v1/exports")


async def test_a_token_of_scope_read_looks_and_changes_nothing(
    alice: httpx.AsyncClient, site: Site, world: World
) -> None:
    run = await world.done(await world.start())
    script = await program(site, (await made(alice, scope="read"))["token"])
    for path in ("/api/v1/me", "/api/v1/runs", f"/api/v1/runs/{run.id}", f"/media/{run.id}/0"):
        assert (await script.get(path)).status_code == 200, path
    assert (await script.post("/api/v1/estimates", json=RUN)).status_code == 200
    tried = 0
    for method, path in addresses(site.app.router.routes):
        looks = method in ("GET", "HEAD", "OPTIONS") or path in LOOKS
        if looks or not path.startswith("/api/v1/") or "{rest" in path:
            continue
        answer = await script.request(method, path.replace("{run_id}", run.id), json=RUN)
        assert answer.status_code == 403, (method, path)
        assert answer.json()["code"] in ("token_too_narrow", "not_allowed")
        tried += 1
    assert tried > 12
    assert await world.get(run) == run


async def test_with_a_token_of_scope_run_an_admin_is_a_member(
    alice: httpx.AsyncClient, site: Site, world: World, carol: Person
) -> None:
    run = await world.done(await world.start())
    path = f"/api/v1/runs/{run.id}"
    shared = {"visibility": "private"}
    browser = await site.browser(carol)
    narrow = await program(site, (await made(browser, scope="run"))["token"])
    assert (await narrow.get("/api/v1/me")).json()["person"]["role"] == "member"
    assert (await narrow.patch(path, json=shared)).status_code == 403
    wide = await program(site, (await made(browser, scope="admin"))["token"])
    assert (await wide.patch(path, json=shared)).status_code == 200
    assert (await narrow.get(path)).status_code == 404
    refused = await alice.post(TOKENS, json={**LASTING, "scope": "admin"})
    assert refused.status_code == 403


async def test_a_token_makes_and_revokes_no_tokens(
    alice: httpx.AsyncClient, site: Site, carol: Person
) -> None:
    for person in (alice, await site.browser(carol)):
        scope = "run" if person is alice else "admin"
        token = await made(person, scope=scope)
        script = await program(site, token["token"])
        for answer in (
            await script.post(TOKENS, json=LASTING),
            await script.delete(f"{TOKENS}/{token['id']}"),
            await script.delete("/api/v1/me/sessions"),
        ):
            assert answer.status_code == 403
            assert "sign in" in answer.json()["title"]
        assert len((await person.get(TOKENS)).json()["tokens"]) == 1


async def test_what_is_no_good_token_opens_nothing_whatever_cookie_is_beside_it(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, site: Site
) -> None:
    good, other = await made(alice), await made(bob)
    revoked = await made(alice)
    assert (await alice.delete(f"{TOKENS}/{revoked['id']}")).status_code == 200
    swapped = good["prefix"] + other["token"].removeprefix(other["prefix"])
    for carried in (
        "",
        "nonsense",
        "é",
        good["prefix"],
        good["token"] + "x",
        good["token"][:-1],
        good["token"].upper(),
        swapped,
        revoked["token"],
        "flux_" + "a" * 5_000,
    ):
        headers = {"authorization": f"Bearer {carried}".encode()}
        for path in ("/api/v1/me", "/media/x/0", "/api/v1/events"):
            answer = await alice.get(path, headers=headers)
            assert answer.status_code == 401, (carried, path)
            assert answer.json()["code"] == "token_refused"
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await (await program(site, good["token"])).get("/api/v1/me")).status_code == 200


async def test_a_token_ends_with_its_day_and_when_it_is_revoked(
    alice: httpx.AsyncClient, site: Site, world: World
) -> None:
    short, long = await made(alice, days=1), await made(alice, days=365)
    by_short = await program(site, short["token"])
    by_long = await program(site, long["token"])
    assert (await by_short.get("/api/v1/me")).status_code == 200
    world.clock.ahead += timedelta(days=1, minutes=1)
    assert (await by_short.get("/api/v1/me")).status_code == 401
    assert (await by_long.get("/api/v1/me")).status_code == 200
    assert (await alice.delete(f"{TOKENS}/{long['id']}")).status_code == 200
    assert (await by_long.get("/api/v1/me")).status_code == 401


async def test_its_last_use_is_shown_and_written_at_most_once_a_minute(
    alice: httpx.AsyncClient, site: Site, world: World
) -> None:
    script = await program(site, (await made(alice))["token"])

    async def last_used() -> datetime:
        (token,) = (await alice.get(TOKENS)).json()["tokens"]
        return datetime.fromisoformat(token["last_used_at"])

    await script.get("/api/v1/me")
    first = await last_used()
    await script.get("/api/v1/me")
    # the clock is quick: on a busy machine a minute of it may have passed
    assert not timedelta() < await last_used() - first < timedelta(minutes=1)
    world.clock.ahead += timedelta(minutes=2)
    await script.get("/api/v1/me")
    assert await last_used() > first


async def test_bob_neither_sees_nor_revokes_hers(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    token = await made(alice)
    assert (await bob.get(TOKENS)).json()["tokens"] == []
    hers = await bob.delete(f"{TOKENS}/{token['id']}")
    nobodys = await bob.delete(f"{TOKENS}/nothing")
    assert (hers.status_code, hers.json()) == (404, nobodys.json())
    assert len((await alice.get(TOKENS)).json()["tokens"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": " \t"},
        {"name": "x" * 61},
        {"scope": "root"},
        {"days": 0},
        {"days": 366},
        {"days": None},
        {"person": "bob"},
    ],
)
async def test_a_token_needs_a_name_a_scope_and_an_end(
    alice: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    assert (await alice.post(TOKENS, json={**LASTING, **change})).status_code == 422
    assert (await alice.get(TOKENS)).json()["tokens"] == []


async def test_nobody_has_tokens_without_end(alice: httpx.AsyncClient, site: Site) -> None:
    for number in range(MOST_TOKENS):
        await site.world.services.tokens.make(site.world.alice, str(number), "run", 1)
    assert (await alice.post(TOKENS, json=LASTING)).status_code == 409


async def test_a_guest_has_no_tokens(site: Site) -> None:
    guest = await site.browser(await somebody(site, "guest", Role.GUEST))
    assert (await guest.post(TOKENS, json=LASTING)).status_code == 403


# ── the page and Gradio ──────────────────────────────────────────────────────────────────────


@pytest.fixture
async def with_page(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with the page."""
    async with opened(fal, tmp_path / "page", page=True, app_password=PASSWORD) as site:
        yield site


async def test_a_token_opens_nothing_but_the_api_and_the_pictures(with_page: Site) -> None:
    alice = await with_page.browser(with_page.world.alice)
    script = await program(with_page, (await made(alice))["token"])
    assert (await script.get("/api/v1/me")).status_code == 200
    nobody = await with_page.browser()
    outside = 0
    for method, path in addresses(with_page.app.router.routes):
        if path.startswith(("/api/v1", "/api/", "/media")) or "{" in path or method == "HEAD":
            continue
        by_token, by_nobody = await script.request(method, path), await nobody.request(method, path)
        assert by_token.status_code == by_nobody.status_code, (method, path)
        outside += by_token.status_code == 401
    assert outside > 20
    for path in ("/gallery", "/create/v1.1", "/presets"):
        assert (await script.get(path)).status_code == 303


async def test_on_loopback_a_token_counts_as_anywhere(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path / "home") as site:
        browser = await site.browser()
        token = (await made(browser, scope="read"))["token"]
        script = await program(site, token)
        assert (await script.get("/api/v1/me")).status_code == 200
        assert (await script.post("/api/v1/runs", json=RUN)).status_code == 403
        assert (await (await program(site, "forged")).get("/api/v1/me")).status_code == 401


# ── secrecy ──────────────────────────────────────────────────────────────────────────────────


async def test_what_a_program_carries_is_nowhere_in_clear(
    with_page: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world = with_page.world
    alice = await with_page.browser(world.alice)
    token = await made(alice)
    script = await program(with_page, token["token"])
    run = (await script.post("/api/v1/runs", json=RUN)).json()
    await world.done(await world.services.control.see(world.alice, run["id"]))
    await script.post("/api/v1/runs", json={"endpoint_id": "nothing", "input": {}})
    await script.get("/api/v1/runs", params={"cursor": "nonsense"})
    seen = [caplog.text, run]
    for path in ("/", "/api/v1/me", TOKENS, "/api/v1/runs", "/api/v1/openapi.json"):
        seen.append((await alice.get(path)).text)
    async with world.playground.services.tokens._store._database.read() as connection:  # type: ignore[attr-defined]
        seen += [tuple(row) for row in await connection.execute(text("SELECT * FROM tokens"))]
    secret = token["token"].removeprefix(token["prefix"])
    files = [file.read_bytes() for file in world.folder.rglob("*") if file.is_file()]
    assert any(token["prefix"].encode() in data for data in files)
    assert not any(secret.encode() in data for data in files)
    assert secret not in "\n".join(map(str, seen))
