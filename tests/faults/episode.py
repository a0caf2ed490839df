"""One episode: a folder, a fal, some lives of the playground on them, and the verdict."""

import asyncio
import contextlib
import shutil
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.endpoints.catalogue import load_catalogue
from backend.fal.practice import Pace, PracticeFal, PracticeServer
from backend.store.database import FILE_NAME
from tests.faults.ledger import Ledger
from tests.faults.life import NO_START, NOT_SETTLED, SETTLES_WITHIN_S, STOPPED, UNEXPECTED
from tests.faults.mischief import Mischief, Watcher
from tests.faults.nursery import Nursery
from tests.faults.plan import EpisodePlan, Life, as_json
from tests.faults.verdict import Truth, violations
from tests.integration.playground import QuickClock

#: how much faster time passes, for fal and for the playground
SPEED = 60.0
#: a life that does not come to its end is a violation, not a wait for ever
LIVES_AT_MOST_S = SETTLES_WITHIN_S + 60
#: runs that wait for their next try make few calls
MISBEHAVES_AT_MOST_S = 8.0
SHOWN_LINES = 25


@dataclass(frozen=True)
class Outcome:
    """What happened in an episode."""

    #: faults that were met, by what they were
    faults: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    violations: tuple[str, ...] = ()


async def play(
    plan: EpisodePlan, nursery: Nursery, database: Path, folder: Path, mutant: str | None
) -> Outcome:
    """Play it in this folder, which is left there where something was violated."""
    (folder / "data").mkdir(parents=True)
    shutil.copy(database, folder / "data" / FILE_NAME)
    ledger = Ledger(folder / "data" / FILE_NAME)
    try:
        return await _Episode(plan, nursery, folder, ledger, mutant).play()
    finally:
        ledger.close()


class _Episode:
    def __init__(
        self,
        plan: EpisodePlan,
        nursery: Nursery,
        folder: Path,
        ledger: Ledger,
        mutant: str | None,
    ) -> None:
        self._plan = plan
        self._nursery = nursery
        self._folder = folder
        self._ledger = ledger
        self._mutant = mutant
        self._clock = QuickClock(SPEED)
        self._watcher = Watcher(marks=ledger.marks, knows=ledger.knows)
        self._mischief = Mischief(plan, self._watcher)
        self._catalogue = load_catalogue()
        self._fal = PracticeFal(
            self._catalogue.endpoints,
            pace=Pace(queue=plan.queue_s, run=plan.run_s),
            script=self._mischief,
            now=lambda: self._clock.now().timestamp(),
        )
        self._faults: Counter[str] = Counter()
        self._restarts = 0
        self._wrong: list[str] = []

    async def play(self) -> Outcome:
        server = PracticeServer(self._fal)
        url = await server.start()
        try:
            for number, life in enumerate(self._plan.lives):
                await self._live(number, life, url)
        finally:
            await server.stop()
        rows = self._ledger.rows()
        truth = Truth(
            plan=self._plan,
            catalogue=self._catalogue,
            mischief=self._mischief,
            store=self._fal.store,
            rows=rows,
            folder=self._folder / "data" / "pictures",
        )
        self._wrong += self._watcher.violations
        self._wrong += violations(truth)
        self._wrong += self._unexpected()
        tally = self._folder / "tally"
        self._faults["storage"] = tally.stat().st_size if tally.exists() else 0
        return Outcome(
            faults=self._faults + self._mischief.injected,
            runs=len(rows),
            ended=Counter(row["state"] for row in rows),
            restarts=self._restarts,
            violations=tuple(self._explained(told) for told in self._wrong),
        )

    async def _live(self, number: int, life: Life, url: str) -> None:
        job = {
            "folder": str(self._folder),
            "fal_url": url,
            "clock": self._clock.told(),
            "seed": f"{self._plan.seed}/{number}",
            "life": as_json(life),
            "wishes": [as_json(wish) for wish in self._plan.wishes],
            "in_flight": self._plan.in_flight,
            "mutant": self._mutant,
        }
        calm = asyncio.create_task(self._calm_after(life))
        try:
            code = await self._end_of(life, job)
        finally:
            calm.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await calm
        self._note_end(life, number, code)

    async def _end_of(self, life: Life, job: Mapping[str, Any]) -> int:
        log = self._folder / "lives.log"
        # with few runs left to work on, a life may never come to the step that is its end
        kills = life.end.startswith("killed")
        return await self._nursery.life(job, log, life.after_s if kills else LIVES_AT_MOST_S)

    async def _calm_after(self, life: Life) -> None:
        if life.end != "settled":
            return
        seen = self._mischief.calls
        until = seen.total() + life.calls
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MISBEHAVES_AT_MOST_S):
                while seen.total() < until:
                    await self._mischief.changes.wait(None)
        self._mischief.calm = True
        (self._folder / "calm").touch()

    def _note_end(self, life: Life, number: int, code: int) -> None:
        told = f"life {number} ({life.end})"
        if code == -signal.SIGKILL and life.end.startswith("killed"):
            self._faults["kill -9"] += 1
            self._restarts += 1
        elif code == NO_START and life.end != "settled":
            self._restarts += 1
        elif code == STOPPED and life.end in ("stopped", "settled"):
            self._restarts += life.end == "stopped"
        elif code == NOT_SETTLED:
            self._wrong.append(f"{told} has not settled {SETTLES_WITHIN_S:g} s after all was well")
        else:
            self._wrong.append(f"{told} ended with the exit code {code}")

    def _unexpected(self) -> list[str]:
        """What no log may say: an error that nobody has thought of."""
        log = self._folder / "lives.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return [
            "the log: " + " ⏎ ".join(lines[at : at + SHOWN_LINES])
            for at, line in enumerate(lines)
            if UNEXPECTED in line or "unexpected" in line
        ]

    def _explained(self, told: str) -> str:
        name = told.partition(":")[0]
        met = self._mischief.met.get(name, [])
        changes = [
            f"{row['id']}: {' → '.join(target for _, target in row.changes)}"
            for row in self._ledger.rows()
            if f" {name} " in row.prompt
        ]
        shown = [*changes, *met[-SHOWN_LINES:]]
        return "\n    ".join([f"{self._plan.seed} {told}", *shown])
