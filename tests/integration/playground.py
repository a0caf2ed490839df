"""The whole playground without a page, beside a scripted fal, in one event loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from backend.domain.person import Person
from backend.domain.run import Run, RunState
from backend.endpoints.catalogue import load_catalogue
from backend.fal.practice import Pace, PracticeFal, PracticeServer
from backend.fal.practice_script import Script
from backend.fal.timeouts import Timeouts
from backend.playground import Playground
from backend.services import Services
from backend.services.hashing import Argon2
from backend.settings import Settings
from tests.integration.migrated import lay_migrated

V11 = "fal-ai/flux-pro/v1.1"
KEY = "marked-key-id:marked-key-secret"
AT_ONCE = Pace(queue=0, run=0)
SHORT = Timeouts(connect=2, submit=0.4, ask=2, poll=2, silence=1, result=1, upload=2, download=1)
WITHIN_S = 20.0
#: read once: nothing changes it
catalogue = cache(load_catalogue)


class QuickClock:
    """Real time, but an hour of it passes in some seconds."""

    def __init__(self, speed: float = 30):
        self._speed = speed
        self._start = datetime.now(UTC)
        self._zero = time.monotonic()
        self.ahead = timedelta()

    def told(self) -> dict[str, Any]:
        """What another process on this machine needs to show the same time."""
        return {"speed": self._speed, "start": self._start.isoformat(), "zero": self._zero}

    @classmethod
    def heard(cls, told: dict[str, Any]) -> "QuickClock":
        """The clock of another process on this machine: they share the monotonic time."""
        clock = cls(told["speed"])
        clock._start, clock._zero = datetime.fromisoformat(told["start"]), told["zero"]
        return clock

    def twin(self) -> "QuickClock":
        """Another that shows the same time until it is turned."""
        other = QuickClock(self._speed)
        other._start, other._zero = self._start, self._zero
        return other

    def now(self) -> datetime:
        """Aware UTC."""
        passed = (time.monotonic() - self._zero) * self._speed
        return self._start + timedelta(seconds=passed) + self.ahead

    async def sleep(self, seconds: float) -> None:
        """A part of that time."""
        await asyncio.sleep(seconds / self._speed)


@dataclass
class World:
    """A started playground, its scripted fal, and a person."""

    services: Services
    playground: Playground
    script: Script
    alice: Person
    bob: Person
    folder: Path
    clock: QuickClock

    async def start(self, endpoint_id: str = V11, key: str | None = None, **given: Any) -> Run:
        """A run of alice's."""
        values = {"prompt": "a hill", "image_size": {"width": 64, "height": 48}, **given}
        return await self.services.generate.start(self.alice, endpoint_id, values, key)

    async def get(self, run: Run) -> Run:
        """The run as it is now."""
        return await self.services.control.see(self.alice, run.id)

    async def until(self, run: Run, *states: RunState) -> Run:
        """Wait for one of these states, by the feed."""
        return await self.until_it(run, lambda now: now.state in states, " or ".join(states))

    async def until_it(self, run: Run, fits: Callable[[Run], bool], what: str) -> Run:
        """Wait until the run fits."""
        with self.services.feed.listen(run.person_id) as listener:
            current = await self.get(run)
            try:
                async with asyncio.timeout(WITHIN_S):
                    while not fits(current):
                        await listener.next(0.1)
                        current = await self.get(run)
            except TimeoutError:
                pass
        if not fits(current):
            raise AssertionError(
                f"not {what} within {WITHIN_S} s, but {current.state}: {current.problem}"
            )
        return current

    async def done(self, run: Run) -> Run:
        """Wait until it is done."""
        return await self.until(run, RunState.DONE)

    async def runs(self) -> tuple[Run, ...]:
        """All of alice's runs."""
        return (await self.services.gallery.page(self.alice, limit=100)).runs

    @property
    def posts(self) -> int:
        """How many paid POSTs have arrived at fal."""
        return len(self.script.submits)

    @property
    def made(self) -> list[str]:
        """The requests that fal has accepted."""
        return [
            seen.accepted_request_id for seen in self.script.submits if seen.accepted_request_id
        ]


class Fal:
    """A scripted fal that outlives the playground."""

    def __init__(self, pace: Pace = AT_ONCE) -> None:
        self.script = Script()
        self.clock = QuickClock()
        self._server = PracticeServer(
            PracticeFal(
                catalogue().endpoints,
                pace=pace,
                script=self.script,
                now=lambda: self.clock.now().timestamp(),
            )
        )
        self.base = ""

    async def __aenter__(self) -> "Fal":
        self.base = await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()


@asynccontextmanager
async def started(
    fal: Fal,
    folder: Path,
    *,
    timeouts: Timeouts = SHORT,
    environ: dict[str, str] | None = None,
    owning: bool = True,
    **settings: Any,
) -> AsyncIterator[World]:
    """A playground on this folder, talking to that fal, with its intake open."""
    given = {"fal_key": KEY, "fal_stand_in_url": fal.base, "data_dir": folder, **settings}
    clock = fal.clock.twin()
    if "database_url" not in settings:
        lay_migrated(folder)
    playground = Playground(
        Settings(**given),
        environ if environ is not None else {},
        clock,
        timeouts,
        Argon2(quick=True) if given.get("auth") == "password" else None,
    )
    async with playground:
        services = playground.services
        if owning:
            await playground.owned.wait()
        yield World(
            services=services,
            playground=playground,
            script=fal.script,
            alice=await services.people.store.add(_person("alice", clock)),
            bob=await services.people.store.add(_person("bob", clock)),
            folder=folder,
            clock=clock,
        )


def _person(name: str, clock: QuickClock) -> Person:
    return Person(id=name, name=name.title(), created_at=clock.now())
