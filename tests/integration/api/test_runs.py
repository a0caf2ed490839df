"""Runs over HTTP: start, see, list, repeat, delete."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.domain.run import RunState
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.playground import V11, Fal, World, started

HILL = {"prompt": "a hill", "image_size": {"width": 64, "height": 48}}
ULTRA = "fal-ai/flux-pro/v1.1-ultra"
PROBLEM = "application/problem+json"

TEXT = (str,)
MAYBE_TEXT = (str, type(None))
#: the documented keys of a run, with the types that each may have
RUN = {
    "id": TEXT,
    "endpoint_id": TEXT,
    "slug": MAYBE_TEXT,
    "state": TEXT,
    "request_id": MAYBE_TEXT,
    "input": (dict,),
    "defaults": (dict,),
    "person": TEXT,
    "person_name": TEXT,
    "mine": (bool,),
    "practice": (bool,),
    "created_at": TEXT,
    "state_at": TEXT,
    "finished_at": MAYBE_TEXT,
    "queue_position": (int, type(None)),
    "before_you": (int, type(None)),
    "slow_since": MAYBE_TEXT,
    "cancel_requested": (bool,),
    "images": (list,),
    "output": (dict,),
    "estimate_usd": TEXT,
    "cost_usd": MAYBE_TEXT,
    "billable_units": MAYBE_TEXT,
    "error": (dict, type(None)),
    "again_of": MAYBE_TEXT,
    "deleted_at": MAYBE_TEXT,
}
IMAGE = {
    "index": (int,),
    "url": MAYBE_TEXT,
    "preview_url": MAYBE_TEXT,
    "fal_url": MAYBE_TEXT,
    "width": (int, type(None)),
    "height": (int, type(None)),
    "content_type": MAYBE_TEXT,
    "bytes": (int, type(None)),
    "flagged": (bool,),
    "missing": (bool,),
}
OUTPUT = {"seed": (int, type(None)), "prompt": MAYBE_TEXT, "timings": (dict, type(None))}
ERROR = {
    "code": TEXT,
    "message": TEXT,
    "retryable": (bool,),
    "charged": TEXT,
    "fields": (dict,),
}


def has_shape(given: dict[str, Any], shape: dict[str, tuple[type, ...]]) -> None:
    """Exactly these keys, each of its types."""
    assert set(given) == set(shape)
    for name, types in shape.items():
        assert type(given[name]) in types, f"{name} is {given[name]!r}"


def is_a_run(given: dict[str, Any]) -> None:
    """A run as documented, all the way down."""
    has_shape(given, RUN)
    has_shape(given["output"], OUTPUT)
    for image in given["images"]:
        has_shape(image, IMAGE)
    if given["error"] is not None:
        has_shape(given["error"], ERROR)
    for name in ("created_at", "state_at", "finished_at", "slow_since", "deleted_at"):
        if given[name] is not None:
            assert given[name].endswith("Z")
            assert datetime.fromisoformat(given[name]).tzinfo is not None
    for name in ("estimate_usd", "cost_usd"):
        if given[name] is not None:
            assert given[name] == f"{Decimal(given[name]):f}"
            assert len(given[name].partition(".")[2]) >= 2


async def post(browser: httpx.AsyncClient, key: str | None = None, **given: Any) -> httpx.Response:
    """Start a run of v1.1."""
    headers = {} if key is None else {"idempotency-key": key}
    body = {"endpoint_id": V11, "input": {**HILL, **given}}
    return await send(browser, json.dumps(body), **headers)


async def send(browser: httpx.AsyncClient, body: str | bytes, **headers: str) -> httpx.Response:
    """A body as it is, under the name of JSON."""
    given = {"content-type": "application/json", **headers}
    return await browser.post("/api/v1/runs", content=body, headers=given)


def faults(response: httpx.Response) -> dict[str, str]:
    """Messages by the last word of `loc`, of an answer that has to be a 422."""
    assert response.status_code == 422
    assert response.headers["content-type"] == PROBLEM
    detail = response.json()["detail"]
    assert all(set(fault) == {"loc", "msg", "type"} for fault in detail)
    return {fault["loc"][-1]: fault["msg"] for fault in detail}


# ── starting ─────────────────────────────────────────────────────────────────────────────────


async def test_a_run_is_accepted_with_202_and_reads_as_documented(
    alice: httpx.AsyncClient, world: World
) -> None:
    response = await post(alice)
    assert response.status_code == 202
    run = response.json()
    is_a_run(run)
    assert run["state"] == "created"
    assert (run["endpoint_id"], run["slug"]) == (V11, "v1.1")
    assert (run["person"], run["person_name"], run["mine"]) == ("alice", "Alice", True)
    assert run["input"] == HILL
    assert (run["estimate_usd"], run["cost_usd"]) == ("0.04", None)
    assert run["images"] == []
    assert run["error"] is None


async def test_a_finished_run_reads_as_documented(alice: httpx.AsyncClient, world: World) -> None:
    ran = await world.done(await world.start(seed=7))
    run = (await alice.get(f"/api/v1/runs/{ran.id}")).json()
    is_a_run(run)
    assert run["state"] == "done"
    assert run["request_id"] == ran.request_id
    assert run["output"]["seed"] == 7
    assert (run["cost_usd"], run["billable_units"]) == ("0.04", "1.00")
    [image] = run["images"]
    assert image["url"] == f"/media/{ran.id}/0"
    assert image["preview_url"] == f"/media/{ran.id}/0/preview"
    assert (image["width"], image["height"]) == (64, 48)
    assert (image["flagged"], image["missing"], image["fal_url"]) == (False, False, None)


async def test_only_what_was_given_is_sent(alice: httpx.AsyncClient, world: World) -> None:
    run = (await post(alice)).json()
    await world.until(await world.services.control.see(world.alice, run["id"]), RunState.DONE)
    assert world.script.submits[0].input == HILL


async def test_a_run_that_has_to_wait_is_accepted_all_the_same(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, max_runs_in_flight=1) as site:
        fal.script.hold("queued")
        browser = await site.browser()
        assert (await post(browser)).status_code == 202
        second = await post(browser)
        assert second.status_code == 202
        assert second.json()["state"] == "created"
        fal.script.release()


async def test_the_same_key_gives_the_same_run_and_buys_once(
    alice: httpx.AsyncClient, world: World
) -> None:
    first, second = await post(alice, key="one"), await post(alice, key="one")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    await world.until(
        await world.services.control.see(world.alice, first.json()["id"]), RunState.DONE
    )
    assert world.posts == 1


async def test_without_a_key_two_presses_are_two_runs(alice: httpx.AsyncClient) -> None:
    first, second = await post(alice), await post(alice)
    assert first.json()["id"] != second.json()["id"]


async def test_the_same_key_with_another_input_is_a_conflict(alice: httpx.AsyncClient) -> None:
    await post(alice, key="one")
    response = await post(alice, key="one", prompt="a dale")
    assert response.status_code == 409
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["code"] == "key_reused"


async def test_keys_are_each_persons_own(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    first, second = await post(alice, key="one"), await post(bob, key="one", prompt="a dale")
    assert (first.status_code, second.status_code) == (202, 202)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"prompt": ""}, {"prompt"}),
    ({"prompt": 7}, {"prompt"}),
    ({"prompt": "x" * 20_001}, {"prompt"}),
    ({"prompt": "half \ud800"}, {"prompt"}),
    ({"num_images": 0}, {"num_images"}),
    ({"num_images": 2.0}, {"num_images"}),
    ({"num_images": True}, {"num_images"}),
    ({"seed": "7"}, {"seed"}),
    ({"seed": 2**64}, {"seed"}),
    ({"seed": 10**400}, {"seed"}),
    ({"image_size": "huge"}, {"image_size"}),
    ({"image_size": {"width": 64}}, {"image_size"}),
    ({"output_format": "bmp"}, {"output_format"}),
    ({"sync_mode": "yes"}, {"sync_mode"}),
    ({"no_such_field": 1}, {"no_such_field"}),
    ({"prompt": "", "seed": "x", "odd": None}, {"prompt", "seed", "odd"}),
]


async def test_a_wrong_field_is_named_at_the_end_of_loc(
    alice: httpx.AsyncClient, world: World
) -> None:
    for given, fields in WRONG:
        found = faults(await post(alice, **given))
        assert set(found) == fields, given
        assert all(message.endswith(".") for message in found.values())
    assert await world.runs() == ()
    assert world.posts == 0


async def test_a_missing_field_is_named_at_the_end_of_loc(alice: httpx.AsyncClient) -> None:
    response = await alice.post("/api/v1/runs", json={"endpoint_id": V11, "input": {}})
    assert set(faults(response)) == {"prompt"}


async def test_what_is_no_number_of_json_is_refused_on_its_field(alice: httpx.AsyncClient) -> None:
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        body = f'{{"endpoint_id": "{V11}", "input": {{"prompt": "a", "seed": {number}}}}}'
        assert set(faults(await send(alice, body))) == {"seed"}, number


async def test_a_body_of_the_wrong_shape_names_what_is_wrong(alice: httpx.AsyncClient) -> None:
    shapes: list[tuple[dict[str, Any], str]] = [
        ({"input": HILL}, "endpoint_id"),
        ({"endpoint_id": V11}, "input"),
        ({"endpoint_id": 7, "input": HILL}, "endpoint_id"),
        ({"endpoint_id": V11, "input": []}, "input"),
        ({"endpoint_id": V11, "input": HILL, "odd": 1}, "odd"),
    ]
    for body, name in shapes:
        assert set(faults(await send(alice, json.dumps(body)))) == {name}


async def test_a_body_that_is_no_json_object_is_refused_as_a_problem(
    alice: httpx.AsyncClient,
) -> None:
    deep = b'{"endpoint_id": "x", "input": {"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}"
    for body in (b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 100_000, deep):
        response = await send(alice, body)
        assert response.status_code in (400, 422), body[:20]
        assert response.headers["content-type"] == PROBLEM
    form = await alice.post("/api/v1/runs", data={"endpoint_id": V11})
    assert form.status_code == 422


async def test_half_a_character_in_a_name_is_refused_too(alice: httpx.AsyncClient) -> None:
    body = f'{{"endpoint_id": "{V11}", "input": {{"prompt": "a", "\\ud800": 1}}, "\\udfff": 2}}'
    response = await send(alice, body)
    assert response.status_code == 422
    assert response.headers["content-type"] == PROBLEM


async def test_an_unknown_endpoint_is_refused_with_a_sentence(alice: httpx.AsyncClient) -> None:
    body = {"endpoint_id": "fal-ai/other", "input": HILL}
    response = await alice.post("/api/v1/runs", json=body)
    assert response.status_code == 422
    assert response.json()["code"] == "endpoint_unknown"
    assert "no endpoint" in response.json()["title"]


async def test_over_the_days_budget_is_402_and_buys_nothing(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, max_usd_per_day=Decimal("0.05")) as site:
        browser = await site.browser()
        assert (await post(browser)).status_code == 202
        response = await post(browser)
        assert response.status_code == 402
        assert response.headers["content-type"] == PROBLEM
        assert response.json()["code"] == "money_limit_reached"
        assert len((await browser.get("/api/v1/runs")).json()["runs"]) == 1


async def test_too_many_writes_are_429_and_told_how_long_to_wait(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, rate_limit="2/minute", app_password=PASSWORD) as site:
        alice, bob = await site.browser(site.world.alice), await site.browser(site.world.bob)
        await post(alice)
        await post(alice)
        response = await post(alice)
        assert response.status_code == 429
        assert response.json()["code"] == "too_quick"
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert (await alice.post("/api/v1/key/check")).status_code == 429
        assert (await alice.get("/api/v1/runs")).status_code == 200
        assert (await post(bob)).status_code == 202


async def test_too_many_waiting_are_429_and_told_how_long_to_wait(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, max_waiting=1, max_runs_in_flight=1) as site:
        fal.script.hold("queued")
        browser = await site.browser()
        await post(browser)
        await fal.script.until_called("submit")
        statuses = [(await post(browser)).status_code for _ in range(2)]
        response = await post(browser)
        assert 429 in [*statuses, response.status_code]
        assert response.json()["code"] == "too_many_waiting"
        assert response.headers["retry-after"] == "10"
        fal.script.release()


async def test_while_another_process_owns_the_database_nothing_is_taken(
    fal: Fal, tmp_path: Path
) -> None:
    async with started(fal, tmp_path), opened(fal, tmp_path, owning=False) as site:
        browser = await site.browser()
        response = await post(browser)
        assert response.status_code == 503
        assert response.json()["code"] == "intake_closed"
        assert int(response.headers["retry-after"]) >= 1
        assert (await browser.get("/api/v1/runs")).status_code == 200
        notices = (await browser.get("/api/v1/me")).json()["notices"]
        assert any("Another process" in notice["text"] for notice in notices)


# ── lists ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def seven(world: World) -> list[str]:
    """Ids of seven done runs, newest first; the last three are of ultra, one of those is bob's."""
    ids = []
    for number in range(4):
        ids.append((await world.done(await world.start(seed=number))).id)
    for person in (world.alice, world.bob, world.alice):
        run = await world.services.generate.start(
            person, ULTRA, {"prompt": "a sea", "aspect_ratio": "1:1"}
        )
        ids.append((await world.done(run)).id)
    return ids[::-1]


async def page(browser: httpx.AsyncClient, **params: Any) -> tuple[list[str], str | None]:
    """The ids of a page and where the next one begins."""
    response = await browser.get("/api/v1/runs", params=params)
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"runs", "next_cursor"}
    for run in body["runs"]:
        is_a_run(run)
    return [run["id"] for run in body["runs"]], body["next_cursor"]


async def test_lists_are_newest_first_filtered_and_paged(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, seven: list[str]
) -> None:
    mine = [run_id for run_id in seven if run_id != seven[1]]
    assert await page(alice) == (mine, None)
    assert await page(alice, everyone=True) == (seven, None)
    assert await page(alice, endpoint="v1.1-ultra") == ([seven[0], seven[2]], None)
    assert await page(alice, endpoint="v1.1-ultra", everyone=True) == (seven[:3], None)
    assert await page(bob) == ([seven[1]], None)
    first, cursor = await page(alice, limit=4)
    assert first == mine[:4]
    assert cursor is not None
    second, end = await page(alice, limit=4, cursor=cursor)
    assert (second, end) == (mine[4:], None)


async def test_a_list_of_pictures_leaves_out_runs_that_made_none(
    alice: httpx.AsyncClient, world: World
) -> None:
    done = await world.done(await world.start())
    world.script.hold("queued")
    waiting = await world.start()
    assert (await page(alice))[0] == [waiting.id, done.id]
    assert (await page(alice, pictures=True))[0] == [done.id]
    world.script.release()


async def test_a_list_that_can_not_be_given_says_which_parameter_is_wrong(
    alice: httpx.AsyncClient,
) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "!!!"}, "cursor"),
        ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkuYQ"}, "cursor"),
        ({"cursor": "x" * 301}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"everyone": "perhaps"}, "everyone"),
    ]
    for params, name in wrong:
        assert set(faults(await alice.get("/api/v1/runs", params=params))) == {name}, params


async def test_a_list_of_an_unknown_endpoint_is_refused(alice: httpx.AsyncClient) -> None:
    response = await alice.get("/api/v1/runs", params={"endpoint": "v9"})
    assert response.status_code == 422


# ── repeat, delete, restore, code ────────────────────────────────────────────────────────────


async def test_again_is_a_new_run_of_the_same_input_linked_to_the_first(
    alice: httpx.AsyncClient, world: World
) -> None:
    first = await world.done(await world.start(seed=3))
    response = await alice.post(f"/api/v1/runs/{first.id}/again")
    assert response.status_code == 202
    run = response.json()
    is_a_run(run)
    assert run["again_of"] == first.id
    assert run["id"] != first.id
    assert run["input"] == {**HILL, "seed": 3}


async def test_again_with_a_key_buys_once(alice: httpx.AsyncClient, world: World) -> None:
    first = await world.done(await world.start())
    address, headers = f"/api/v1/runs/{first.id}/again", {"idempotency-key": "two"}
    answers = [await alice.post(address, headers=headers) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]


async def test_an_unfinished_run_can_not_be_deleted_but_cancelled(
    alice: httpx.AsyncClient, world: World
) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    refused = await alice.delete(f"/api/v1/runs/{run.id}")
    assert refused.status_code == 409
    assert refused.json()["code"] == "run_unfinished"
    cancelled = await alice.post(f"/api/v1/runs/{run.id}/cancel")
    assert cancelled.status_code == 200
    is_a_run(cancelled.json())
    assert cancelled.json()["cancel_requested"]
    world.script.release()
    ended = await world.until_it(run, lambda now: now.state.ended, "ended")
    assert (await alice.delete(f"/api/v1/runs/{ended.id}")).status_code == 200


async def test_a_deleted_run_leaves_the_list_and_comes_back(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start())
    deleted = await alice.delete(f"/api/v1/runs/{run.id}")
    assert deleted.status_code == 200
    assert deleted.json()["deleted_at"] is not None
    assert (await page(alice))[0] == []
    assert (await alice.get(f"/api/v1/runs/{run.id}")).status_code == 200
    restored = await alice.post(f"/api/v1/runs/{run.id}/restore")
    assert restored.json()["deleted_at"] is None
    assert (await page(alice))[0] == [run.id]


async def test_what_fits_no_finished_run_is_a_conflict_with_a_sentence(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start())
    for verb in ("cancel", "check", "forget"):
        response = await alice.post(f"/api/v1/runs/{run.id}/{verb}")
        assert response.status_code == 409
        assert response.headers["content-type"] == PROBLEM
        assert response.json()["title"].endswith(".")


async def test_a_run_reads_as_code_in_four_languages(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await world.start(seed=5)
    code = (await alice.get(f"/api/v1/runs/{run.id}/code")).json()
    assert set(code) == {"python", "javascript", "curl", "json"}
    assert all("a hill" in text for text in code.values())
    assert all(V11 in code[language] for language in ("python", "javascript", "curl"))


async def test_a_run_that_is_not_there_is_a_404(alice: httpx.AsyncClient) -> None:
    for run_id in ("no-such-run", "%00", "..%2f", "%2e%2e%2fme", "x" * 3000, "%F0%9F%8C%84"):
        for path in (f"/api/v1/runs/{run_id}", f"/api/v1/runs/{run_id}/code"):
            response = await alice.get(path)
            assert response.status_code == 404, path
            assert response.headers["content-type"] == PROBLEM


# ── estimates, endpoints, me ─────────────────────────────────────────────────────────────────


async def test_an_estimate_tells_the_most_that_a_run_can_cost(
    alice: httpx.AsyncClient, world: World
) -> None:
    body = {"endpoint_id": V11, "input": {**HILL, "num_images": 2}}
    response = await alice.post("/api/v1/estimates", json=body)
    assert response.status_code == 200
    price = response.json()
    has_shape(
        price,
        {
            "endpoint_id": TEXT,
            "usd": TEXT,
            "least_usd": TEXT,
            "text": TEXT,
            "certain": (bool,),
            "exact": (bool,),
            "warnings": (dict,),
        },
    )
    assert price["usd"] == "0.08"
    assert set(price["warnings"]) <= {"image_size"}
    assert await world.runs() == ()


async def test_an_estimate_of_a_wrong_input_names_the_fields(alice: httpx.AsyncClient) -> None:
    body = {"endpoint_id": V11, "input": {"seed": "x"}}
    found = faults(await alice.post("/api/v1/estimates", json=body))
    assert set(found) == {"prompt", "seed"}


async def test_the_endpoints_are_listed_in_the_order_of_the_tabs(
    alice: httpx.AsyncClient, site: Site
) -> None:
    listed = (await alice.get("/api/v1/endpoints")).json()["endpoints"]
    catalogue = site.world.services.catalogue.endpoints
    assert [one["endpoint_id"] for one in listed] == [one.endpoint_id for one in catalogue]
    assert len(listed) == 9
    for one in listed:
        assert {"slug", "label", "about", "price", "fields", "links"} <= set(one)
        assert Decimal(one["price"]["default_usd"]) > 0


async def test_each_endpoint_tells_its_schema_by_slug(alice: httpx.AsyncClient, site: Site) -> None:
    for endpoint in site.world.services.catalogue.endpoints:
        one = (await alice.get(f"/api/v1/endpoints/{endpoint.slug}")).json()
        assert one["endpoint_id"] == endpoint.endpoint_id
        assert set(one["schema"]["properties"]) == {field.name for field in endpoint.fields}


async def test_an_unknown_endpoint_is_a_404(alice: httpx.AsyncClient) -> None:
    response = await alice.get("/api/v1/endpoints/v9")
    assert response.status_code == 404
    assert response.headers["content-type"] == PROBLEM


async def test_me_tells_who_i_am_the_mode_and_todays_money(
    alice: httpx.AsyncClient, world: World
) -> None:
    await world.done(await world.start())
    me = (await alice.get("/api/v1/me")).json()
    has_shape(
        me,
        {
            "person": (dict,),
            "practice": (bool,),
            "banner": (dict, type(None)),
            "key_state": TEXT,
            "spent_today_usd": TEXT,
            "max_usd_per_day": MAYBE_TEXT,
            "sign_out": (bool,),
            "version": TEXT,
            "notices": (list,),
        },
    )
    assert me["person"] == {"id": "alice", "name": "Alice", "role": "member"}
    assert (me["practice"], me["spent_today_usd"], me["sign_out"]) == (False, "0.04", True)


async def test_the_key_is_asked_about_on_demand(alice: httpx.AsyncClient, world: World) -> None:
    asked = world.script.calls["pricing"]
    me = (await alice.post("/api/v1/key/check")).json()
    assert me["key_state"] == "accepted"
    assert world.script.calls["pricing"] == asked + 1


# ── problems everywhere ──────────────────────────────────────────────────────────────────────

UNKNOWN = (
    "/api/v1/nothing",
    "/api/v2/runs",
    "/api/v1/runs/",
    "/api/",
    "/media/x",
    "/media/a/b/c/d",
)
OTHER_METHODS = (
    ("PUT", "/api/v1/runs", "GET, POST"),
    ("POST", "/api/v1/me", "GET"),
    ("GET", "/api/v1/runs/x/cancel", "POST"),
    ("POST", "/media/x/0", "GET, HEAD"),
    ("POST", "/healthz", "GET"),
    ("DELETE", "/sign-in", "GET, POST"),
    ("GET", "/sign-out", "POST"),
    ("PATCH", "/api/v1/presets/x", "DELETE"),
)


async def test_an_unknown_address_is_a_problem_404(alice: httpx.AsyncClient) -> None:
    for path in UNKNOWN:
        for method in ("GET", "POST", "DELETE", "PATCH"):
            response = await alice.request(method, path)
            assert response.status_code == 404, path
            assert response.headers["content-type"] == PROBLEM
            assert response.json()["code"] == "not_found"


async def test_another_method_is_a_problem_405_that_names_the_right_ones(
    alice: httpx.AsyncClient,
) -> None:
    for method, path, allowed in OTHER_METHODS:
        response = await alice.request(method, path)
        assert response.status_code == 405, path
        assert response.headers["content-type"] == PROBLEM
        assert response.headers["allow"] == allowed


async def test_a_fault_of_ours_is_a_problem_500_that_tells_nothing(
    alice: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(site.world.services.status), "me", broken)
    response = await alice.get("/api/v1/me")
    assert response.status_code == 500
    assert response.headers["content-type"] == PROBLEM
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json()["code"] == "unexpected"
    assert "secret" not in response.text
