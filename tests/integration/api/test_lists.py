"""Lists of runs over HTTP."""

from typing import Any

import httpx
import pytest

from tests.integration.api.shape import faults, page
from tests.integration.playground import World

ULTRA = "fal-ai/flux-pro/v1.1-ultra"


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
