"""What was deleted, over HTTP: each person's own."""

import httpx

from tests.integration.playground import World


async def test_it_is_listed_for_its_owner_alone_and_emptied_by_them_alone(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    one, two = await world.done(await world.start()), await world.done(await world.start())
    for run in (one, two):
        assert (await alice.delete(f"/api/v1/runs/{run.id}")).status_code == 200
    listed = (await alice.get("/api/v1/deleted")).json()
    assert [item["run"]["id"] for item in listed["runs"]] == [two.id, one.id]
    assert (listed["count"], listed["keep_days"]) == (2, 30)
    assert listed["runs"][0]["purge_at"].endswith("Z")
    assert (await bob.get("/api/v1/deleted")).json()["runs"] == []
    nothing = await bob.post("/api/v1/deleted/empty", json={"run_ids": [one.id]})
    assert nothing.json() == {"removed": 0}
    gone = await alice.post("/api/v1/deleted/empty", json={"run_ids": [one.id]})
    assert gone.json() == {"removed": 1}
    assert (await alice.get(f"/media/{one.id}/0")).status_code == 404
    late = await alice.post(f"/api/v1/runs/{one.id}/restore")
    assert late.status_code == 409
    assert "gone for good" in late.text
    assert (await alice.post(f"/api/v1/runs/{two.id}/restore")).status_code == 200
    assert (await alice.post("/api/v1/deleted/empty")).json() == {"removed": 0}


async def test_fals_answer_is_said_in_the_language_of_whoever_asks(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start())
    address = f"/api/v1/runs/{run.id}/delete-at-fal"
    told = (await alice.post(address, headers={"accept-language": "de"})).json()
    assert told["answer"] == "deleted"
    assert told["message"].startswith("fal hat gelöscht")
