"""AUTH=proxy: a header says who is asking, and only a listed address may send it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.serve import Config
from tests.integration.api.site import EVERYWHERE, Site, opened
from tests.integration.playground import Fal, World

PROXY = {
    "auth": "proxy",
    "host": EVERYWHERE,
    "proxy_addresses": "10.0.0.7, 192.168.0.0/16, fd00::/8",
    "proxy_header": "X-User",
    "proxy_name_header": "X-Name",
    "proxy_email_header": "X-Email",
}
ME = "/api/v1/me"
TRUSTED = ("10.0.0.7", "192.168.3.4", "fd00::17", "::ffff:10.0.0.7")
OTHERS = ("10.0.0.8", "127.0.0.1", "203.0.113.9", "::1", "fe80::1", "", "10.0.0.7.evil.example")


@pytest.fixture
async def site(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(fal, tmp_path, **PROXY) as site:
        site.peer = "10.0.0.7"
        yield site


async def me(site: Site, *headers: tuple[str, str]) -> httpx.Response:
    """What a request with these headers is told about its person."""
    browser = await site.browser()
    return await browser.get(
        ME, headers=[(name.encode(), value.encode()) for name, value in headers]
    )


async def named(site: Site, *headers: tuple[str, str]) -> tuple[str, str]:
    """(name, role)."""
    person = (await me(site, *headers)).raise_for_status().json()["person"]
    return person["name"], person["role"]


async def test_the_header_of_a_listed_address_says_who_is_asking(site: Site) -> None:
    for peer in TRUSTED:
        site.peer = peer
        assert (await named(site, ("X-User", "ada")))[0] == "ada", peer


async def test_the_header_of_any_other_address_says_nothing(site: Site) -> None:
    for peer in OTHERS:
        site.peer = peer
        for more in ([], [("X-Forwarded-For", "10.0.0.7")], [("Forwarded", "for=10.0.0.7")]):
            answer = await me(site, ("X-User", "ada"), *more)  # type: ignore[misc]
            assert answer.status_code == 401, peer


async def test_a_header_that_is_there_twice_or_says_nothing_is_none(site: Site) -> None:
    for headers in (
        [("X-User", "ada"), ("X-User", "root")],
        [("X-User", "")],
        [("X-User", "  ")],
        [("X-User", "x" * 201)],
        [("X_User", "ada")],
        [("X-Name", "ada"), ("X-Email", "ada@example.org")],
        [],
    ):
        assert (await me(site, *headers)).status_code == 401, headers


async def test_a_cookie_opens_nothing_here(site: Site) -> None:
    browser = await site.browser(site.world.alice)
    assert (await browser.get(ME)).status_code == 401


async def test_the_subject_is_the_person_whatever_they_are_called(site: Site) -> None:
    first = (await me(site, ("X-User", "u1"), ("X-Name", "Ada"))).json()["person"]
    renamed = (await me(site, ("X-User", "u1"), ("X-Name", "Countess"))).json()["person"]
    other = (await me(site, ("X-User", "u2"), ("X-Name", "Ada"))).json()["person"]
    assert renamed["id"] == first["id"]
    assert other["id"] != first["id"]
    assert other["name"] == "Ada 2"


async def test_a_name_makes_nobody_somebody_who_was_here_before(site: Site, world: World) -> None:
    for header in ("X-User", "X-Name"):
        person = (await me(site, ("X-User", "mallory"), (header, "Alice"))).json()
        assert person.get("person", {}).get("id") != world.alice.id


async def test_names_come_in_any_letters(site: Site) -> None:
    assert (await named(site, ("X-User", "u1"), ("X-Name", "Zoë 李")))[0] == "Zoë 李"


async def test_the_first_person_is_the_admin_and_the_next_are_members(site: Site) -> None:
    assert await named(site, ("X-User", "ada")) == ("ada", "admin")
    assert await named(site, ("X-User", "bea")) == ("bea", "member")
    assert await named(site, ("X-User", "ada")) == ("ada", "admin")


async def test_the_listed_are_admins_by_name_or_address_and_nobody_else(
    fal: Fal, tmp_path: Path
) -> None:
    admins = "Carol, dan@example.org"
    async with opened(fal, tmp_path, admins=admins, **PROXY) as site:
        site.peer = "10.0.0.7"
        assert (await named(site, ("X-User", "ada")))[1] == "member"
        assert (await named(site, ("X-User", "carol")))[1] == "admin"
        dans = (("X-User", "u7"), ("X-Email", "Dan@Example.org"))
        assert (await named(site, *dans))[1] == "admin"
        # what somebody is called is not who they are
        assert (await named(site, ("X-User", "u8"), ("X-Name", "carol")))[1] == "member"


async def test_what_the_local_person_made_is_the_first_admins(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path) as site:
        local = await site.browser()
        run = await site.world.services.generate.start(
            await site.world.services.people.local(),
            "fal-ai/flux-pro/v1.1",
            {"prompt": "before"},
        )
        assert (await local.get(f"/api/v1/runs/{run.id}")).json()["mine"]
    async with opened(fal, tmp_path, **PROXY) as site:
        site.peer = "10.0.0.7"
        browser = await site.browser(**{"x-user": "ada"})
        shown = (await browser.get(f"/api/v1/runs/{run.id}")).json()
        assert (shown["mine"], shown["person_name"]) == (True, "ada")
        other = await site.browser(**{"x-user": "bea"})
        assert not (await other.get(f"/api/v1/runs/{run.id}")).json()["mine"]


async def test_a_page_says_by_which_way_one_comes_in(site: Site) -> None:
    browser = await site.browser()
    away = await browser.get("/gallery")
    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=%2Fgallery")
    page = await browser.get("/sign-in")
    assert page.status_code == 200
    assert "Your organisation signs you in" in page.text
    assert "<form" not in page.text
    for password in ("", "None"):
        form = {"name": "Ada", "password": password}
        refused = await browser.post("/sign-in", data=form)
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers


async def test_the_server_keeps_the_connections_address_before_headers_change_it(
    site: Site,
) -> None:
    config = Config(site.app, lifespan="off", log_config=None, forwarded_allow_ips="*")
    config.load()
    for peer, status in (("203.0.113.9", 401), ("10.0.0.7", 200)):
        transport = httpx.ASGITransport(config.loaded_app, client=(peer, 1))
        headers = {"X-User": "ada", "X-Forwarded-For": "10.0.0.7"}
        async with httpx.AsyncClient(transport=transport, base_url=site.base) as browser:
            assert (await browser.get(ME, headers=headers)).status_code == status
