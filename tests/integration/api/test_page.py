"""The whole app, Gradio's page and routes included: who is let in, and what is refused."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from backend.domain.sharing import Visibility
from backend.services.presets import Said
from tests.integration.api.site import EVERYWHERE, PASSWORD, Site, opened
from tests.integration.fal.practice_world import png
from tests.integration.playground import V11, Fal

PROBLEM = "application/problem+json"
#: what answers to somebody who is not known, and how; whoever adds one classifies it here
OPEN = {
    ("GET", "/healthz"): 200,
    ("GET", "/readyz"): 200,
    ("GET", "/sign-in"): 200,
    ("POST", "/sign-in"): 403,
    ("GET", "/favicon.ico"): 200,
    ("GET", "/static/js/iframeResizer.contentWindow.min.js"): 200,
    # Gradio's own folder, behind ours of that name
    ("GET", "/static/js/app.js"): 200,
    ("GET", "/static/js/later.js"): 200,
    ("GET", "/static/css/app.css"): 200,
    ("GET", "/static/css/later.css"): 200,
    ("GET", "/static/js/{name}"): 404,
    ("GET", "/static/{path:path}"): 404,
    # never answered, whoever asks
    ("GET", "/gradio_api/proxy={url_path:path}"): 403,
    # they say which methods they take
    ("POST", "/healthz"): 405,
    ("DELETE", "/healthz"): 405,
    ("POST", "/readyz"): 405,
    ("DELETE", "/readyz"): 405,
    ("DELETE", "/sign-in"): 405,
    ("GET", "/sign-out"): 405,
    ("DELETE", "/sign-out"): 405,
    # it ends what the cookie opens, which may be nothing
    ("POST", "/sign-out"): 303,
    # a page that says that the link opens nothing
    # there is no provider here
    ("GET", "/sign-in/openid"): 404,
    ("GET", "/sign-in/openid/back"): 404,
    ("GET", "/sign-in/openid/out"): 404,
    ("GET", "/join/{token}"): 409,
    ("POST", "/join/{token}"): 409,
    ("GET", "/join/{rest:path}"): 409,
    ("POST", "/join/{rest:path}"): 409,
    ("DELETE", "/join/{rest:path}"): 405,
}


def addresses(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, path) of every route of an app, those of what is mounted on it included."""
    for context in iter_route_contexts(routes):
        route = getattr(context, "starlette_route", None) or context._effective_route
        if isinstance(route, Mount):
            yield from addresses(getattr(route.app, "routes", ()), prefix + route.path)
            continue
        for method in sorted(context.methods or ("GET", "POST", "DELETE")):
            yield method, f"{prefix}{context.path}"


def filled(path: str) -> str:
    """An address with something in the place of each parameter."""
    parts = [part.partition("}")[2] for part in path.split("{")[1:]]
    return "x".join([path.partition("{")[0], *parts])


def ours(site: Site) -> list[tuple[str, str]]:
    """Every address, but those that only say that there is nothing."""
    everything = addresses(site.app.router.routes)
    return [(method, path) for method, path in everything if method not in ("HEAD", "OPTIONS")]


@pytest.fixture
async def behind_a_door(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(fal, tmp_path, page=True, app_password=PASSWORD) as site:
        yield site


@pytest.fixture
async def in_the_open(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(fal, tmp_path, page=True, host=EVERYWHERE, allow_open=True) as site:
        yield site


@pytest.fixture
async def at_home(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(fal, tmp_path, page=True) as site:
        yield site


async def refused_unless(expected: Mapping[tuple[str, str], int], site: Site) -> None:
    """Ask for every address without a cookie."""
    listed = ours(site)
    assert len(listed) > 80
    assert set(listed) >= set(expected)
    for method, path in listed:
        nobody = await site.browser()
        response = await nobody.request(method, filled(path))
        status = expected.get((method, path), 401)
        assert response.status_code == status, f"{method} {path} is open and not classified"
        if status == 401:
            assert response.headers["content-type"] == PROBLEM
            assert response.json()["code"] == "sign_in_needed"


async def test_behind_a_door_all_that_is_not_classified_as_open_asks_for_a_person(
    behind_a_door: Site,
) -> None:
    await refused_unless({**OPEN, ("GET", "/"): 303, ("GET", "/password"): 303}, behind_a_door)


async def test_in_the_open_only_the_page_makes_a_guest(in_the_open: Site) -> None:
    known = {**OPEN, ("GET", "/sign-in"): 303, ("GET", "/"): 200}
    await refused_unless(known, in_the_open)


async def test_at_home_the_page_and_the_api_answer_without_more_ado(at_home: Site) -> None:
    browser = await at_home.browser()
    page = await browser.get("/")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert (await browser.get("/api/v1/me")).json()["person"]["name"] == "You"
    assert (await browser.get("/config")).status_code == 200


# ── guests ───────────────────────────────────────────────────────────────────────────────────


async def test_opening_the_page_makes_a_guest_who_stays_the_same(in_the_open: Site) -> None:
    browser = await in_the_open.browser()
    page = await browser.get("/")
    assert page.status_code == 200
    [cookie] = page.headers.get_list("set-cookie")
    assert cookie.startswith("playground=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    first = (await browser.get("/api/v1/me")).json()["person"]
    assert (first["role"], first["name"][:6]) == ("guest", "Guest ")
    again = await browser.get("/gallery")
    assert "set-cookie" not in again.headers
    assert (await browser.get("/api/v1/me")).json()["person"] == first
    other = await in_the_open.browser()
    await other.get("/create/v1.1")
    assert (await other.get("/api/v1/me")).json()["person"] != first


async def test_a_browser_with_a_stale_cookie_gets_the_page_and_a_new_one(
    in_the_open: Site,
) -> None:
    for stale in ("playground=forged.aaaaaa.bbbb", "playground=", "theme=dark; playground=x"):
        browser = await in_the_open.browser(cookie=stale)
        page = await browser.get("/")
        assert page.status_code == 200, stale
        assert page.headers["set-cookie"].startswith("playground=")


async def test_a_cookie_whose_session_has_ended_makes_a_guest(in_the_open: Site) -> None:
    browser = await in_the_open.browser(in_the_open.world.alice)
    await in_the_open.world.services.sessions.end_all("alice")
    assert (await browser.get("/api/v1/me")).status_code == 401
    assert (await browser.get("/")).headers["set-cookie"].startswith("playground=")


async def test_too_many_new_guests_in_a_short_time_are_told_to_wait(
    fal: Fal, tmp_path: Path
) -> None:
    async with opened(
        fal,
        tmp_path,
        guests="2/minute",
        host=EVERYWHERE,
        allow_open=True,
    ) as site:
        statuses = [(await (await site.browser()).get("/gallery")).status_code for _ in range(3)]
        assert statuses[2] == 429
        alice = await site.browser(site.world.alice)
        assert (await alice.get("/api/v1/me")).status_code == 200


# ── Gradio's own routes ──────────────────────────────────────────────────────────────────────

SPENDING = (
    "/gradio_api/queue/join",
    "/gradio_api/run/x",
    "/gradio_api/call/x",
    "/gradio_api/api/x",
)
FOREIGN: tuple[dict[str, str], ...] = (
    {"origin": "https://evil.example"},
    {"origin": "http://localhost:3000"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)


async def test_gradios_queue_takes_nothing_from_another_page(at_home: Site) -> None:
    browser = await at_home.browser()
    for path in SPENDING:
        for headers in FOREIGN:
            response = await browser.post(path, json={"data": []}, headers=headers)
            assert response.status_code == 403, (path, headers)
            assert response.json()["code"] == "foreign_origin"
        own = await browser.post(path, json={"data": []}, headers={"origin": at_home.base})
        assert own.status_code != 403 or own.json().get("code") != "foreign_origin", path


async def test_behind_no_number_of_gradios_is_a_handler_of_ours(behind_a_door: Site) -> None:
    bob = await behind_a_door.browser(behind_a_door.world.bob)
    known = (await bob.get("/config")).json()["dependencies"]
    assert len(known) > 20
    assert {one["backend_fn"] for one in known} == {False}
    for number in (known[0]["id"], known[-1]["id"], 10_000):
        call = {"fn_index": number, "data": [], "session_hash": "bobs"}
        for path in ("/gradio_api/run/predict", "/gradio_api/api/predict"):
            assert (await bob.post(path, json=call)).status_code >= 400, (path, number)
        nobody = await behind_a_door.browser()
        assert (await nobody.post("/gradio_api/queue/join", json=call)).status_code == 401
    assert behind_a_door.world.posts == 0


async def test_the_calls_of_the_forms_take_nobody_elses_ids(behind_a_door: Site) -> None:
    world = behind_a_door.world
    alices = await world.services.presets.save(
        world.alice, V11, Said(name="Mine", values={"prompt": "secret"}), Visibility.PRIVATE
    )
    picture = await world.services.uploads.add(world.alice, png((64, 64), (9, 9, 9)))
    bob = await behind_a_door.browser(world.bob)

    async def refused(name: str, **given: Any) -> dict[str, Any]:
        answer = await bob.post(f"/form/{name}", json=given)
        assert "secret" not in answer.text
        assert set(answer.json()) == {"error"}, answer.text
        error: dict[str, Any] = answer.json()["error"]
        return error

    by_id = {"slug": "v1.1", "id": alices.id, "person": world.alice.id, "parts": {}}
    assert (await refused("preset", **by_id))["code"] == "not_found"
    parts = {"prompt.value": "a hill", "image_url.value": f"upload:{picture.id}"}
    error = await refused("start", slug="v1.1-ultra", parts=parts)
    assert set(error["fields"]) == {"image_url"}
    kept = await world.services.presets.get(world.alice, alices.id)
    assert kept.values == {"prompt": "secret"}
    assert world.posts == 0


PROXIES = (
    "/gradio_api/file=https://pictures.example/a.png",
    "/gradio_api/file=HTTP://pictures.example/a.png",
    "/gradio_api/file=%68ttps://pictures.example/a.png",
    "/gradio_api/file%3Dhttps%3A%2F%2Fpictures.example/a.png",
    "/gradio_api/file=%2568ttps://pictures.example/a.png",
    "/gradio_api//file=https://pictures.example/a.png",
    "//gradio_api/file=https://pictures.example/a.png",
    "/gradio_api/file/https://pictures.example/a.png",
    "/gradio_api/proxy=https://somebody.hf.space/",
)


async def test_gradio_fetches_no_address_for_anybody_however_it_is_spelt(
    at_home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(*_: object, **__: object) -> None:
        raise AssertionError("an address was fetched")

    monkeypatch.setattr("gradio.route_utils.secure_url_stream_response", fetched)
    monkeypatch.setattr("gradio.routes.secure_url_stream_response", fetched, raising=False)
    browser = await at_home.browser()
    for path in PROXIES:
        for method in ("GET", "HEAD"):
            request = httpx.Request(method, at_home.base)
            request.url = httpx.URL(at_home.base, raw_path=path.encode())
            response = await browser.send(request)
            assert response.status_code == 403, path


async def test_gradio_shows_no_file_of_this_server(at_home: Site) -> None:
    browser = await at_home.browser()
    for path in ("/etc/passwd", str(at_home.world.folder / "playground.db"), "app.py", ".env"):
        response = await browser.get(f"/gradio_api/file={path}")
        assert response.status_code in (403, 404), path


async def test_gradio_opens_no_other_doors(at_home: Site) -> None:
    browser = await at_home.browser()
    config = (await browser.get("/config")).json()
    assert config["connect_heartbeat"] is False
    for path in ("/monitoring", "/monitoring/summary", "/gradio_api/mcp/", "/docs"):
        assert (await browser.get(path)).status_code in (401, 403, 404), path
    upload = await browser.post("/gradio_api/upload", files={"files": bytes(4_000)})
    assert upload.status_code == 413


# ── our routes below the page ────────────────────────────────────────────────────────────────


async def test_an_unknown_address_of_ours_is_not_the_pages_to_answer(at_home: Site) -> None:
    browser = await at_home.browser()
    for path in ("/api/v1/nothing", "/api/v1/runs/", "/media/x", "/api"):
        response = await browser.get(path)
        if path != "/api":
            assert response.headers["content-type"] == PROBLEM, path
        assert response.status_code == 404
    other = await browser.put("/api/v1/runs")
    assert (other.status_code, other.headers["content-type"]) == (405, PROBLEM)


async def test_every_answer_forbids_sniffing_and_keeps_its_address_to_itself(
    at_home: Site,
) -> None:
    browser = await at_home.browser()
    for path in (
        "/",
        "/gallery",
        "/config",
        "/api/v1/me",
        "/api/v1/nothing",
        "/healthz",
        "/static/js/page.js",
        "/sign-in",
        "/gradio_api/file=https://pictures.example",
        "/media/x/0",
    ):
        headers = (await browser.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        policy = headers["content-security-policy"].split("; ")
        assert "frame-ancestors 'self'" in policy, path
        scripts = [one for one in policy if one.startswith(("script-src", "default-src 'none'"))]
        assert len(scripts) == 1, path
        assert "unsafe-inline" not in scripts[0]
    refused = await browser.get("/", headers={"host": "evil.example"})
    assert refused.headers["x-content-type-options"] == "nosniff"


async def test_on_a_space_the_page_may_stand_in_another_pages_frame(
    fal: Fal, tmp_path: Path
) -> None:
    space = {"SPACE_ID": "team/flux", "SPACE_HOST": "team-flux.hf.space"}
    async with opened(
        fal,
        tmp_path,
        environ=space,
        page=True,
        host=EVERYWHERE,
        allow_open=True,
    ) as site:
        site.base = "https://team-flux.hf.space"
        browser = await site.browser()
        page = await browser.get("/")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert policy.endswith("; frame-ancestors 'self' https://huggingface.co")
        cookie = set(page.headers["set-cookie"].split("; "))
        assert {"HttpOnly", "SameSite=None", "Secure", "Partitioned"} <= cookie


async def test_the_page_answers_below_each_of_its_addresses(at_home: Site) -> None:
    browser = await at_home.browser()
    for path in ("/gallery", "/presets", "/create", "/create/v1.1-ultra"):
        response = await browser.get(path)
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")
        assert response.text.rstrip().endswith("</html>")
        assert '<base href="./" />' not in response.text


async def test_no_websocket_is_opened(at_home: Site) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    for path in ("/", "/gradio_api/queue/join", "/api/v1/events"):
        scope = {"type": "websocket", "path": path, "headers": [], "query_string": b""}
        await at_home.app({**scope, "subprotocols": [], "scheme": "ws"}, receive, send)
        assert sent.pop() == {"type": "websocket.close", "code": 1008}
        assert sent == []
