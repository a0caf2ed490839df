"""Episodes one after another in some lanes, until there is enough of them."""

import asyncio
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.faults.episode import Outcome, play
from tests.faults.ledger import new_database
from tests.faults.nursery import Nursery
from tests.faults.plan import plan_of


@dataclass(frozen=True, kw_only=True)
class Order:
    """How much is wanted: the machine begins no episode beyond any of the bounds."""

    seed: int
    #: the number of the first episode
    first: int = 0
    episodes: int | None = None
    faults: int | None = None
    seconds: float | None = None
    #: episodes at the same time, most of which wait most of the time
    lanes: int = 4
    #: a mistake to be found (tests/faults/mutants.py)
    mutant: str | None = None


@dataclass
class Report:
    """What all episodes together came to."""

    faults: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    episodes: int = 0
    runs: int = 0
    restarts: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more episode."""
        self.episodes += 1
        self.faults += outcome.faults
        self.ended += outcome.ended
        self.runs += outcome.runs
        self.restarts += outcome.restarts
        self.violations += outcome.violations


async def work(order: Order, folder: Path) -> Report:
    """Play episodes in this folder, until the order is met or something was violated."""
    report = Report()
    database = await new_database(folder / "new")
    began = time.monotonic()
    numbers = count(order.first)

    def enough() -> bool:
        report.seconds = time.monotonic() - began
        return bool(
            report.violations
            or (order.faults is not None and report.faults.total() >= order.faults)
            or (order.seconds is not None and report.seconds >= order.seconds)
        )

    async def lane() -> None:
        async with Nursery() as nursery:
            while not enough():
                number = next(numbers)
                if order.episodes is not None and number - order.first >= order.episodes:
                    return
                place = folder / f"episode-{number}"
                plan = plan_of(order.seed, number)
                report.add(await play(plan, nursery, database, place, order.mutant))
                if not report.violations:
                    shutil.rmtree(place)

    async with asyncio.TaskGroup() as lanes:
        for _ in range(order.lanes):
            lanes.create_task(lane())
    enough()
    return report
