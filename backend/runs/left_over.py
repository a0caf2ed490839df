"""Runs of an earlier start: which there are, and those that can't go on as they stood."""

import logging
from dataclasses import replace

from backend.domain.errors import StorageFailed
from backend.domain.ports import Clock, RunStore
from backend.domain.run import UNFINISHED, Run, RunState
from backend.runs.backoff import doubling
from backend.runs.insist import insist
from backend.runs.problems import PRACTICE_OVER, STOPPED_WHILE_SENDING

log = logging.getLogger(__name__)


async def unfinished(store: RunStore, clock: Clock) -> tuple[Run, ...]:
    """Read until the storage answers: nobody would start these runs later."""
    for pause in doubling(0.5, 30):
        try:
            return await store.in_states(tuple(UNFINISHED))
        except StorageFailed as error:
            log.warning("unfinished runs can't be read yet: %s", error.message)
        await clock.sleep(pause)
    raise AssertionError("doubling never ends")


async def cut_off(store: RunStore, clock: Clock, run: Run) -> Run:
    """Nobody knows whether the POST of a run that is found so has arrived."""
    return await insist(
        store,
        clock,
        run,
        RunState.SUBMITTING,
        RunState.UNCERTAIN,
        problem=STOPPED_WHILE_SENDING,
    )


async def end_practice(store: RunStore, clock: Clock, run: Run) -> None:
    """The practice fal of an earlier start can't be asked any more."""
    changes: dict[str, object] = {"problem": PRACTICE_OVER}
    target = RunState.FAILED
    if run.state is RunState.SAVING:
        target = RunState.DONE
        given_up = (
            image if image.settled else replace(image, missing=True) for image in run.images
        )
        changes = {"images": tuple(given_up)}
    await insist(store, clock, run, run.state, target, finished_at=clock.now(), **changes)
