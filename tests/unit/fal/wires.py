"""A wire whose far end is a function."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from backend.fal.hosts import FalHosts
from backend.fal.timeouts import Timeouts
from backend.fal.wire import Wire

KEY = "key-id:key-secret"
Answering = Callable[[httpx.Request], httpx.Response]


class FarEnd:
    """Answers with a function and remembers what came."""

    def __init__(self, answer: Answering):
        self._answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)

    @property
    def urls(self) -> list[str]:
        """Where the requests went, in order."""
        return [str(request.url) for request in self.requests]


class TurnedClock:
    """A clock that a sleep turns forward at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


def wire_to(answer: Answering, hosts: FalHosts | None = None) -> tuple[Wire, FarEnd]:
    """A wire to a function, at fal's real addresses where no others are given."""
    far = FarEnd(answer)
    wire = Wire(
        key=KEY,
        hosts=hosts or FalHosts(),
        app_version="1",
        timeouts=Timeouts(),
        transport=httpx.MockTransport(far),
    )
    return wire, far
