"""Mine and the team's, for every verb: what bob can't do with what is alice's, and what he can."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from backend.domain.person import Person, Role
from backend.domain.run import RunState
from backend.services.uploads import PREFIX
from tests.integration.api.shape import HILL
from tests.integration.api.site import PASSWORD, Site, opened, served
from tests.integration.api.test_events import Listening, Stream, listening
from tests.integration.api.test_page import addresses
from tests.integration.api.test_uploads import drawn
from tests.integration.playground import V11, Fal, World

REDUX = "fal-ai/flux-pro/v1/redux"
LOOK, CHANGE, USE = "looks", "changes", "makes something of it that is one's own"

#: every address that names something of a person's, and what one does with it there; whoever adds
#: one classifies it here
VERBS = {
    ("GET", "/api/v1/runs/{run_id}"): LOOK,
    ("PATCH", "/api/v1/runs/{run_id}"): CHANGE,
    ("PATCH", "/api/v1/runs/{run_id}/images/{index}"): CHANGE,
    ("DELETE", "/api/v1/runs/{run_id}"): CHANGE,
    ("POST", "/api/v1/runs/{run_id}/cancel"): CHANGE,
    ("POST", "/api/v1/runs/{run_id}/check"): CHANGE,
    ("POST", "/api/v1/runs/{run_id}/forget"): CHANGE,
    ("POST", "/api/v1/runs/{run_id}/restore"): CHANGE,
    ("POST", "/api/v1/runs/{run_id}/again"): USE,
    ("POST", "/api/v1/runs/{run_id}/delete-at-fal"): CHANGE,
    ("GET", "/api/v1/runs/{run_id}/code"): LOOK,
    ("GET", "/api/v1/runs/{run_id}/lineage"): LOOK,
    ("PATCH", "/api/v1/presets/{preset_id}"): CHANGE,
    ("DELETE", "/api/v1/presets/{preset_id}"): CHANGE,
    # locked, as these are; test_presets.py says what the team may change
    ("PUT", "/api/v1/presets/{preset_id}"): CHANGE,
    ("POST", "/api/v1/presets/{preset_id}/restore"): CHANGE,
    ("GET", "/api/v1/presets/{preset_id}"): LOOK,
    ("GET", "/api/v1/presets/{preset_id}/versions"): LOOK,
    ("PATCH", "/api/v1/snippets/{snippet_id}"): CHANGE,
    ("DELETE", "/api/v1/snippets/{snippet_id}"): CHANGE,
    # locked, too
    ("PUT", "/api/v1/snippets/{snippet_id}"): CHANGE,
    ("POST", "/api/v1/snippets/{snippet_id}/restore"): CHANGE,
    ("GET", "/api/v1/snippets/{snippet_id}"): LOOK,
    ("GET", "/media/uploads/{upload_id}"): LOOK,
    ("HEAD", "/media/uploads/{upload_id}"): LOOK,
    ("GET", "/media/{run_id}/{index}"): LOOK,
    ("HEAD", "/media/{run_id}/{index}"): LOOK,
    ("GET", "/media/{run_id}/{index}/preview"): LOOK,
    ("HEAD", "/media/{run_id}/{index}/preview"): LOOK,
}
#: they name an endpoint, or what one has to oneself and is told of elsewhere (test_sessions.py,
#: test_tokens.py, test_exports.py and others)
NOBODYS = {
    ("DELETE", "/api/v1/me/sessions/{session_id}"),
    ("DELETE", "/api/v1/me/tokens/{token_id}"),
    ("PATCH", "/api/v1/prompts/{prompt_id}"),
    ("DELETE", "/api/v1/prompts/{prompt_id}"),
    ("GET", "/api/v1/exports/{export_id}"),
    ("GET", "/api/v1/exports/{export_id}/zip"),
    # all of them are the team's; test_wordlists.py
    ("GET", "/api/v1/lists/{list_id}"),
    ("PUT", "/api/v1/lists/{list_id}"),
    ("DELETE", "/api/v1/lists/{list_id}"),
    ("POST", "/api/v1/lists/{list_id}/restore"),
    ("GET", "/api/v1/endpoints/{slug}"),
    ("HEAD", "/api/v1/endpoints/{slug}"),
}
#: who comes in by a link that was sent to them
LINKS = ("/join/{token}",)
#: nobody but an admin gets any further than here, whatever the name
ADMINS_ALONE = ("/api/v1/people/", "/api/v1/budgets/")
#: the page's calls: those that name a preset by its id, and those that name nothing but uploads
OF_PRESETS = {"preset": LOOK}
OF_THE_FORM = {"held", "start", "price", "template", "reset", "open", "put", "paste", "codes"} | {
    "combinations",
    "combination",
}


@dataclass
class Things:
    """What is alice's, all of one visibility."""

    visibility: str
    run_id: str
    preset_id: str
    upload_id: str
    snippet_id: str

    def at(self, path: str) -> str:
        """An address with hers in it."""
        ids = {"{run_id}": self.run_id, "{preset_id}": self.preset_id, "{index}": "0"}
        ids |= {"{upload_id}": self.upload_id, "{snippet_id}": self.snippet_id}
        for name, value in ids.items():
            path = path.replace(name, value)
        return path


@dataclass
class Cast:
    """A browser for each."""

    alice: httpx.AsyncClient
    bob: httpx.AsyncClient
    carol: httpx.AsyncClient
    guest: httpx.AsyncClient
    site: Site

    async def make(self, visibility: str) -> Things:
        """A done run of alice's with a picture that she brought, and a preset with another."""
        brought, other = await self.bring(90), await self.bring(91)
        body = {"endpoint_id": REDUX, "input": {"image_url": f"{PREFIX}{brought}"}}
        run = (await self.alice.post("/api/v1/runs", json=body)).json()
        world = self.site.world
        await world.done(await world.services.control.see(world.alice, run["id"]))
        preset = {
            "endpoint_id": REDUX,
            "name": f"Hers, {visibility}",
            "values": {"image_url": f"{PREFIX}{other}"},
            "visibility": visibility,
        }
        kept = (await self.alice.post("/api/v1/presets", json=preset)).json()
        await world.services.presets.store.share(kept["id"], None, True)
        await self.share(run["id"], visibility)
        return Things(visibility, run["id"], kept["id"], brought, await self.snip(visibility))

    async def snip(self, visibility: str) -> str:
        """A locked snippet of hers."""
        body = {"name": f"Hers {uuid4().hex}", "text": "slate", "visibility": visibility}
        snippet_id: str = (await self.alice.post("/api/v1/snippets", json=body)).json()["id"]
        await self.alice.patch(f"/api/v1/snippets/{snippet_id}", json={"locked": True})
        return snippet_id

    async def bring(self, shade: int) -> str:
        """An upload of hers."""
        files = {"file": drawn(shade=shade)}
        upload: str = (await self.alice.post("/api/v1/uploads", files=files)).json()["id"]
        return upload

    async def share(self, run_id: str, visibility: str) -> None:
        """She says who sees it."""
        changed = await self.alice.patch(f"/api/v1/runs/{run_id}", json={"visibility": visibility})
        assert changed.status_code == 200
        assert changed.json()["visibility"] == visibility


@pytest.fixture
async def site(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    """Each verb gets things of its own: more writes than a person makes in a minute."""
    settings = {"app_password": PASSWORD, "rate_limit": "1000/minute"}
    async with opened(fal, tmp_path, **settings) as site:
        yield site


@pytest.fixture
async def carol(site: Site) -> Person:
    """An admin."""
    return await somebody(site, "carol", Role.ADMIN)


@pytest.fixture
async def guest(site: Site) -> Person:
    """Somebody without a name."""
    return await somebody(site, "guest", Role.GUEST)


async def somebody(site: Site, name: str, role: Role) -> Person:
    """One more of the cast."""
    if role is Role.GUEST:  # who sees a guest's runs is asked here, not who pays for them
        object.__setattr__(site.world.services.generate, "guests_pay", True)
    now = site.world.clock.now()
    person = Person(id=name, name=name.title(), role=role, created_at=now)
    return await site.world.services.people.store.add(person)


@pytest.fixture
async def cast(
    site: Site, alice: httpx.AsyncClient, bob: httpx.AsyncClient, carol: Person, guest: Person
) -> Cast:
    """All of them."""
    return Cast(alice, bob, await site.browser(carol), await site.browser(guest), site)


async def ask(browser: httpx.AsyncClient, verb: tuple[str, str], things: Things) -> httpx.Response:
    """Do that with what is hers."""
    method, path = verb
    bodies: dict[str, dict[str, object]] = {
        "PATCH": {"visibility": "private"},
        "PUT": {"name": "Hers no more", "values": {}},
    }
    if path.endswith("/images/{index}"):
        bodies["PATCH"] = {"note": "seen"}
    if "snippets" in path:
        bodies["PUT"] = {"name": "Hers no more", "text": "no slate"}
    body = {} if path.endswith("presets/{preset_id}/restore") else bodies.get(method)
    headers = {"If-Match": "*"} if method == "PUT" else None
    return await browser.request(method, things.at(path), json=body, headers=headers)


def test_every_address_of_ours_with_a_name_in_it_is_classified(site: Site) -> None:
    found = {verb for verb in addresses(site.app.router.routes) if "{" in verb[1]}
    named = {verb for verb in found if verb not in NOBODYS and "{rest:path}" not in verb[1]}
    shared = {one for one in named if not one[1].startswith(ADMINS_ALONE) and one[1] not in LINKS}
    assert shared == set(VERBS)


async def test_what_is_for_admins_alone_is_told_to_nobody_else(cast: Cast) -> None:
    tried = 0
    for method, path in addresses(cast.site.app.router.routes):
        if "{" not in path or not path.startswith(ADMINS_ALONE):
            continue
        for browser in (cast.bob, cast.guest):
            answer = await browser.request(method, re.sub("{.*?}", "alice", path), json={})
            assert answer.status_code in (403, 422), (method, path, answer.text)
            assert "Alice" not in answer.text
            tried += 1
    assert tried > 4


async def test_what_is_hers_alone_is_not_there_for_bob_nor_for_a_guest(cast: Cast) -> None:
    things = await cast.make("private")
    nothing = Things("private", "nothing", "nothing", "0" * 24, "nothing")
    for browser in (cast.bob, cast.guest):
        for verb in VERBS:
            hers = await ask(browser, verb, things)
            nobodys = await ask(browser, verb, nothing)
            assert hers.status_code in (404, 422), (verb, hers.text)
            assert hers.status_code == nobodys.status_code, verb
            assert hers.content == nobodys.content, verb
    listed = (await cast.bob.get("/api/v1/runs", params={"everyone": True})).json()["runs"]
    assert listed == []
    presets = (await cast.bob.get("/api/v1/presets")).json()["presets"]
    assert [one["id"] for one in presets if not one["shipped"]] == []
    assert (await ask(cast.alice, ("GET", "/api/v1/runs/{run_id}"), things)).status_code == 200


async def test_the_teams_is_seen_and_used_by_bob_but_not_changed(cast: Cast) -> None:
    things = await cast.make("team")
    before = (await cast.alice.get(f"/api/v1/runs/{things.run_id}")).json()
    for verb, what in VERBS.items():
        answer = await ask(cast.bob, verb, things)
        wanted = {LOOK: 200, CHANGE: 403, USE: 202}[what]
        assert answer.status_code == wanted, (verb, answer.text)
        if what is CHANGE:
            assert answer.json()["code"] == "not_allowed"
    assert (await cast.alice.get(f"/api/v1/runs/{things.run_id}")).json() == before
    params = {"everyone": True}
    listed = (await cast.bob.get("/api/v1/runs", params=params)).json()["runs"]
    seen = next(run for run in listed if run["id"] == things.run_id)
    assert (seen["visibility"], seen["mine"], seen["may_change"]) == ("team", False, False)
    assert seen["person_name"] == "Alice"
    presets = (await cast.bob.get("/api/v1/presets")).json()["presets"]
    (hers,) = [one for one in presets if not one["shipped"]]
    assert (hers["id"], hers["person_name"], hers["mine"]) == (things.preset_id, "Alice", False)


async def test_the_teams_is_not_there_for_a_guest(cast: Cast) -> None:
    things = await cast.make("team")
    for verb in VERBS:
        assert (await ask(cast.guest, verb, things)).status_code in (404, 422), verb
    for params in ({}, {"everyone": True}):
        assert (await cast.guest.get("/api/v1/runs", params=params)).json()["runs"] == []
    presets = (await cast.guest.get("/api/v1/presets")).json()["presets"]
    assert all(one["shipped"] for one in presets)


@pytest.mark.parametrize("visibility", ["private", "team"])
async def test_carol_who_is_an_admin_sees_and_changes_all(cast: Cast, visibility: str) -> None:
    for verb, what in VERBS.items():
        if verb[0] == "DELETE" or what is USE:
            continue
        things = await cast.make(visibility)
        answer = await ask(cast.carol, verb, things)
        # cancelling and looking up a run that is done contradicts what is there
        assert answer.status_code in (200, 409), (verb, answer.text)
        # what fal says of its own copies is no run
        if answer.status_code == 200 and what is CHANGE and "at-fal" not in verb[1]:
            assert answer.json()["may_change"]
        await cast.alice.delete(f"/api/v1/presets/{things.preset_id}")


async def test_carol_deletes_and_brings_back_but_her_lists_hold_no_private_things(
    cast: Cast,
) -> None:
    things = await cast.make("private")
    params = {"everyone": True}
    assert (await cast.carol.get("/api/v1/runs", params=params)).json()["runs"] == []
    path = f"/api/v1/runs/{things.run_id}"
    assert (await cast.carol.delete(path)).json()["deleted_at"]
    assert (await cast.carol.post(f"{path}/restore")).json()["deleted_at"] is None
    assert (await cast.carol.delete(f"/api/v1/presets/{things.preset_id}")).status_code == 200


async def test_a_picture_of_hers_becomes_an_upload_of_bobs_only_from_the_teams(cast: Cast) -> None:
    for visibility, status in (("private", 404), ("team", 201)):
        things = await cast.make(visibility)
        body = {"run_id": things.run_id, "index": 0}
        assert (await cast.bob.post("/api/v1/uploads", json=body)).status_code == status
        assert (await cast.guest.post("/api/v1/uploads", json=body)).status_code == 404


async def test_a_picture_in_a_preset_is_seen_as_the_preset_is(cast: Cast) -> None:
    things = await cast.make("private")
    presets = (await cast.alice.get("/api/v1/presets")).json()["presets"]
    hers = next(one for one in presets if one["id"] == things.preset_id)
    path = f"/media/uploads/{hers['values']['image_url'].removeprefix(PREFIX)}"
    assert (await cast.bob.get(path)).status_code != 200
    shared = {"visibility": "team"}
    await cast.alice.patch(f"/api/v1/presets/{things.preset_id}", json=shared)
    assert (await cast.bob.get(path)).status_code == 200
    assert (await cast.guest.get(path)).status_code != 200


async def test_a_guest_shares_nothing(cast: Cast) -> None:
    body = {"endpoint_id": V11, "input": HILL}
    run = (await cast.guest.post("/api/v1/runs", json=body)).json()
    assert run["visibility"] == "private"
    shared = {"visibility": "team"}
    refused = await cast.guest.patch(f"/api/v1/runs/{run['id']}", json=shared)
    assert (refused.status_code, refused.json()["code"]) == (403, "guests_share_nothing")
    preset = {"endpoint_id": V11, "name": "Mine", "values": HILL}
    refused = await cast.guest.post("/api/v1/presets", json={**preset, **shared})
    assert refused.status_code == 403
    kept = (await cast.guest.post("/api/v1/presets", json=preset)).json()
    assert kept["visibility"] == "private"
    refused = await cast.guest.patch(f"/api/v1/presets/{kept['id']}", json=shared)
    assert refused.status_code == 403
    assert (await cast.bob.get(f"/api/v1/runs/{run['id']}")).status_code == 404


async def test_only_what_is_known_can_be_said_of_who_sees_it(cast: Cast) -> None:
    things = await cast.make("private")
    for body in ({"visibility": "world"}, {}, {"visibility": "team", "person": "bob"}):
        answer = await cast.alice.patch(f"/api/v1/runs/{things.run_id}", json=body)
        assert answer.status_code == 422


# ── events ───────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def hearing(server: Listening, *people: Person) -> AsyncIterator[list[Stream]]:
    """Streams of some people, all attached and past their snapshot."""
    async with AsyncExitStack() as stack:
        streams: list[Stream] = []
        for person in people:
            stream = await stack.enter_async_context(server.stream(person))
            assert (await stream.next())[0] == "snapshot"
            streams.append(stream)
        assert listening(server.site.world)
        yield streams


@pytest.fixture
async def server(site: Site) -> AsyncIterator[Listening]:
    """The site over real HTTP."""
    async with served(site.app) as base:
        yield Listening(site, base)


async def test_bob_hears_of_what_is_shared_and_of_what_is_taken_away(
    cast: Cast, server: Listening, world: World, guest: Person
) -> None:
    things = await cast.make("private")
    async with hearing(server, world.bob, guest) as (bobs, guests):
        await cast.share(things.run_id, "team")
        kind, _, data = await bobs.next()
        assert (kind, data["id"], data["mine"]) == ("run", things.run_id, False)
        await cast.share(things.run_id, "private")
        kind, _, data = await bobs.next()
        assert (kind, data) == ("gone", {"run_id": things.run_id})
        # the next thing that a guest hears is their own
        body = {"endpoint_id": V11, "input": HILL}
        await cast.guest.post("/api/v1/runs", json=body)
        kind, _, data = await guests.next()
        assert (kind, data["mine"]) == ("run", True)


async def test_bob_hears_that_a_run_of_the_teams_is_deleted_and_is_back(
    cast: Cast, server: Listening, world: World
) -> None:
    things = await cast.make("team")
    path = f"/api/v1/runs/{things.run_id}"
    async with hearing(server, world.bob) as (bobs,):
        await cast.alice.delete(path)
        assert (await bobs.next())[0::2] == ("gone", {"run_id": things.run_id})
        await cast.alice.post(f"{path}/restore")
        kind, _, data = await bobs.next()
        assert (kind, data["id"]) == ("run", things.run_id)


async def test_the_life_of_her_run_is_told_to_nobody_else(
    cast: Cast, server: Listening, world: World, carol: Person
) -> None:
    async with hearing(server, world.bob, carol) as streams:
        run = await world.done(await world.start())
        for person, stream in zip((world.bob, carol), streams, strict=True):
            await world.services.generate.start(person, V11, HILL)
            kind, _, data = await stream.next()
            assert kind == "run"
            assert data["id"] != run.id


async def test_whoever_comes_back_hears_what_was_taken_away_meanwhile(
    cast: Cast, server: Listening, world: World
) -> None:
    things = await cast.make("team")
    async with server.stream(world.bob) as stream:
        _, position, _ = await stream.next()
    await cast.share(things.run_id, "private")
    async with server.stream(world.bob, after=position) as stream:
        assert (await stream.next())[0::2] == ("gone", {"run_id": things.run_id})


async def test_a_run_that_is_shared_on_its_way_stays_shared(
    cast: Cast, server: Listening, world: World
) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    async with hearing(server, world.alice) as (hers,):
        await cast.share(run.id, "private")
        world.script.release()
        for _, _, data in await hers.until("done"):
            assert data.get("visibility", "private") == "private"
    assert (await world.get(run)).visibility == "private"


# ── the page's calls, and Gradio ─────────────────────────────────────────────────────────────


@pytest.fixture
async def with_page(fal: Fal, tmp_path: Path) -> AsyncIterator[Cast]:
    """A site with the page."""
    async with opened(fal, tmp_path / "page", page=True, app_password=PASSWORD) as site:
        carol = await somebody(site, "carol", Role.ADMIN)
        guest = await somebody(site, "guest", Role.GUEST)
        people = (site.world.alice, site.world.bob, carol, guest)
        browsers = [await site.browser(one) for one in people]
        yield Cast(*browsers, site)


async def fill(browser: httpx.AsyncClient, name: str, preset_id: str) -> dict[str, object]:
    """One of the page's calls, about a preset."""
    body = {"slug": "v1-redux", "id": preset_id, "parts": {}}
    answer: dict[str, object] = (await browser.post(f"/form/{name}", json=body)).json()
    return answer


async def test_every_call_of_the_page_is_classified(with_page: Cast) -> None:
    listed = {path for _, path in addresses(with_page.site.app.router.routes)}
    calls = {path.removeprefix("/form/") for path in listed if path.startswith("/form/")}
    assert calls == OF_PRESETS.keys() | OF_THE_FORM


async def test_the_pages_calls_keep_to_the_same_rule(with_page: Cast) -> None:
    for visibility in ("private", "team"):
        things = await with_page.make(visibility)
        for name, what in OF_PRESETS.items():
            for browser in (with_page.bob, with_page.guest):
                hers = await fill(browser, name, things.preset_id)
                seen = visibility == "team" and browser is with_page.bob
                if seen and what is LOOK:
                    assert "error" not in hers
                elif seen:
                    assert hers["error"]["code"] == "not_allowed"
                else:
                    assert hers == await fill(browser, name, "nothing")
                    assert hers["error"]["code"] == "not_found"


async def test_a_form_takes_a_picture_of_hers_only_from_the_teams(with_page: Cast) -> None:
    for visibility in ("private", "team"):
        things = await with_page.make(visibility)
        image = f"{PREFIX}{things.upload_id}"
        body = {"slug": "v1-redux", "key": visibility, "parts": {"image_url.value": image}}
        answer = (await with_page.bob.post("/form/start", json=body)).json()
        assert ("run" in answer) is (visibility == "team"), answer
        answer = (await with_page.guest.post("/form/start", json=body)).json()
        assert answer["error"]["fields"].keys() == {"image_url"}


async def test_gradio_has_no_way_to_her_pictures(with_page: Cast) -> None:
    things = await with_page.make("private")
    world = with_page.site.world
    run = await world.services.control.see(world.alice, things.run_id)
    key = run.images[0].key
    assert key is not None
    file = next(path for path in world.folder.rglob("*") if path.is_file() and path.name in key)
    for browser in (with_page.alice, with_page.bob, with_page.guest):
        for path in (f"/gradio_api/file={file}", f"/gradio_api/file={key}", f"/file={file}"):
            assert (await browser.get(path)).status_code in (403, 404), path
