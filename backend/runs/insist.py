"""A change of a paid run that has to be written, however often the storage refuses."""

import logging
from typing import Any

from backend.domain.errors import StorageFailed
from backend.domain.ports import Clock, RunStore
from backend.domain.run import Run, RunState
from backend.runs.backoff import doubling

log = logging.getLogger(__name__)


async def insist(
    store: RunStore, clock: Clock, run: Run, source: RunState, target: RunState, **changes: Any
) -> Run:
    """Compare-and-set until the storage takes it; the run as it is where somebody was quicker."""
    for pause in doubling(0.5, 30):
        try:
            moved = await store.move(run.id, source, target, **changes)
            return moved or await as_stored(store, run)
        except StorageFailed:
            log.warning("run %s: the storage refused %s, trying again", run.id, target)
        await clock.sleep(pause)
    raise AssertionError("doubling never ends")


async def as_stored(store: RunStore, run: Run) -> Run:
    """The run as the store has it now."""
    current = await store.get(run.id)
    if current is None:
        raise StorageFailed(f"The row of run {run.id} is gone.")
    return current
