"""An uncertain run is looked up for a week, by a clock that goes as fast as it is asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from backend.domain.errors import FalUnreachable, StorageFailed
from backend.domain.ports import RunStore
from backend.domain.run import Handle, Run, RunState
from backend.runs.feed import Feed
from backend.runs.look_up import LookUp
from backend.runs.uncertain import LOOK_UP_EVERY_S, LOOK_UP_FOR, LOOK_UPS_AFTER_S, Uncertain
from tests.unit.runs.factories import NOON, a_run

HANDLE = Handle(request_id="r", status_url="s", response_url="t", cancel_url="c")
HOUR = timedelta(seconds=LOOK_UP_EVERY_S)
Says = Callable[[datetime], Handle | Exception | None]


@dataclass
class Clock:
    """Who waits has waited; the pauses are written down."""

    at: datetime = NOON
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Fal:
    """Its list of requests, as it is at a moment."""

    clock: Clock
    says: Says
    asked_at: list[datetime] = field(default_factory=list)

    async def find(self, run: Run) -> Handle | None:
        self.asked_at.append(self.clock.at)
        said = self.says(self.clock.at)
        if isinstance(said, Exception):
            raise said
        return said


@dataclass
class OneRun:
    """The store, with one run in it."""

    run: Run

    async def get(self, run_id: str) -> Run:
        return self.run

    async def move(
        self, run_id: str, source: RunState, target: RunState, **changes: Any
    ) -> Run | None:
        if self.run.state is not source:
            return None
        self.run = replace(self.run, state=target, **changes)
        return self.run


@dataclass
class Case:
    """One uncertain run and what fal says of it."""

    says: Says
    clock: Clock = field(default_factory=Clock)
    begun: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fal = Fal(self.clock, self.says)
        self.store = OneRun(a_run(state=RunState.UNCERTAIN, submitted_at=NOON))

    async def watched(self) -> Run:
        uncertain = Uncertain(
            store=cast(RunStore, self.store),
            look_up=cast(LookUp, self.fal),
            feed=Feed(),
            clock=self.clock,
            begin=self.begun.append,
        )
        async with asyncio.timeout(20):
            await uncertain.watch(self.store.run)
        return self.store.run


async def test_it_is_looked_up_soon_then_hourly_and_after_a_week_a_person_decides() -> None:
    case = Case(lambda _: None)
    run = await case.watched()
    assert (run.state, case.begun) == (RunState.UNCERTAIN, [])
    soon, later = case.clock.pauses[:6], case.clock.pauses[6:]
    assert tuple(soon) == LOOK_UPS_AFTER_S
    assert set(later) == {LOOK_UP_EVERY_S}
    assert len(case.fal.asked_at) == len(case.clock.pauses)
    assert LOOK_UP_FOR < case.fal.asked_at[-1] - NOON <= LOOK_UP_FOR + HOUR


async def test_what_fal_lists_days_later_is_found_within_the_hour_and_followed_once() -> None:
    listed_at = NOON + timedelta(days=3)
    case = Case(lambda now: HANDLE if now >= listed_at else None)
    run = await case.watched()
    assert (run.state, run.handle) == (RunState.QUEUED, HANDLE)
    assert case.begun == [run]
    assert case.fal.asked_at[-1] - listed_at <= HOUR


async def test_a_day_without_fal_or_the_database_ends_no_look_ups() -> None:
    back_at = NOON + timedelta(days=1)
    faults = [FalUnreachable(), StorageFailed()]
    case = Case(lambda now: HANDLE if now >= back_at else faults[now.hour % 2])
    assert (await case.watched()).state is RunState.QUEUED
    assert len(case.begun) == 1


async def test_what_a_person_has_decided_is_not_looked_up_again() -> None:
    def decided(now: datetime) -> None:
        if now - NOON > timedelta(hours=5):
            case.store.run = replace(case.store.run, state=RunState.FAILED)

    case = Case(decided)
    assert (await case.watched()).state is RunState.FAILED
    assert case.fal.asked_at[-1] - NOON <= timedelta(hours=6)
