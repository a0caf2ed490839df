"""Cancelling, in every state."""

from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.errors import Conflict, NotAllowed
from backend.domain.run import RunState
from backend.fal.practice_script import Answer, Hang
from tests.integration.playground import Fal, World, started


async def test_a_waiting_run_is_dropped_without_a_post(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path, max_runs_in_flight=1) as world:
        fal.script.hold("queued")
        first = await world.until(await world.start(), RunState.QUEUED)
        waiting = await world.start()
        dropped = await world.services.control.cancel(world.alice, waiting.id)
        assert dropped.state is RunState.CANCELLED
        assert dropped.problem is not None
        assert dropped.problem.charged == "no"
        fal.script.release()
        await world.done(first)
        assert world.posts == 1


async def test_a_queued_run_is_cancelled_at_fal(world: World) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    await world.services.control.cancel(world.alice, run.id)
    ended = await world.until(run, RunState.CANCELLED)
    assert ended.problem is not None
    assert ended.problem.charged == "no"
    assert world.script.calls["cancel"] == 1


async def test_a_running_run_may_be_charged_although_it_was_cancelled(world: World) -> None:
    world.script.hold("running")
    run = await world.until(await world.start(), RunState.RUNNING)
    await world.services.control.cancel(world.alice, run.id)
    ended = await world.until(run, RunState.CANCELLED)
    assert ended.problem is not None
    assert ended.problem.charged == "unknown"


async def test_a_cancel_that_fal_ignores_still_brings_the_picture(world: World) -> None:
    world.script.ignores_cancel = True
    world.script.hold("running")
    run = await world.until(await world.start(), RunState.RUNNING)
    await world.services.control.cancel(world.alice, run.id)
    world.script.release()
    assert (await world.done(run)).images[0].key is not None


async def test_a_cancel_while_sending_goes_out_when_the_id_is_known(world: World) -> None:
    world.script.hold("queued")
    world.script.push("submit", Hang(seconds=0.2, after_accepting=True))
    run = await world.until(await world.start(), RunState.SUBMITTING)
    noted = await world.services.control.cancel(world.alice, run.id)
    assert noted.state is RunState.SUBMITTING
    ended = await world.until(run, RunState.CANCELLED)
    assert ended.request_id in world.made


async def test_a_cancel_while_sending_goes_out_although_the_reply_was_lost(world: World) -> None:
    world.script.hold("queued")
    world.script.push("submit", Hang(after_accepting=True))
    run = await world.until(await world.start(), RunState.SUBMITTING)
    await world.services.control.cancel(world.alice, run.id)
    ended = await world.until(run, RunState.CANCELLED)
    assert [ended.request_id] == world.made


@pytest.mark.parametrize(
    ("later", "state", "charged"),
    [
        (timedelta(), RunState.CANCELLED, "no"),
        (timedelta(minutes=10), RunState.LOST, "unknown"),
    ],
)
async def test_a_cancelled_run_that_fal_forgets_was_free_only_where_it_can_not_have_expired(
    world: World, later: timedelta, state: RunState, charged: str
) -> None:
    world.script.hold("queued")
    world.script.always("cancel", Answer(400, {"status": "?"}))
    run = await world.until(await world.start(), RunState.QUEUED)
    await world.services.control.cancel(world.alice, run.id)
    world.clock.ahead = later
    world.script.lose(str(run.request_id))
    ended = await world.until(run, state)
    assert ended.problem is not None
    assert ended.problem.charged == charged


async def test_what_has_ended_can_not_be_cancelled(world: World) -> None:
    run = await world.done(await world.start())
    with pytest.raises(Conflict):
        await world.services.control.cancel(world.alice, run.id)


async def test_somebody_elses_run_can_not_be_cancelled(world: World) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    with pytest.raises(NotAllowed):
        await world.services.control.cancel(world.bob, run.id)
    assert world.script.calls["cancel"] == 0
