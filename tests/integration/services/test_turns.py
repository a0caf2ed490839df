"""Turns: people in rotation, and everybody sees how many are before them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.domain.person import Person
from backend.domain.run import Run, RunState
from tests.integration.playground import V11, Fal, World, started
from tests.integration.services.conftest import until


@pytest.fixture
async def narrow(fal: Fal, tmp_path: Path) -> AsyncIterator[World]:
    """A playground with room for one run at fal, where runs stay."""
    fal.script.hold("running")
    async with started(fal, tmp_path, max_runs_in_flight=1) as world:
        yield world


async def start(world: World, person: Person, prompt: str) -> Run:
    given = {"prompt": prompt, "image_size": {"width": 64, "height": 48}}
    return await world.services.generate.start(person, V11, given)


async def before(world: World, run: Run) -> int | None:
    """What the run says of its place."""
    current = await world.services.control.see(world.alice, run.id)
    place: int | None = (await world.services.view.one(current, world.alice))["before_you"]
    return place


def sent(world: World) -> list[str]:
    return [seen.input["prompt"] for seen in world.script.submits]


async def three_and_one(world: World) -> list[Run]:
    """Three runs of alice's, the first at fal, and then one of bob's."""
    first = await start(world, world.alice, "alice 1")
    await world.until(first, RunState.QUEUED, RunState.RUNNING)
    hers = [await start(world, world.alice, f"alice {n}") for n in (2, 3)]
    his = await start(world, world.bob, "bob 1")
    return [first, *hers, his]


async def test_whoever_comes_to_a_long_row_is_second_and_not_last(narrow: World) -> None:
    runs = await three_and_one(narrow)
    assert sent(narrow) == ["alice 1"]
    narrow.script.release()
    for run in runs:
        await narrow.until(run, RunState.DONE)
    assert sent(narrow) == ["alice 1", "bob 1", "alice 2", "alice 3"]


async def test_each_run_that_waits_says_how_many_are_before_it(narrow: World) -> None:
    first, second, third, his = await three_and_one(narrow)
    live = narrow.services.feed.live
    await until(lambda: live(third.id).before_you == 2, "the last place told")
    assert [await before(narrow, run) for run in (first, his, second, third)] == [None, 0, 1, 2]


async def test_a_run_that_is_cancelled_while_it_waits_lets_the_others_up(narrow: World) -> None:
    _, second, third, his = await three_and_one(narrow)
    cancelled = await narrow.services.control.cancel(narrow.bob, his.id)
    assert cancelled.state is RunState.CANCELLED
    live = narrow.services.feed.live
    await until(lambda: live(third.id).before_you == 1, "moved up")
    assert [await before(narrow, run) for run in (his, second, third)] == [None, 0, 1]
    narrow.script.release()
    await narrow.done(third)
    assert sent(narrow) == ["alice 1", "alice 2", "alice 3"]


async def test_no_more_are_at_fal_than_may_be(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("running")
    async with started(fal, tmp_path, max_runs_in_flight=2) as world:
        runs = [await start(world, world.alice, f"alice {n}") for n in range(5)]
        await until(lambda: world.posts == 2, "two sent")
        assert (world.services.runner.in_flight, world.services.runner.waiting) == (2, 3)
        world.script.release()
        for run in runs:
            await world.done(run)
        assert sent(world) == [f"alice {n}" for n in range(5)]


async def test_who_waited_keeps_the_place_over_a_restart(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("running")
    async with started(fal, tmp_path, max_runs_in_flight=1) as world:
        runs = await three_and_one(world)
    assert sent(world) == ["alice 1"]
    async with started(fal, tmp_path, max_runs_in_flight=1) as again:
        fal.script.release()
        for run in runs:
            await again.until(run, RunState.DONE)
        made = sent(again)
    assert made[0] == "alice 1"
    assert sorted(made) == ["alice 1", "alice 2", "alice 3", "bob 1"]
    assert made.index("bob 1") < made.index("alice 3")
