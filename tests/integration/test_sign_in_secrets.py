"""Passwords, tokens of sessions and one-time links are found nowhere, at DEBUG."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.api.site import Site, opened
from tests.integration.api.test_accounts import admin_of, id_of, join, path_of, sign_in
from tests.integration.playground import Fal
from tests.integration.test_secrets import logged, logging_to

FIRST = "three words of ada"
WORDS = {"of ben": "marked words of ben", "new": "marked new words", "reset": "marked reset words"}
PAGES = (
    "/sign-in",
    "/password",
    "/api/v1/me",
    "/api/v1/me/sessions",
    "/api/v1/people",
    "/api/v1/people/invitations",
    "/api/v1/audit",
    "/api/v1/audit.csv",
    "/api/v1/openapi.json",
    "/metrics",
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Everything that the app logs at DEBUG, in a file."""
    with logging_to(tmp_path / "log.txt") as file:
        yield file


@pytest.fixture
async def site(log: Path, fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(fal, tmp_path / "data", auth="password") as site:
        yield site


@pytest.fixture
async def fal() -> AsyncIterator[Fal]:
    async with Fal() as fal:
        yield fal


def tokens_of(site: Site, browser: httpx.AsyncClient) -> set[str]:
    """What a browser carries, and what is in it."""
    cookie = browser.cookies["playground"]
    return {cookie, site.resolver.cookies._signer.loads(cookie)}


async def test_nothing_that_opens_a_door_is_written_down_anywhere(
    site: Site, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await admin_of(site, capsys)
    said: list[str] = []
    secrets = {FIRST, *WORDS.values(), *tokens_of(site, ada)}

    async def ask(browser: httpx.AsyncClient, method: str, path: str, **given: object) -> str:
        answer = await browser.request(method, path, **given)  # type: ignore[arg-type]
        said.append(answer.text)
        return answer.text

    made = (await ada.post("/api/v1/people/invitations", json={})).json()["link"]
    ben = await site.browser()
    for password in ("short", WORDS["of ben"]):
        said.append((await join(ben, path_of(made), "Ben", password)).text)
    secrets |= tokens_of(site, ben)
    await ask(await site.browser(), "GET", path_of(made))
    for name in ("Ben", "Nobody", WORDS["of ben"]):
        status, browser = await sign_in(site, name, WORDS["of ben"])
        if status == 303:
            secrets |= tokens_of(site, browser)
    body = {"old": WORDS["of ben"], "new": WORDS["new"]}
    await ask(ben, "POST", "/api/v1/me/password", json={**body, "old": WORDS["reset"]})
    await ask(ben, "POST", "/api/v1/me/password", json=body)
    await ask(ben, "POST", "/password", data={"old": WORDS["reset"], "password": WORDS["of ben"]})
    reset = (await ada.post(f"/api/v1/people/{await id_of(ben)}/reset")).json()["link"]
    await ask(await site.browser(), "GET", path_of(reset))
    said.append((await join(await site.browser(), path_of(reset), "", WORDS["reset"])).text)
    secrets |= {path_of(link).rpartition("/")[2] for link in (made, reset)}
    for browser in (ada, ben, await site.browser()):
        for path in PAGES:
            await ask(browser, "GET", path)
    kept = b"".join(
        file.read_bytes() for file in site.world.folder.rglob("*") if file.is_file()
    ).decode("latin-1")
    assert "$argon2id$" in kept
    lines = logged(log).decode()
    assert "DEBUG" in lines
    assert all("$argon2" not in text for text in [*said, lines])
    places = {"log": lines, "answers": "\n".join(said), "files": kept}
    found = [(place, one) for place, text in places.items() for one in secrets if one in text]
    # a name that somebody typed is on the page that asks for it again
    assert [one for one in found if one != ("answers", WORDS["of ben"])] == []
