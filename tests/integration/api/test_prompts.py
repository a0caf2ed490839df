"""One's own history of prompts over HTTP."""

import httpx
import pytest

from tests.integration.api.shape import has_shape
from tests.integration.playground import V11, World

SHAPE = {"id": (str,), "text": (str,), "last_used_at": (str,), "starred": (bool,)}


async def run(browser: httpx.AsyncClient, prompt: str) -> str:
    """Start one."""
    body = {"endpoint_id": V11, "input": {"prompt": prompt}}
    answer = await browser.post("/api/v1/runs", json=body)
    assert answer.status_code == 202
    run_id: str = answer.json()["id"]
    return run_id


async def history(browser: httpx.AsyncClient, **asked: object) -> list[str]:
    """What is listed."""
    answer = await browser.get("/api/v1/prompts", params={k: str(v) for k, v in asked.items()})
    assert answer.status_code == 200
    return [prompt["text"] for prompt in answer.json()["prompts"]]


async def test_it_is_each_persons_own_also_for_an_admin(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    for prompt in ("a fox", "a kite", "a fox"):
        await run(alice, prompt)
    await run(bob, "his own")
    listed = (await alice.get("/api/v1/prompts")).json()
    assert [prompt["text"] for prompt in listed["prompts"]] == ["a fox", "a kite"]
    assert listed["next_cursor"] is None
    for prompt in listed["prompts"]:
        has_shape(prompt, SHAPE)
    assert await history(bob) == ["his own"]
    assert await history(carol) == []
    fox = listed["prompts"][0]["id"]
    for browser in (bob, carol):
        path = f"/api/v1/prompts/{fox}"
        assert (await browser.patch(path, json={"starred": True})).status_code == 404
        assert (await browser.delete(path)).status_code == 404
    assert await history(alice) == ["a fox", "a kite"]


async def test_it_is_searched_starred_and_taken_out_of(alice: httpx.AsyncClient) -> None:
    for prompt in ("a fox", "a kite", "a red kite"):
        await run(alice, prompt)
    assert await history(alice, q="KITE red") == ["a red kite"]
    (fox,) = (await alice.get("/api/v1/prompts", params={"q": "fox"})).json()["prompts"]
    path = f"/api/v1/prompts/{fox['id']}"
    assert (await alice.patch(path, json={"starred": True})).json() == {**fox, "starred": True}
    assert await history(alice, starred=True) == ["a fox"]
    assert (await alice.patch(path, json={})).status_code == 422
    assert (await alice.delete(path)).json()["text"] == "a fox"
    assert (await alice.delete(path)).status_code == 404
    assert sorted(await history(alice)) == ["a kite", "a red kite"]


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"cursor": "x"}, {"q": "x" * 201}])
async def test_a_question_that_makes_no_sense_is_a_422(
    alice: httpx.AsyncClient, asked: dict[str, object]
) -> None:
    answer = await alice.get("/api/v1/prompts", params={k: str(v) for k, v in asked.items()})
    assert answer.status_code == 422


async def test_words_of_runs_that_went_for_good_are_gone(
    alice: httpx.AsyncClient, world: World
) -> None:
    done = await world.done(await world.start())
    assert await history(alice) == [done.input["prompt"]]
    assert (await alice.delete(f"/api/v1/runs/{done.id}")).status_code == 200
    assert await history(alice) == [done.input["prompt"]]
    assert (await alice.post("/api/v1/deleted/empty")).json() == {"removed": 1}
    assert await history(alice) == []


async def test_a_token_that_may_only_look_reads_and_changes_nothing(
    alice: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    await run(alice, "a fox")
    wanted = {"name": "reader", "scope": "read", "days": 1}
    made = await alice.post("/api/v1/me/tokens", json=wanted)
    nobody.headers["authorization"] = f"Bearer {made.json()['token']}"
    assert await history(nobody) == ["a fox"]
    (fox,) = (await nobody.get("/api/v1/prompts")).json()["prompts"]
    path = f"/api/v1/prompts/{fox['id']}"
    assert (await nobody.patch(path, json={"starred": True})).status_code == 403
    assert (await nobody.delete(path)).status_code == 403
