"""A stop and a start in between: nothing is sent twice, nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from backend.domain.errors import IntakeClosed
from backend.domain.run import RunState
from backend.fal.practice_script import Answer, Hang
from tests.integration.playground import Fal, started


async def test_queued_and_running_runs_are_followed_by_their_request_id(
    fal: Fal, tmp_path: Path
) -> None:
    fal.script.hold("queued")
    async with started(fal, tmp_path) as world:
        queued = await world.until(await world.start(), RunState.QUEUED)
        fal.script.hold("running", queued.request_id)
        await world.until(queued, RunState.RUNNING)
        other = await world.until(await world.start(), RunState.QUEUED)
    fal.script.release(queued.request_id)
    fal.script.release()
    async with started(fal, tmp_path) as world:
        await world.done(queued)
        await world.done(other)
        assert world.posts == 2


async def test_saving_goes_on_after_a_stop(fal: Fal, tmp_path: Path) -> None:
    fal.script.always("picture", Answer(500, "oops"))
    async with started(fal, tmp_path) as world:
        run = await world.until(await world.start(), RunState.SAVING)
    fal.script.always("picture", None)
    async with started(fal, tmp_path) as world:
        assert (await world.done(run)).images[0].key is not None
        assert fal.script.calls["result"] == 1


async def test_what_waited_is_sent_at_the_next_start(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("queued")
    async with started(fal, tmp_path, max_runs_in_flight=1) as world:
        first = await world.until(await world.start(), RunState.QUEUED)
        waiting = await world.start()
    fal.script.release()
    async with started(fal, tmp_path) as world:
        await world.done(first)
        await world.done(waiting)
        assert world.posts == 2


async def test_a_post_under_way_gets_its_answer_before_the_stop(fal: Fal, tmp_path: Path) -> None:
    fal.script.push("submit", Hang(seconds=0.2, after_accepting=True))
    fal.script.hold("queued")
    async with started(fal, tmp_path) as world:
        run = await world.until(await world.start(), RunState.SUBMITTING)
    fal.script.release()
    async with started(fal, tmp_path) as world:
        assert (await world.get(run)).state is not RunState.UNCERTAIN
        await world.done(run)
        assert world.posts == 1


async def test_a_post_that_is_cut_off_is_uncertain_and_then_found(fal: Fal, tmp_path: Path) -> None:
    fal.script.push("submit", Hang(after_accepting=True))
    async with started(fal, tmp_path) as world:
        run = await world.until(await world.start(), RunState.SUBMITTING)
        await fal.script.until_called("submit")
        await world.services.runner.stop(grace_s=0)
        assert (await world.get(run)).state is RunState.UNCERTAIN
    fal.script.let_go()
    async with started(fal, tmp_path) as world:
        await world.done(run)
        assert world.posts == 1


async def test_a_second_process_waits_and_takes_nothing_until_the_first_has_gone(
    fal: Fal, tmp_path: Path
) -> None:
    async with started(fal, tmp_path, owning=False) as second_in_time:
        first_owns = second_in_time.playground.owned
        await asyncio.wait_for(first_owns.wait(), 5)
        async with started(fal, tmp_path, owning=False) as second:
            with pytest.raises(IntakeClosed):
                await second.start()
            assert not (await second.services.status.ready())["ready"]
            await second_in_time.services.runner.stop()
            await second_in_time.playground.aclose()
            await asyncio.wait_for(second.playground.owned.wait(), 5)
            await second.done(await second.start())


async def test_practice_runs_end_when_the_key_comes(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("queued")
    async with started(fal, tmp_path, fal_key=None) as world:
        run = await world.until(await world.start(), RunState.QUEUED)
    async with started(fal, tmp_path) as world:
        ended = await world.get(run)
        assert ended.state is RunState.FAILED
        assert ended.problem is not None
        assert ended.problem.code == "practice_over"


async def test_paid_runs_wait_for_the_key_while_it_is_away(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("queued")
    async with started(fal, tmp_path) as world:
        run = await world.until(await world.start(), RunState.QUEUED)
    fal.script.release()
    async with started(fal, tmp_path, fal_key=None) as world:
        assert (await world.get(run)).state is RunState.QUEUED
        notices = (await world.services.status.me(world.alice))["notices"]
        assert any("set FAL_KEY again" in notice["text"] for notice in notices)
    async with started(fal, tmp_path) as world:
        await world.done(run)
        assert world.posts == 1
