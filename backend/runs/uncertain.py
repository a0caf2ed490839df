"""Runs that fal may have taken: look-ups by themselves and by a person, and a person's word."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, repeat

from backend.domain.errors import FalError, StorageFailed
from backend.domain.ports import Clock, RunStore
from backend.domain.run import Run, RunState
from backend.runs.feed import Feed
from backend.runs.insist import insist
from backend.runs.look_up import LookUp
from backend.runs.problems import NEVER_RAN

log = logging.getLogger(__name__)

#: pauses before the look-ups that happen by themselves: fal's list may lag behind, and its
#: platform calls may fail for hours
LOOK_UPS_AFTER_S = (0.0, 5.0, 30.0, 120.0, 600.0, 1800.0)
#: then again and again
LOOK_UP_EVERY_S = 3600.0
#: until the request was sent so long ago; afterwards a person decides
LOOK_UP_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """Resolves uncertain runs. `begin` follows a run that was found."""

    store: RunStore
    look_up: LookUp
    feed: Feed
    clock: Clock
    begin: Callable[[Run], None]
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def check(self, run: Run) -> Run:
        """Look it up at fal; found, it is queued and followed. Raises FalError."""
        async with self._one_at_a_time:
            handle = await self.look_up.find(run)
            if handle is None:
                return run
            # a commit whose answer is lost would leave a run that nobody follows
            found = await insist(
                self.store,
                self.clock,
                run,
                RunState.UNCERTAIN,
                RunState.QUEUED,
                handle=handle,
                problem=None,
            )
        if found.state is not RunState.QUEUED:
            return found
        self.feed.publish(found)
        self.begin(found)
        return found

    async def watch(self, run: Run) -> None:
        """Look it up without being asked, at intervals, until it is resolved."""
        last = (run.submitted_at or run.created_at) + LOOK_UP_FOR
        for pause in chain(LOOK_UPS_AFTER_S, repeat(LOOK_UP_EVERY_S)):
            await self.clock.sleep(pause)
            try:
                current = await self.store.get(run.id)
                if current is None or current.state is not RunState.UNCERTAIN:
                    return
                await self.check(current)
            except (FalError, StorageFailed) as error:
                log.warning("run %s: not looked up (%s)", run.id, error.code())
            if self.clock.now() > last:
                return

    async def never_ran(self, run: Run) -> Run:
        """A person says that it never ran at fal."""
        failed = await self.store.move(
            run.id,
            RunState.UNCERTAIN,
            RunState.FAILED,
            problem=NEVER_RAN,
            handle=None,
            finished_at=self.clock.now(),
        )
        if failed is None:
            return await self.store.get(run.id) or run
        self.feed.publish(failed)
        return failed
