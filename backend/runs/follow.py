"""From queued to its end: read fal's statuses, then the result, whatever fal does meanwhile."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from backend.domain.errors import (
    CancelledAtFal,
    FalError,
    ResultGone,
    Slow,
)
from backend.domain.ports import Clock, FalResult, FalStatus, Gateway, RunStore
from backend.domain.run import Charged, Handle, Run, RunProblem, RunState
from backend.runs.arriving import due
from backend.runs.backoff import doubling
from backend.runs.feed import Feed
from backend.runs.problems import CANCELLED_IN_QUEUE, GAVE_UP_FOLLOWING, problem_of
from backend.runs.read_ahead import ReadAhead

T = TypeVar("T")

#: our own deadline, since fal has accepted it
FOLLOW_FOR = timedelta(hours=24)
#: fal keeps every result for so long, a small one for an hour
#: (https://fal.ai/docs/inference-api/queue/result, read 2026-11)
KEPT_AT_LEAST = timedelta(minutes=6)


class _TakesTooLong(Exception):
    """The deadline has passed."""


@dataclass(frozen=True, kw_only=True)
class Follower:
    """Follows accepted runs to the result."""

    store: RunStore
    gateway: Gateway
    ahead: ReadAhead
    feed: Feed
    clock: Clock

    async def follow(self, run: Run) -> tuple[Run, FalResult | None]:
        """The run at its end, and the result where there is one to save."""
        handle = run.handle
        if handle is None:
            raise ValueError(f"run {run.id} has no request id to follow")
        deadline = (run.submitted_at or run.created_at) + FOLLOW_FOR
        try:
            run, last = await self._statuses(run, handle, deadline)
            result = await self._result(run, handle, last, deadline)
        except _TakesTooLong:
            return await self._end(run, RunState.LOST, GAVE_UP_FOLLOWING), None
        except ResultGone as error:
            return await self._gone(run, error), None
        except CancelledAtFal as error:
            charged: Charged = "unknown" if run.state is RunState.RUNNING else "no"
            problem = problem_of(error, charged=charged)
            return await self._end(run, RunState.CANCELLED, problem), None
        except FalError as error:
            return await self._end(run, RunState.FAILED, problem_of(error)), None
        return run, result

    async def _statuses(
        self, run: Run, handle: Handle, deadline: datetime
    ) -> tuple[Run, FalStatus]:
        async def read() -> FalStatus:
            nonlocal run
            async with aclosing(self.ahead.statuses(run, handle)) as statuses:
                async for status in statuses:
                    self.feed.slow(run, None)
                    run = await self._apply(run, status)
                    if status.state == "completed":
                        return status
            raise Slow

        last = await self._until_answered(lambda: run, read, deadline)
        return run, last

    async def _apply(self, run: Run, status: FalStatus) -> Run:
        if status.state == "queued":
            self.feed.queue_position(run, status.position)
        elif status.state == "running" and run.state is RunState.QUEUED:
            moved = await self.store.move(run.id, RunState.QUEUED, RunState.RUNNING)
            run = moved or run
            self.feed.publish(run)
        elif status.state == "completed" and self.gateway.problem(status) is None:
            self.feed.pictures_due(run, due(run))
        self.feed.log(run, status.logs)
        return run

    async def _result(
        self, run: Run, handle: Handle, last: FalStatus, deadline: datetime
    ) -> FalResult:
        """fal's result. The body says more about an error than the status, so it is asked first."""
        reported = self.gateway.problem(last)

        async def read() -> FalResult:
            try:
                return await self.ahead.result(run, handle)
            except (Slow, ResultGone):
                if reported is not None:
                    raise reported from None
                raise

        return await self._until_answered(lambda: run, read, deadline)

    async def _until_answered(
        self, run: Callable[[], Run], read: Callable[[], Awaitable[T]], deadline: datetime
    ) -> T:
        for pause in doubling(0.5, 30):
            try:
                answer = await read()
            except Slow:
                self.feed.slow(run(), self.feed.live(run().id).slow_since or self.clock.now())
            else:
                self.feed.slow(run(), None)
                return answer
            if self.clock.now() > deadline:
                raise _TakesTooLong
            await self.clock.sleep(pause)
        raise AssertionError("doubling never ends")

    async def _gone(self, run: Run, error: ResultGone) -> Run:
        """fal forgets a request that was cancelled in its queue; any other is lost.

        One that it may have completed and then forgotten is lost, too: perhaps it was paid.
        """
        current = await self.store.get(run.id)
        if run.state is RunState.QUEUED and current is not None and current.cancel_requested:
            if self.clock.now() - (run.submitted_at or run.created_at) < KEPT_AT_LEAST:
                return await self._end(run, RunState.CANCELLED, CANCELLED_IN_QUEUE)
            return await self._end(run, RunState.LOST, problem_of(error, charged="unknown"))
        return await self._end(run, RunState.LOST, problem_of(error))

    async def _end(self, run: Run, state: RunState, problem: RunProblem) -> Run:
        moved = await self.store.move(
            run.id, run.state, state, problem=problem, finished_at=self.clock.now()
        )
        return moved or run
