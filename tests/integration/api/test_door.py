"""The sign-in page: password, name, throttle, and where one goes from there."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.integration.api.site import EVERYWHERE, PASSWORD, Site, opened
from tests.integration.playground import Fal

HOSTILE = "\"'><script>alert(1)</script>&${name}"
ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "%2f%2fevil.example",
    "\\\\evil.example",
    "/\n/evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "",
)


async def come_in(
    browser: httpx.AsyncClient, name: str = "Dora", password: str = PASSWORD, target: str = "/"
) -> httpx.Response:
    """Send the form."""
    form = {"password": password, "name": name, "next": target}
    return await browser.post("/sign-in", data=form)


async def test_a_page_leads_to_the_door_and_back(nobody: httpx.AsyncClient) -> None:
    for page in ("/gallery", "/", "/create/v1.1?prompt=a%20b&x=%2F%0d%0a"):
        response = await nobody.get(page)
        assert response.status_code == 303
        door = urlsplit(response.headers["location"])
        assert (door.scheme, door.netloc, door.path) == ("", "", "/sign-in")
        assert parse_qs(door.query)["next"] == [page]


async def test_the_door_shows_a_form_and_is_never_cached(nobody: httpx.AsyncClient) -> None:
    response = await nobody.get("/sign-in?next=/gallery")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert 'name="next" value="/gallery"' in response.text
    assert 'type="password"' in response.text
    assert "http" not in re.sub(r"<!--.*?-->", "", response.text)


async def test_the_right_password_lets_in_and_remembers_the_name(
    nobody: httpx.AsyncClient,
) -> None:
    response = await come_in(nobody, "  Dora \n Müller ", target="/gallery?run=x#top")
    assert response.status_code == 303
    assert response.headers["location"] == "/gallery?run=x#top"
    attributes = set(response.headers["set-cookie"].split("; ")[1:])
    assert attributes == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"}
    me = (await nobody.get("/api/v1/me")).json()
    assert (me["person"]["name"], me["person"]["role"]) == ("Dora Müller", "member")
    assert me["sign_out"]


async def test_the_same_name_is_the_same_person_on_any_device(site: Site) -> None:
    ids = set()
    for name in ("Dora", "dora", " DORA "):
        browser = await site.browser()
        await come_in(browser, name)
        ids.add((await browser.get("/api/v1/me")).json()["person"]["id"])
    assert len(ids) == 1


async def test_who_is_in_is_led_straight_on(nobody: httpx.AsyncClient) -> None:
    await come_in(nobody)
    response = await nobody.get("/sign-in?next=/presets")
    assert (response.status_code, response.headers["location"]) == (303, "/presets")


async def test_a_wrong_password_is_told_and_keeps_the_name(nobody: httpx.AsyncClient) -> None:
    for wrong in ("", "open", PASSWORD.upper(), PASSWORD + " ", "pässwort", "\x00"):
        response = await come_in(nobody, password=wrong)
        assert response.status_code == 403, wrong
        assert "set-cookie" not in response.headers
        assert "This is not the password." in response.text
        assert 'name="name" value="Dora"' in response.text
        assert wrong not in response.text or wrong in ("", "open")
    assert (await nobody.get("/api/v1/me")).status_code == 401


async def test_a_name_is_needed(nobody: httpx.AsyncClient) -> None:
    for name in ("", "  ", "\n", "x" * 61):
        response = await come_in(nobody, name)
        assert response.status_code == 422
        assert "Type your name" in response.text
        assert "set-cookie" not in response.headers


async def test_after_ten_tries_in_a_minute_nobody_gets_in(site: Site) -> None:
    browser = await site.browser()
    statuses = [(await come_in(browser, password="wrong")).status_code for _ in range(10)]
    assert statuses == [403] * 10
    response = await come_in(await site.browser())
    assert response.status_code == 429
    assert "set-cookie" not in response.headers
    assert "wait a moment" in response.text
    assert int(response.headers["retry-after"]) >= 1


async def test_a_whole_office_comes_in_within_a_minute(site: Site) -> None:
    statuses = [
        (await come_in(await site.browser(), f"Person {number}")).status_code
        for number in range(25)
    ]
    assert statuses == [303] * 25


async def test_many_guesses_at_once_are_no_more_than_one_after_the_other(site: Site) -> None:
    browser = await site.browser()
    guesses = (come_in(browser, password=f"guess {number}") for number in range(40))
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert sorted(set(statuses)) == [403, 429]
    assert statuses.count(403) == 10


async def test_what_people_type_is_shown_as_text(nobody: httpx.AsyncClient) -> None:
    target = "/gallery?" + HOSTILE
    for response in (
        await come_in(nobody, HOSTILE, "wrong", target),
        await nobody.get("/sign-in", params={"next": target}),
    ):
        assert f'name="next" value="{escape(target)}"' in response.text
        assert "<script" not in response.text
    assert f'value="{escape(HOSTILE)}"' in (await come_in(nobody, HOSTILE, "wrong")).text


async def test_the_door_leads_nowhere_else(site: Site) -> None:
    browser = await site.browser()
    for target in ELSEWHERE[:9]:  # one more try would be throttled
        response = await come_in(browser, target=target)
        assert (response.status_code, response.headers["location"]) == (303, "/"), target
    for target in ELSEWHERE:
        response = await browser.get("/sign-in", params={"next": target})
        assert (response.status_code, response.headers["location"]) == (303, "/"), target


async def test_a_form_from_another_page_is_refused(nobody: httpx.AsyncClient) -> None:
    form = {"password": PASSWORD, "name": "Dora"}
    response = await nobody.post("/sign-in", data=form, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


async def test_overlong_answers_are_refused(nobody: httpx.AsyncClient) -> None:
    for form in ({"password": "x" * 1001}, {"name": "x" * 1001}, {"next": "/" + "x" * 2000}):
        given = {"password": PASSWORD, "name": "Dora", **form}
        response = await nobody.post("/sign-in", data=given)
        assert response.status_code == 422
        assert "set-cookie" not in response.headers


async def test_signing_out_forgets_the_browser(nobody: httpx.AsyncClient) -> None:
    await come_in(nobody)
    response = await nobody.post("/sign-out")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")
    assert response.headers["set-cookie"].startswith("playground=; Max-Age=0;")
    assert (await nobody.get("/api/v1/me")).status_code == 401


# ── cookies in their places ──────────────────────────────────────────────────────────────────


@pytest.fixture
async def on_a_space(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    environ = {"SPACE_ID": "team/flux", "SPACE_HOST": "team-flux.hf.space"}
    async with opened(
        fal, tmp_path, environ=environ, host=EVERYWHERE, app_password=PASSWORD
    ) as site:
        site.base = "https://team-flux.hf.space"
        yield site


async def test_on_a_space_the_cookie_works_inside_its_frame(on_a_space: Site) -> None:
    browser = await on_a_space.browser(origin="https://team-flux.hf.space")
    cookie = (await come_in(browser)).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=None", "Secure", "Partitioned"} <= set(cookie.split("; "))
    assert (await browser.get("/api/v1/me")).status_code == 200


async def test_with_an_https_address_the_cookie_is_for_https_only(fal: Fal, tmp_path: Path) -> None:
    address = "https://flux.example.org"
    async with opened(fal, tmp_path, app_password=PASSWORD, public_url=address) as site:
        site.base = address
        cookie = (await come_in(await site.browser())).headers["set-cookie"]
        assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))


async def test_a_cookie_of_another_server_or_an_earlier_password_opens_nothing(
    fal: Fal, tmp_path: Path
) -> None:
    async with opened(fal, tmp_path / "a", app_password=PASSWORD) as first:
        cookie = await first.cookie(first.world.alice)
    async with opened(fal, tmp_path / "b", app_password=PASSWORD) as other:
        browser = await other.browser(cookie=cookie)
        assert (await browser.get("/api/v1/me")).status_code == 401
    async with opened(fal, tmp_path / "a", app_password="another one") as changed:
        browser = await changed.browser(cookie=cookie)
        assert (await browser.get("/api/v1/me")).status_code == 401
    async with opened(fal, tmp_path / "a", app_password=PASSWORD) as again:
        browser = await again.browser(cookie=cookie)
        assert (await browser.get("/api/v1/me")).json()["person"]["id"] == "alice"


async def test_a_guest_of_a_time_without_a_door_does_not_pass_it(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, host=EVERYWHERE, allow_open=True) as site:
        guest = (await (await site.browser()).get("/gallery")).headers["set-cookie"]
    async with opened(fal, tmp_path, host=EVERYWHERE, app_password=PASSWORD) as site:
        browser = await site.browser(cookie=guest.partition(";")[0])
        assert (await browser.get("/api/v1/me")).status_code == 401


async def test_somebody_elses_signature_under_my_name_does_not_count(site: Site) -> None:
    alices, bobs = await site.cookie(site.world.alice), await site.cookie(site.world.bob)
    for cookie in (
        alices[:-3],
        alices.rsplit(".", 1)[0] + "." + bobs.rsplit(".", 1)[1],
        alices.partition(".")[0] + "." + bobs.partition(".")[2],
        bobs.partition(".")[0] + "." + alices.partition(".")[2],
    ):
        browser = await site.browser(cookie=cookie)
        assert (await browser.get("/api/v1/me")).status_code == 401


async def test_without_a_door_the_sign_in_page_leads_on_and_lets_nobody_in(
    fal: Fal, tmp_path: Path
) -> None:
    async with opened(fal, tmp_path, host=EVERYWHERE, allow_open=True) as site:
        browser = await site.browser()
        shown = await browser.get("/sign-in?next=/gallery")
        assert (shown.status_code, shown.headers["location"]) == (303, "/gallery")
        for password in ("", "None", "x"):
            response = await come_in(browser, password=password)
            assert response.status_code == 403
            assert "set-cookie" not in response.headers
