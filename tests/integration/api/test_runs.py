"""What people do with a run that is there: repeat, cancel, delete, restore, read as code."""

import httpx

from backend.domain.run import RunState
from tests.integration.api.shape import HILL, PROBLEM, is_a_run, page
from tests.integration.playground import V11, World


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
