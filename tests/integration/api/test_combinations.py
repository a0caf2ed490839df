"""One of all combinations of a template over HTTP."""

from typing import Any

import httpx
import pytest

from tests.integration.api.shape import PROBLEM
from tests.integration.playground import V11

WORDS = {"prompt": "a {pet} in {oil|ink|chalk}", "variables": {"pet": "cat"}}


async def asked(
    browser: httpx.AsyncClient, number: Any, *, key: str = "", path: str = "runs", **more: Any
) -> httpx.Response:
    template = {**WORDS, "combination": number}
    body = {"endpoint_id": V11, "input": {}, "template": template, **more}
    headers = {"Idempotency-Key": key} if key else {}
    return await browser.post(f"/api/v1/{path}", json=body, headers=headers)


async def test_a_script_counts_them_and_runs_each_once(alice: httpx.AsyncClient) -> None:
    estimate = await asked(alice, None, path="estimates")
    assert (estimate.status_code, estimate.json()["combinations"]) == (200, "3")
    runs = [(await asked(alice, number, key=f"all-{number}")).json() for number in range(3)]
    assert [run["input"]["prompt"][9:] for run in runs] == ["oil", "ink", "chalk"]
    assert runs[2]["template"] == {**WORDS, "combination": 2, "seed_drawn": False}
    assert (await asked(alice, 2, key="all-2")).json()["id"] == runs[2]["id"]
    other = await asked(alice, 1, key="all-2")
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


async def test_a_key_is_each_persons_own(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    hers, his = await asked(alice, 1, key="one"), await asked(bob, 0, key="one")
    assert (hers.status_code, his.status_code) == (202, 202)
    assert hers.json()["id"] != his.json()["id"]


async def test_the_words_of_a_preset_give_way(alice: httpx.AsyncClient) -> None:
    preset = {"endpoint_id": V11, "name": "Dusk", "values": {"prompt": "dusk", "seed": 4}}
    kept = (await alice.post("/api/v1/presets", json=preset)).json()
    run = (await asked(alice, 1, preset=kept["id"])).json()
    assert (run["input"], run["preset"]) == ({"prompt": "a cat in ink", "seed": 4}, "Dusk")


@pytest.mark.parametrize("path", ["runs", "estimates"])
@pytest.mark.parametrize("number", [3, 2**53 - 1])
async def test_a_number_beyond_the_last_is_told_of_the_prompt(
    alice: httpx.AsyncClient, path: str, number: int
) -> None:
    answer = await asked(alice, number, path=path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    (fault,) = answer.json()["detail"]
    assert fault["loc"][-1] == "prompt"
    assert fault["msg"] == ("There is no such combination: the prompt has 3, numbered from 0.")


@pytest.mark.parametrize("path", ["runs", "estimates"])
@pytest.mark.parametrize("number", [-1, True, "1", 1.0, 1.5, [1], 2**53, 10**400])
async def test_what_is_no_such_number_is_refused(
    alice: httpx.AsyncClient, path: str, number: Any
) -> None:
    answer = await asked(alice, number, path=path)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][-1] == "combination"


async def test_a_number_of_thousands_of_digits_is_no_fault_of_the_servers(
    alice: httpx.AsyncClient,
) -> None:
    body = '{"endpoint_id": "%s", "input": {}, "template": {"prompt": "{a|b}", "combination": %s}}'
    answer = await alice.post(
        "/api/v1/runs",
        content=body % (V11, "9" * 5_000),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422


async def test_a_mere_text_has_one_and_an_estimate_without_a_template_none(
    alice: httpx.AsyncClient,
) -> None:
    plain = {"endpoint_id": V11, "input": {"prompt": "{a|b}"}}
    estimate = await alice.post("/api/v1/estimates", json=plain)
    assert estimate.json()["combinations"] is None
    text = {"endpoint_id": V11, "input": {}, "template": {"prompt": "a cat", "combination": 0}}
    run = await alice.post("/api/v1/runs", json=text)
    assert (run.status_code, run.json()["template"]) == (202, None)


async def test_again_repeats_the_same_combination(alice: httpx.AsyncClient) -> None:
    first = (await asked(alice, 1)).json()
    again = (await alice.post(f"/api/v1/runs/{first['id']}/again")).json()
    assert (again["input"], again["template"]) == (first["input"], first["template"])
