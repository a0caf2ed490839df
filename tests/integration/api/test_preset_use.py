"""Presets under runs and estimates over HTTP."""

import httpx

from tests.integration.api.shape import faults
from tests.integration.api.test_presets import REDUX, listed, save
from tests.integration.playground import V11


async def test_a_run_takes_a_presets_values_under_what_it_is_given(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = (await save(alice, visibility="team")).json()
    body = {"endpoint_id": V11, "input": {"seed": 8}, "preset": hers["id"]}
    run = await bob.post("/api/v1/runs", json=body)
    assert run.status_code == 202
    assert (run.json()["input"], run.json()["preset"]) == ({"prompt": "dusk", "seed": 8}, "Dusk")
    (seen,) = [one for one in await listed(alice) if one["id"] == hers["id"]]
    assert seen["used"] == 1
    templated = {**body, "template": {"prompt": "dawn"}}
    filled = (await alice.post("/api/v1/runs", json=templated)).json()
    assert (filled["input"]["prompt"], filled["preset"]) == ("dawn", "Dusk")


async def test_a_shipped_preset_brings_its_sample_picture_into_a_run(
    alice: httpx.AsyncClient,
) -> None:
    shipped = [one for one in await listed(alice) if one["shipped"]]
    sampled = next(one for one in shipped if "sample:" in str(one["values"]))
    body = {"endpoint_id": sampled["endpoint_id"], "input": {}, "preset": sampled["id"]}
    run = await alice.post("/api/v1/runs", json=body)
    assert run.status_code == 202, run.text
    assert "sample:" not in str(run.json()["input"])


async def test_an_estimate_is_what_the_run_of_the_same_preset_is_told_and_writes_nothing(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = (await save(alice, visibility="team", values={"num_images": 3})).json()
    shipped = [one for one in await listed(alice) if "sample:" in str(one["values"])]
    bodies = [
        {"endpoint_id": V11, "input": {"prompt": "a hill"}, "preset": hers["id"]},
        {"endpoint_id": V11, "input": {"prompt": "a hill", "num_images": 2}, "preset": hers["id"]},
        *(
            {"endpoint_id": one["endpoint_id"], "input": {}, "preset": one["id"]}
            for one in shipped
            if one["slug"] in ("v1-fill", "v1-redux")
        ),
    ]
    assert len(bodies) > 4
    told = [(await bob.post("/api/v1/estimates", json=body)).json()["usd"] for body in bodies]
    assert all(not one["used"] for one in await listed(alice))
    runs = [(await bob.post("/api/v1/runs", json=body)).json()["estimate_usd"] for body in bodies]
    assert told == runs
    assert told[0] != told[1]


async def test_an_estimate_says_what_a_run_would_be_refused_for(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = (await save(alice, visibility="private")).json()
    body = {"endpoint_id": V11, "input": {}, "preset": hers["id"]}
    refused = await bob.post("/api/v1/estimates", json=body)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    elsewhere = await alice.post("/api/v1/estimates", json={**body, "endpoint_id": REDUX})
    assert "preset" in faults(elsewhere)
    assert (await alice.post("/api/v1/estimates", json=body)).status_code == 200
    both = {**body, "template": {"prompt": "a {fox|owl}"}}
    assert (await alice.post("/api/v1/estimates", json=both)).status_code == 200


async def test_a_preset_that_one_does_not_see_or_that_does_not_fit_starts_no_run(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = (await save(alice, visibility="private")).json()
    body = {"endpoint_id": V11, "input": {}, "preset": hers["id"]}
    for preset in (hers["id"], "nothing"):
        refused = await bob.post("/api/v1/runs", json={**body, "preset": preset})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    elsewhere = await alice.post("/api/v1/runs", json={**body, "endpoint_id": REDUX})
    assert elsewhere.status_code == 422
    assert "preset" in faults(elsewhere)
    for browser in (alice, bob):
        assert (await browser.get("/api/v1/runs")).json()["runs"] == []


async def test_a_shipped_preset_has_no_versions(alice: httpx.AsyncClient) -> None:
    shipped = next(one for one in await listed(alice) if one["shipped"])
    answer = await alice.get(f"/api/v1/presets/{shipped['id']}/versions")
    assert answer.json() == {"versions": []}
