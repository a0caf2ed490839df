"""AUTH=password: links that work once, passwords that are guessed in vain, and what admins do."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.join import tell_first_link
from backend.services.accounts import INVITED_FOR, RESET_FOR
from tests.integration.api.site import EVERYWHERE, Site, opened
from tests.integration.playground import Fal

ME = "/api/v1/me"
LONG = "three words of ada"
OTHER = "four words of bob here"
WRONG = "Name and password do not go together."
SECRETS = {"auth": "password"}


@pytest.fixture
async def site(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(fal, tmp_path, **SECRETS) as site:
        yield site


def path_of(link: str) -> str:
    """The path of a one-time link."""
    found = re.search(r"/join/[\w-]{40,}", link)
    assert found is not None
    return found[0]


async def first_link(site: Site, capsys: pytest.CaptureFixture[str]) -> str:
    """What the start prints."""
    await tell_first_link(site.app, "http://0.0.0.0:7860")
    printed = capsys.readouterr().out
    assert "http://localhost:7860/join/" in printed
    return path_of(printed)


async def join(
    browser: httpx.AsyncClient, path: str, name: str = "Ada", password: str = LONG
) -> httpx.Response:
    """Send the form behind a link."""
    return await browser.post(path, data={"name": name, "password": password})


async def sign_in(
    site: Site, name: str, password: str, peer: str = "127.0.0.1"
) -> tuple[int, httpx.AsyncClient]:
    """Try to come in with a browser of one's own."""
    site.peer = peer
    browser = await site.browser()
    form = {"name": name, "password": password, "next": "/gallery"}
    return (await browser.post("/sign-in", data=form)).status_code, browser


async def admin_of(site: Site, capsys: pytest.CaptureFixture[str]) -> httpx.AsyncClient:
    """The first admin's browser."""
    browser = await site.browser()
    assert (await join(browser, await first_link(site, capsys))).status_code == 303
    return browser


async def member_of(
    site: Site, admin: httpx.AsyncClient, name: str = "Ben", role: str = "member"
) -> httpx.AsyncClient:
    """The browser of somebody who was invited."""
    made = await admin.post("/api/v1/people/invitations", json={"role": role})
    assert made.status_code == 201
    browser = await site.browser()
    answer = await join(browser, path_of(made.json()["link"]), name, OTHER)
    assert answer.status_code == 303, answer.text
    return browser


@pytest.fixture
async def ada(site: Site, capsys: pytest.CaptureFixture[str]) -> httpx.AsyncClient:
    """The first admin."""
    return await admin_of(site, capsys)


@pytest.fixture
async def bob(site: Site, ada: httpx.AsyncClient) -> httpx.AsyncClient:
    """A member."""
    return await member_of(site, ada)


async def id_of(browser: httpx.AsyncClient) -> str:
    """A person's id."""
    found: str = (await browser.get(ME)).json()["person"]["id"]
    return found


# ── the first admin ──────────────────────────────────────────────────────────────────────────


async def test_the_printed_link_makes_the_first_admin_once(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await first_link(site, capsys)
    browser = await site.browser()
    shown = await browser.get(path)
    assert (shown.status_code, "The first admin" in shown.text) == (200, True)
    assert (await join(browser, path)).headers["location"] == "/"
    me = (await browser.get(ME)).json()
    assert (me["person"]["name"], me["person"]["role"], me["auth"]) == ("Ada", "admin", "password")
    again = await join(await site.browser(), path, "Mallory")
    assert (again.status_code, "set-cookie" in again.headers) == (403, False)
    await tell_first_link(site.app, "http://127.0.0.1:7860")
    assert capsys.readouterr().out == ""


async def test_each_start_prints_a_new_link_while_there_is_no_admin(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier, later = await first_link(site, capsys), await first_link(site, capsys)
    assert (await join(await site.browser(), earlier)).status_code == 403
    assert (await join(await site.browser(), later)).status_code == 303


async def test_what_was_made_before_sign_in_is_the_first_admins(
    fal: Fal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(fal, tmp_path) as before:
        services = before.world.services
        run = await services.generate.start(
            await services.people.local(), "fal-ai/flux-pro/v1.1", {"prompt": "before"}
        )
    async with opened(fal, tmp_path, **SECRETS) as site:
        ada = await admin_of(site, capsys)
        assert (await ada.get(f"/api/v1/runs/{run.id}")).json()["mine"]
        bob = await member_of(site, ada)
        given = await ada.post(
            f"/api/v1/people/{await id_of(ada)}/hand-over", json={"to": await id_of(bob)}
        )
        assert given.json() == {"runs": 1, "presets": 0}
        assert (await bob.get(f"/api/v1/runs/{run.id}")).json()["mine"]


async def test_where_people_come_in_otherwise_nothing_is_printed_and_links_open_nothing(
    fal: Fal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(fal, tmp_path) as site:
        await tell_first_link(site.app, "http://127.0.0.1:7860")
        assert capsys.readouterr().out == ""
        browser = await site.browser()
        assert (await browser.get("/join/" + "x" * 43)).status_code == 409
        for method, path in (
            ("POST", "/api/v1/people/invitations"),
            ("GET", "/api/v1/people/invitations"),
            ("POST", "/api/v1/people/local/reset"),
        ):
            body = {} if method == "POST" else None
            assert (await browser.request(method, path, json=body)).status_code == 409, path


# ── invitations ──────────────────────────────────────────────────────────────────────────────


async def test_an_invitation_lets_in_one_person_once(site: Site, ada: httpx.AsyncClient) -> None:
    made = (await ada.post("/api/v1/people/invitations", json={"name": "Ben"})).json()
    path = path_of(made["link"])
    for _ in range(3):  # looking, as programs that preview links do, uses nothing up
        shown = await (await site.browser()).get(path)
        assert 'value="Ben"' in shown.text
        assert path.rpartition("/")[2] not in shown.text
        assert shown.headers["referrer-policy"] == "same-origin"
        assert shown.headers["cache-control"] == "no-store"
    listed = (await ada.get("/api/v1/people/invitations")).json()["invitations"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "link" not in listed[0]
    bob = await site.browser()
    assert (await join(bob, path, "Ben")).status_code == 303
    assert (await bob.get(ME)).json()["person"]["role"] == "member"
    for answer in (
        await join(await site.browser(), path, "Mallory"),
        await (await site.browser()).get(path),
    ):
        assert answer.status_code == 403
        assert "used already" in answer.text
        assert "set-cookie" not in answer.headers
    assert (await ada.get("/api/v1/people/invitations")).json() == {"invitations": []}


async def test_an_invitation_that_is_late_guessed_or_taken_back_opens_nothing(
    site: Site, ada: httpx.AsyncClient
) -> None:
    late, back = [(await ada.post("/api/v1/people/invitations", json={})).json() for _ in range(2)]
    withdrawn = f"/api/v1/people/invitations/{back['id']}"
    assert (await ada.delete(withdrawn)).json() == {"ended": 1}
    assert (await ada.delete(withdrawn)).status_code == 404
    site.world.clock.ahead += INVITED_FOR
    for path in (path_of(late["link"]), path_of(back["link"]), f"/join/{late['id']}", "/join/x"):
        assert (await (await site.browser()).get(path)).status_code == 403, path
        assert (await join(await site.browser(), path, "Eve")).status_code == 403, path


async def test_nobody_takes_a_name_that_somebody_has(site: Site, ada: httpx.AsyncClient) -> None:
    made = (await ada.post("/api/v1/people/invitations", json={})).json()
    browser = await site.browser()
    for taken in ("Ada", " ADA ", "alice"):
        answer = await join(browser, path_of(made["link"]), taken, OTHER)
        assert (answer.status_code, "set-cookie" in answer.headers) == (409, False), taken
    assert (await join(browser, path_of(made["link"]), "Ben", OTHER)).status_code == 303


async def test_a_password_that_is_short_or_is_the_name_is_refused(
    site: Site, ada: httpx.AsyncClient
) -> None:
    made = (await ada.post("/api/v1/people/invitations", json={})).json()
    for password in ("", "x" * 9, "x" * 12, "robert mill", "y" * 201):
        answer = await join(await site.browser(), path_of(made["link"]), "Robert Mill", password)
        assert answer.status_code == 422, password
        if password:
            assert password not in answer.text.replace("Robert Mill", "")


# ── signing in ───────────────────────────────────────────────────────────────────────────────


async def test_name_and_password_let_in_and_nothing_else_does(
    site: Site, bob: httpx.AsyncClient
) -> None:
    status, browser = await sign_in(site, " bEN ", OTHER)
    assert status == 303
    assert (await browser.get(ME)).json()["person"]["name"] == "Ben"
    for name, password in (("Ben", LONG), ("Ben", ""), ("Ben", OTHER.upper()), ("alice", "")):
        site.peer = "127.0.0.1"
        answer = await (await site.browser()).post(
            "/sign-in", data={"name": name, "password": password}
        )
        assert (answer.status_code, WRONG in answer.text) == (403, True)
        assert "set-cookie" not in answer.headers


async def test_a_name_that_nobody_has_gets_the_same_answer_after_the_same_work(
    site: Site, bob: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    accounts = site.world.services.accounts
    assert accounts is not None
    verify = accounts._hasher._same  # type: ignore[attr-defined]
    monkeypatch.setattr(
        accounts._hasher, "_same", lambda *given: (worked.append("once"), verify(*given))[1]
    )
    pages = []
    for name in ("Ben", "Nobody", "\x00", "x" * 61):
        answer = await (await site.browser()).post(
            "/sign-in", data={"name": name, "password": "a wrong one"}
        )
        pages.append((answer.status_code, WRONG in answer.text))
    assert pages == [(403, True)] * 4
    assert worked == ["once"] * 4


async def test_guessing_from_one_address_is_throttled_and_keeps_its_owner_out_nowhere_else(
    site: Site, bob: httpx.AsyncClient
) -> None:
    attacker = "203.0.113.9"
    statuses = [(await sign_in(site, "Ben", f"guess {n}", attacker))[0] for n in range(12)]
    assert statuses == [403] * 10 + [429] * 2
    assert (await sign_in(site, "Ben", OTHER, attacker))[0] == 429
    assert (await sign_in(site, "Ben", OTHER, "198.51.100.2"))[0] == 303


async def test_guessing_from_many_addresses_is_throttled_for_a_while_only(
    site: Site, bob: httpx.AsyncClient, ada: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = [
        (await sign_in(site, "Ben", "guess", f"203.0.{n // 5}.{n % 5}"))[0] for n in range(110)
    ]
    assert statuses.count(403) == 100
    assert statuses[-10:] == [429] * 10
    # who is in stays in, and an admin's link leads around it
    assert (await bob.get(ME)).status_code == 200
    reset = await ada.post(f"/api/v1/people/{await id_of(bob)}/reset")
    site.peer = "198.51.100.2"
    fresh = await site.browser()
    assert (await join(fresh, path_of(reset.json()["link"]), "", LONG)).status_code == 303


async def test_one_network_of_ipv6_is_one_address(site: Site, bob: httpx.AsyncClient) -> None:
    statuses = [(await sign_in(site, "Ben", "guess", f"2001:db8::{n}"))[0] for n in range(1, 12)]
    assert statuses[-1] == 429
    assert (await sign_in(site, "Ben", OTHER, "2001:db8:0:1::1"))[0] == 303


async def test_after_signing_in_one_goes_nowhere_else(site: Site, bob: httpx.AsyncClient) -> None:
    for number, target in enumerate(("//evil.example", "https://evil.example", "/\\evil.example")):
        site.peer = f"198.51.100.{number}"
        form = {"name": "Ben", "password": OTHER, "next": target}
        answer = await (await site.browser()).post("/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), target


# ── passwords ────────────────────────────────────────────────────────────────────────────────


async def test_a_new_password_ends_all_other_sessions(site: Site, bob: httpx.AsyncClient) -> None:
    _, elsewhere = await sign_in(site, "Ben", OTHER)
    wrong = await bob.post("/api/v1/me/password", json={"old": LONG, "new": "another one of bob"})
    assert (wrong.status_code, wrong.json()["detail"][0]["loc"][-1]) == (422, "old")
    done = await bob.post("/api/v1/me/password", json={"old": OTHER, "new": "another one of bob"})
    assert done.json() == {"done": True}
    assert [(await one.get(ME)).status_code for one in (bob, elsewhere)] == [200, 401]
    assert (await sign_in(site, "Ben", OTHER))[0] == 403
    assert (await sign_in(site, "Ben", "another one of bob"))[0] == 303


async def test_the_page_for_a_new_password_does_the_same(
    site: Site, bob: httpx.AsyncClient
) -> None:
    nobody = await site.browser()
    assert (await nobody.get("/password")).headers["location"] == "/sign-in?next=%2Fpassword"
    assert (await bob.get("/password")).text.count('type="password"') == 2
    wrong = await bob.post("/password", data={"old": "no", "password": "another one of bob"})
    assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
    right = await bob.post("/password", data={"old": OTHER, "password": "another one of bob"})
    assert "is changed" in right.text


async def test_a_reset_link_sets_a_new_password_once_and_ends_every_session(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    bobs = await id_of(bob)
    earlier, made = [
        (await ada.post(f"/api/v1/people/{bobs}/reset")).json()["link"] for _ in range(2)
    ]
    assert (await bob.get(ME)).status_code == 200
    fresh = await site.browser()
    assert (await join(fresh, path_of(earlier), "", LONG)).status_code == 403
    # the name on the page is fixed, and what is sent in its place counts for nothing
    assert (await join(fresh, path_of(made), "Ada", LONG)).status_code == 303
    assert (await fresh.get(ME)).json()["person"] == {"id": bobs, "name": "Ben", "role": "member"}
    assert (await bob.get(ME)).status_code == 401
    assert (await join(await site.browser(), path_of(made), "", OTHER)).status_code == 403


async def test_a_reset_that_is_late_or_of_somebody_who_is_out_opens_nothing(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    bobs = await id_of(bob)
    out = (await ada.post(f"/api/v1/people/{bobs}/reset")).json()["link"]
    assert (await ada.patch(f"/api/v1/people/{bobs}", json={"active": False})).status_code == 200
    assert (await join(await site.browser(), path_of(out), "", LONG)).status_code == 403
    assert (await ada.post(f"/api/v1/people/{bobs}/reset")).status_code == 409
    await ada.patch(f"/api/v1/people/{bobs}", json={"active": True})
    late = (await ada.post(f"/api/v1/people/{bobs}/reset")).json()["link"]
    site.world.clock.ahead += RESET_FOR
    assert (await join(await site.browser(), path_of(late), "", LONG)).status_code == 403


# ── admins ───────────────────────────────────────────────────────────────────────────────────

ADMIN_CALLS: tuple[tuple[str, str, dict[str, object] | None], ...] = (
    ("GET", "/api/v1/people", None),
    ("GET", "/api/v1/people/invitations", None),
    ("POST", "/api/v1/people/invitations", {"role": "admin"}),
    ("DELETE", "/api/v1/people/invitations/x", None),
    ("PATCH", "/api/v1/people/{id}", {"role": "admin"}),
    ("POST", "/api/v1/people/{id}/reset", None),
    ("DELETE", "/api/v1/people/{id}/sessions", None),
    ("POST", "/api/v1/people/{id}/hand-over", {"to": "alice"}),
)


async def test_members_and_guests_do_nothing_that_admins_do(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    guest = await member_of(site, ada, "Gus", "guest")
    before = (await ada.get("/api/v1/people")).json()
    for browser in (bob, guest):
        for target in (await id_of(ada), await id_of(browser)):
            for method, path, body in ADMIN_CALLS:
                answer = await browser.request(method, path.format(id=target), json=body)
                assert answer.status_code == 403, (method, path)
    after = (await ada.get("/api/v1/people")).json()
    assert [(one["id"], one["role"], one["active"]) for one in after["people"]] == [
        (one["id"], one["role"], one["active"]) for one in before["people"]
    ]


async def test_every_call_about_people_is_an_admins(site: Site) -> None:
    named = {(method, path.replace("{id}", "x")) for method, path, _ in ADMIN_CALLS}
    document = (await (await site.browser(site.world.alice)).get("/api/v1/openapi.json")).json()
    told = {
        (method.upper(), re.sub(r"{\w+}", "x", path))
        for path, calls in document["paths"].items()
        for method in calls
        if path.startswith("/api/v1/people")
    }
    assert told == named


async def test_a_role_counts_from_the_next_request_on(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    bobs = await id_of(bob)
    answer = await ada.patch(f"/api/v1/people/{bobs}", json={"role": "admin"})
    assert (answer.json()["role"], answer.json()["comes_in"]) == ("admin", True)
    assert (await bob.get("/api/v1/people")).status_code == 200
    await ada.patch(f"/api/v1/people/{bobs}", json={"role": "member"})
    assert (await bob.get("/api/v1/people")).status_code == 403


async def test_who_is_out_has_no_session_and_gets_none(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    bobs = await id_of(bob)
    await ada.patch(f"/api/v1/people/{bobs}", json={"active": False})
    assert (await bob.get(ME)).status_code == 401
    assert (await sign_in(site, "Ben", OTHER))[0] == 403
    await ada.patch(f"/api/v1/people/{bobs}", json={"active": True})
    assert (await bob.get(ME)).status_code == 401
    assert (await sign_in(site, "Ben", OTHER))[0] == 303


async def test_who_is_out_has_a_token_that_opens_nothing_from_the_next_request_on(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    made = await bob.post("/api/v1/me/tokens", json={"name": "x", "scope": "run", "days": 1})
    program = await site.browser(authorization=f"Bearer {made.json()['token']}")
    assert (await program.get(ME)).status_code == 200
    await ada.patch(f"/api/v1/people/{await id_of(bob)}", json={"active": False})
    assert (await program.get(ME)).status_code == 401


async def test_an_admin_signs_somebody_out_everywhere(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    assert (await ada.delete(f"/api/v1/people/{await id_of(bob)}/sessions")).json() == {"ended": 1}
    assert (await bob.get(ME)).status_code == 401
    assert (await ada.delete("/api/v1/people/nobody/sessions")).status_code == 404


async def test_the_last_admin_stays_one(ada: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    adas, bobs = await id_of(ada), await id_of(bob)
    for change in ({"role": "member"}, {"active": False}, {"role": "guest", "active": False}):
        answer = await ada.patch(f"/api/v1/people/{adas}", json=change)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert (await ada.get(ME)).json()["person"]["role"] == "admin"
    await ada.patch(f"/api/v1/people/{bobs}", json={"role": "admin"})
    assert (await ada.patch(f"/api/v1/people/{adas}", json={"role": "member"})).status_code == 200


async def test_admins_see_everybody_and_when_they_were_here(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    people = {one["name"]: one for one in (await ada.get("/api/v1/people")).json()["people"]}
    assert (people["Ada"]["comes_in"], people["Ada"]["role"]) == (True, "admin")
    assert people["Ben"]["last_used_at"] is not None
    # somebody of a time with a shared password: an admin's link gives them one of their own
    assert (people["Alice"]["comes_in"], people["Alice"]["last_used_at"]) == (False, None)
    reset = await ada.post("/api/v1/people/alice/reset")
    alice = await site.browser()
    assert (await join(alice, path_of(reset.json()["link"]), "", OTHER)).status_code == 303
    assert await id_of(alice) == "alice"


async def test_handing_over_needs_somebody_else_who_may_come_in(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    adas, bobs = await id_of(ada), await id_of(bob)
    for target in (adas, "nobody", ""):
        answer = await ada.post(f"/api/v1/people/{adas}/hand-over", json={"to": target})
        assert answer.status_code == 422, target
    await ada.patch(f"/api/v1/people/{bobs}", json={"active": False})
    answer = await ada.post(f"/api/v1/people/{adas}/hand-over", json={"to": bobs})
    assert answer.status_code == 422
    missing = await ada.post("/api/v1/people/nobody/hand-over", json={"to": adas})
    assert missing.status_code == 404


async def test_links_are_by_the_name_that_people_type(
    fal: Fal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "https://flux.example.org"
    async with opened(fal, tmp_path, host=EVERYWHERE, public_url=address, **SECRETS) as site:
        await tell_first_link(site.app, "http://0.0.0.0:7860")
        assert f"{address}/join/" in capsys.readouterr().out


# ── guests ───────────────────────────────────────────────────────────────────────────────────


async def test_a_guest_runs_nothing_that_costs_money(site: Site, ada: httpx.AsyncClient) -> None:
    guest = await member_of(site, ada, "Gus", "guest")
    body = {"endpoint_id": "fal-ai/flux-pro/v1.1", "input": {"prompt": "a hill"}}
    answer = await guest.post("/api/v1/runs", json=body)
    assert (answer.status_code, "Guests" in answer.json()["title"]) == (403, True)
    assert site.world.posts == 0


async def test_a_guest_practises_and_pays_where_the_owner_says_so(
    fal: Fal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"endpoint_id": "fal-ai/flux-pro/v1.1", "input": {"prompt": "a hill"}}
    for number, given in enumerate(({"practice": "on"}, {"allow_open": True})):
        async with opened(fal, tmp_path / str(number), **given, **SECRETS) as site:
            guest = await member_of(site, await admin_of(site, capsys), "Gus", "guest")
            assert (await guest.post("/api/v1/runs", json=body)).status_code == 202


def test_links_last_as_long_as_the_docs_say() -> None:
    assert (timedelta(days=7), timedelta(days=1)) == (INVITED_FOR, RESET_FOR)


# ── the audit log, and what it and everything else do not say ────────────────────────────────


async def test_who_came_in_and_what_admins_did_is_in_the_audit_log(
    site: Site, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    bobs = await id_of(bob)
    await sign_in(site, "Ben", "wrong as can be")
    await sign_in(site, "a password in the wrong box", "x")
    await ada.patch(f"/api/v1/people/{bobs}", json={"role": "guest"})
    await ada.post(f"/api/v1/people/{bobs}/reset")
    await ada.delete(f"/api/v1/people/{bobs}/sessions")
    await ada.post("/sign-out")
    _, again = await sign_in(site, "Ada", LONG)
    answer = await again.get("/api/v1/audit")
    said = [(one["act"], one["actor"], one["target"]) for one in answer.json()["entries"]]
    adas = await id_of(again)
    assert said[:7] == [
        ("sign_in", "Ada", adas),
        ("sign_out", "Ada", adas),
        ("sessions.end", "Ada", bobs),
        ("person.reset", "Ada", bobs),
        ("person.change", "Ada", bobs),
        ("sign_in.refused", None, None),
        ("sign_in.refused", None, bobs),
    ]
    assert {"person.join", "person.invite"} <= {act for act, _, _ in said}
    assert "wrong box" not in answer.text
