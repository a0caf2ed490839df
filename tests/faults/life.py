"""One process of the playground: people press, cancel, press again, until its end comes."""

import asyncio
import contextlib
import logging
import sys
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.domain.errors import Conflict, FalError, PlaygroundError
from backend.domain.person import Person
from backend.domain.run import Run, RunState
from backend.fal.timeouts import Timeouts
from backend.playground import Playground, StartFailed
from backend.services import Services
from backend.settings import Settings
from tests.faults.mutants import MUTANTS
from tests.faults.plan import Life, Wish, life_of, wish_of
from tests.faults.weather import Weather
from tests.integration.playground import KEY, QuickClock

#: seconds of this machine: a busy one loses more replies, which is a fault like others
TIMEOUTS = Timeouts(
    connect=1, submit=0.8, ask=1, poll=1, silence=0.8, result=0.8, upload=1, download=1
)
SETTLES_WITHIN_S = 60.0
LOOK_EVERY_S = 0.05
STOPPED, NO_START, NOT_SETTLED = 0, 2, 3
#: what a log of a life must never say
UNEXPECTED = "UNEXPECTED"


@dataclass(frozen=True)
class Job:
    """What a life is told, as JSON."""

    folder: Path
    fal_url: str
    clock: QuickClock
    seed: str
    life: Life
    wishes: tuple[Wish, ...]
    in_flight: int
    mutant: str | None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Job":
        """From JSON."""
        return cls(
            folder=Path(told["folder"]),
            fal_url=told["fal_url"],
            clock=QuickClock.heard(told["clock"]),
            seed=told["seed"],
            life=life_of(told["life"]),
            wishes=tuple(wish_of(wish) for wish in told["wishes"]),
            in_flight=told["in_flight"],
            mutant=told["mutant"],
        )

    @property
    def calm(self) -> Path:
        """There once fal and the storage behave."""
        return self.folder / "calm"


def live(told: Mapping[str, Any]) -> int:
    """The exit code, where it comes to its end by itself."""
    job = Job.read(told)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("asyncio").addFilter(_marked)
    warnings.simplefilter("error")
    if job.mutant is not None:
        MUTANTS[job.mutant]()
    Weather(job.life, job.seed, job.folder / "tally", job.calm).set_in()
    try:
        return asyncio.run(_live(job))
    except StartFailed as error:
        sys.stderr.write(f"no start: {error}\n")
        return NO_START


def _marked(record: logging.LogRecord) -> bool:
    """asyncio tells of errors that nobody has caught."""
    record.msg = f"{UNEXPECTED} {record.msg}"
    return True


async def _live(job: Job) -> int:
    settings = Settings(
        fal_key=KEY,  # type: ignore[arg-type]
        fal_stand_in_url=job.fal_url,
        data_dir=job.folder / "data",
        rate_limit="1000000/minute",
        max_runs_in_flight=job.in_flight,
    )
    async with (
        Playground(settings, {}, job.clock, TIMEOUTS) as playground,
        _people(playground.services, job) as crowd,
    ):
        if job.life.end == "settled":
            return await crowd.until_settled()
        # who is to be killed does not live for ever where the one who kills has gone
        await asyncio.sleep(job.life.after_s if job.life.end == "stopped" else SETTLES_WITHIN_S)
    return STOPPED


@dataclass
class Crowd:
    """The people of one life, and the runs that they know of."""

    services: Services
    job: Job
    runs: dict[str, Run] = field(default_factory=dict)

    async def press(self, wish: Wish, *, again_of: Run | None = None) -> None:
        """Until the server has taken it: without an answer, once more with the same key."""
        person = Person(id=wish.person, name=wish.person, created_at=self.job.clock.now())
        key = wish.name if again_of is None else f"{wish.name} again"
        while key not in self.runs:
            try:
                if again_of is None:
                    started = self.services.generate.start(
                        person, wish.endpoint_id, wish.given, key
                    )
                else:
                    started = self.services.control.again(person, again_of.id, key)
                self.runs[key] = await started
            except PlaygroundError:
                await asyncio.sleep(LOOK_EVERY_S)
        run = self.runs[key]
        if wish.cancel_after_s is not None and again_of is None:
            await asyncio.sleep(wish.cancel_after_s)
            with contextlib.suppress(PlaygroundError):
                await self.services.control.cancel(person, run.id)
        if wish.again and again_of is None:
            await self._press_again(wish, run)

    async def _press_again(self, wish: Wish, run: Run) -> None:
        while True:
            with contextlib.suppress(PlaygroundError):
                now = await self.services.runner._parts.store.get(run.id)
                if now is not None and now.state is RunState.UNCERTAIN:
                    await self.press(wish, again_of=now)
                    return
                if now is not None and now.state not in (RunState.CREATED, RunState.SUBMITTING):
                    return
            await asyncio.sleep(LOOK_EVERY_S)

    async def until_settled(self) -> int:
        """Until every run has ended, or is uncertain after a look at a fal that behaves."""
        while not self.job.calm.exists():  # noqa: ASYNC110 - a file of another process
            await asyncio.sleep(LOOK_EVERY_S)
        try:
            async with asyncio.timeout(SETTLES_WITHIN_S):
                await self._until_at_rest()
                for run in await self._unfinished():
                    await self._look_up(run)
                await self._until_at_rest()
        except TimeoutError:
            return NOT_SETTLED
        return STOPPED

    async def _until_at_rest(self) -> None:
        while await self._moving():  # noqa: ASYNC110 - another process would see no event, either
            await asyncio.sleep(LOOK_EVERY_S)

    async def _moving(self) -> bool:
        if any(wish.name not in self.runs for wish in self.job.wishes):
            return True
        return any(run.state is not RunState.UNCERTAIN for run in await self._unfinished())

    async def _unfinished(self) -> list[Run]:
        store = self.services.runner._parts.store
        return list(await store.in_states([s for s in RunState if not s.ended]))

    async def _look_up(self, run: Run) -> None:
        person = Person(id=run.person_id, name=run.person_id, created_at=self.job.clock.now())
        while True:
            try:
                await self.services.control.check(person, run.id)
            except FalError:  # an answer on its way from before all was well
                await asyncio.sleep(LOOK_EVERY_S)
            except Conflict:  # found meanwhile
                return
            else:
                return


@asynccontextmanager
async def _people(services: Services, job: Job) -> AsyncIterator[Crowd]:
    crowd = Crowd(services, job)
    tasks = [asyncio.create_task(_after(wish, crowd)) for wish in job.wishes]
    try:
        yield crowd
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                sys.stderr.write(f"{UNEXPECTED} {ended!r}\n")


async def _after(wish: Wish, crowd: Crowd) -> None:
    await asyncio.sleep(wish.after_s)
    await crowd.press(wish)
