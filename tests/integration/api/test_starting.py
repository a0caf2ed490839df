"""Starting a run over HTTP."""

from pathlib import Path

import httpx

from backend.domain.run import RunState
from tests.integration.api.shape import HILL, PROBLEM, is_a_run, post
from tests.integration.api.site import opened
from tests.integration.playground import V11, Fal, World


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
