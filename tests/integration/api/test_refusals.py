"""What is not run, and how that is told."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from tests.integration.api.shape import (
    HILL,
    PROBLEM,
    faults,
    post,
    send,
)
from tests.integration.api.site import PASSWORD, opened
from tests.integration.playground import V11, Fal, World, started

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


async def test_a_thousand_quick_requests_of_one_person_keep_nobody_else_waiting(
    fal: Fal, tmp_path: Path
) -> None:
    async with opened(fal, tmp_path, rate_limit="120/minute", app_password=PASSWORD) as site:
        alice, bob = await site.browser(site.world.alice), await site.browser(site.world.bob)
        answers = await asyncio.gather(*(post(alice, prompt="") for _ in range(1_000)))
        refused = [answer for answer in answers if answer.status_code == 429]
        # a slow machine gets through a minute of it
        assert len(refused) >= 500
        assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
        assert {answer.status_code for answer in answers} == {422, 429}
        assert (await alice.get("/api/v1/runs")).status_code == 200, "looking is not counted"
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
