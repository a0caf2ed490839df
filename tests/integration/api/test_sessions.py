"""Cookies that others made, kept or swapped open nothing; sessions end on the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from backend.services.sessions import LASTS, hash_of
from tests.integration.api.site import Site, served
from tests.integration.api.test_door import come_in

ME = "/api/v1/me"


def database_of(folder: Path) -> bytes:
    """Every byte of it."""
    return b"".join(file.read_bytes() for file in folder.glob("playground.db*"))


async def status(site: Site, cookie: str) -> int:
    """What somebody who carries this cookie is told about themselves."""
    return (await (await site.browser(cookie=cookie)).get(ME)).status_code


async def test_a_cookie_that_was_forged_opens_nothing(site: Site) -> None:
    cookie = await site.cookie(site.world.alice)
    assert await status(site, cookie) == 200
    signed = cookie.partition("=")[2]
    token = site.resolver.cookies._signer.loads(signed)
    for value in (
        "alice",
        token,
        signed[:-1],
        signed.swapcase(),
        str(URLSafeTimedSerializer("guess", salt="session").dumps(token)),
        str(URLSafeTimedSerializer(site.resolver.cookies.key, salt="session").dumps("alice")),
    ):
        assert await status(site, f"playground={value}") == 401


async def test_a_cookie_that_was_copied_before_the_sign_out_opens_nothing_after_it(
    site: Site,
) -> None:
    browser = await site.browser()
    await come_in(browser)
    copied = f"playground={browser.cookies['playground']}"
    assert await status(site, copied) == 200
    await browser.post("/sign-out")
    assert await status(site, copied) == 401


async def test_a_cookie_opens_nothing_once_its_session_has_expired(site: Site) -> None:
    cookie = await site.cookie(site.world.alice)
    assert await status(site, cookie) == 200
    site.world.clock.ahead += LASTS
    assert await status(site, cookie) == 401


async def test_a_session_that_was_planted_is_not_the_one_after_the_sign_in(site: Site) -> None:
    mallory = await site.browser()
    await come_in(mallory, "Mallory")
    planted = mallory.cookies["playground"]
    victim = await site.browser()
    victim.cookies.set("playground", planted, "localhost.local", "/")
    await come_in(victim, "Ada")
    assert victim.cookies["playground"] != planted
    assert (await victim.get(ME)).json()["person"]["name"] == "Ada"
    assert await status(site, f"playground={planted}") == 401


async def test_each_sign_in_is_a_session_of_its_own(site: Site) -> None:
    seen = set()
    browser = await site.browser()
    for _ in range(3):
        await come_in(browser)
        seen.add(browser.cookies["playground"])
    assert len(seen) == 3
    assert len((await browser.get("/api/v1/me/sessions")).json()["sessions"]) == 1


async def test_my_sessions_tell_which_one_is_this_and_no_secret(site: Site) -> None:
    desk, phone = await site.browser(), await site.browser(**{"user-agent": "A phone"})
    await come_in(desk)
    await come_in(phone)
    answer = await desk.get("/api/v1/me/sessions")
    told = answer.json()["sessions"]
    assert [(one["agent"], one["current"]) for one in told if one["agent"] == "A phone"] == [
        ("A phone", False)
    ]
    assert [one["current"] for one in told].count(True) == 1
    token = site.resolver.cookies._signer.loads(desk.cookies["playground"])
    assert token not in answer.text
    for one in told:
        assert await status(site, f"playground={one['id']}") == 401


async def test_one_session_or_all_others_can_be_ended(site: Site) -> None:
    browsers = [await site.browser() for _ in range(4)]
    for browser in browsers:
        await come_in(browser)
    here, there, *others = browsers
    told = (await there.get("/api/v1/me/sessions")).json()["sessions"]
    (theirs,) = [one["id"] for one in told if one["current"]]
    assert (await here.delete(f"/api/v1/me/sessions/{theirs}")).json() == {"ended": 1}
    assert (await here.delete(f"/api/v1/me/sessions/{theirs}")).status_code == 404
    assert (await there.get(ME)).status_code == 401
    assert (await here.delete("/api/v1/me/sessions")).json() == {"ended": 2}
    assert [(await one.get(ME)).status_code for one in (here, *others)] == [200, 401, 401]


async def test_bob_can_not_see_or_end_alices_sessions(
    site: Site, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    (hers,) = (await alice.get("/api/v1/me/sessions")).json()["sessions"]
    (his,) = (await bob.get("/api/v1/me/sessions")).json()["sessions"]
    assert his["id"] != hers["id"]
    assert (await bob.delete(f"/api/v1/me/sessions/{hers['id']}")).status_code == 404
    assert (await bob.delete("/api/v1/me/sessions")).json() == {"ended": 0}
    assert (await alice.get(ME)).status_code == 200


async def test_the_database_holds_no_token(site: Site) -> None:
    cookie = await site.cookie(site.world.alice)
    token = site.resolver.cookies._signer.loads(cookie.partition("=")[2])
    kept = database_of(site.world.folder)
    assert hash_of(token).encode() in kept
    for secret in (token, cookie):
        assert secret.encode() not in kept


@pytest.fixture
async def base(site: Site) -> AsyncIterator[str]:
    """The site over real HTTP."""
    async with served(site.app) as base:
        yield base


async def test_an_event_stream_ends_with_its_session_and_tells_nothing_more(
    site: Site, base: str
) -> None:
    cookie = await site.cookie(site.world.alice)
    async with (
        asyncio.timeout(30),
        httpx.AsyncClient(base_url=base, headers={"cookie": cookie}, timeout=30) as client,
        client.stream("GET", "/api/v1/events") as response,
        aclosing(response.aiter_text()) as said,
    ):
        assert "event: snapshot" in await anext(said)
        await site.world.services.sessions.end_all("alice")
        run = await site.world.start()
        rest = "".join([piece async for piece in said])
    assert run.id not in rest
