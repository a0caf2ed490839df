"""A scripted fal at the level of the socket: every byte, pause and broken connection is told.

Practice mode obeys fal's rules and can be scripted; this one obeys nothing.
"""

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from fal_client import client as library

from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from backend.fal.point_fal_client import point_fal_client
from backend.fal.timeouts import Timeouts

KEY = "key-id:key-secret"
ENDPOINT = "fal-ai/flux-pro/v1.1"
ID = "8a1e6a0c-0f3f-4d8e-9a80-1234567890ab"
REQUEST = f"/fal-ai/flux-pro/requests/{ID}"
#: long enough for a busy machine, where an answer comes
PATIENT = Timeouts(submit=20, ask=20, poll=20, silence=20, result=20, upload=20)
#: where none comes, or fal-client would repeat itself for half a minute
SHORT = Timeouts(submit=0.5, ask=1, poll=1, silence=0.4, result=0.5, upload=1)


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Reply:
    """Bytes, and what happens then."""

    raw: bytes = b""
    then: Literal["keep", "close", "reset", "hang"] = "keep"


def reply(status: int = 200, body: Any = None, *, then: Any = "keep", **headers: str) -> Reply:
    """A whole HTTP answer; names of headers with _ for -."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"content-type": "application/json", "content-length": str(len(content))}
    given.update({name.replace("_", "-"): value for name, value in headers.items()})
    return Reply(_head(status, given) + content, then)


def events(*statuses: Any, then: Literal["close", "hang", "reset"] = "close") -> Reply:
    """A status stream; text goes out as it is."""
    lines = [
        status if isinstance(status, str) else f"data: {json.dumps(status)}\n\n"
        for status in statuses
    ]
    head = _head(200, {"content-type": "text/event-stream", "connection": "close"})
    return Reply(head + "".join(lines).encode(), then)


def bounds_for(told: Reply) -> Timeouts:
    """Short ones where nobody will ever answer."""
    return SHORT if told.then == "hang" else PATIENT


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class RawFal:
    """The server. `replies[method, path]` are given in order, the last one for good."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        #: set by the first request
        self.came = asyncio.Event()
        self.base = ""
        self.replies: dict[tuple[str, str], deque[Reply]] = defaultdict(deque)
        self._tasks: set[asyncio.Task[None]] = set()

    def on(self, method: str, path: str, *replies: Reply) -> None:
        """What to answer there."""
        self.replies[method, path] = deque(replies)

    def calls(self, method: str, path: str) -> list[Request]:
        """What came in there."""
        return [seen for seen in self.seen if (seen.method, seen.path) == (method, path)]

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:  # one connection
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # cancelled by `stop` only: asyncio's streams complain about a task that ends so
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
            ):
                while await self._one(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)
        self.seen.append(request)
        self.came.set()
        waiting = self.replies[request.method, request.path]
        if not waiting:
            writer.write(reply(599, b"nobody told what to answer").raw)
            return True
        told = waiting.popleft() if len(waiting) > 1 else waiting[0]
        writer.write(told.raw)
        await writer.drain()
        if told.then == "hang":
            await asyncio.Event().wait()
        if told.then == "reset":
            writer.transport.abort()
        return told.then == "keep"

    async def stop(self) -> None:
        """Let go of hanging connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


class QuickClock:
    """A clock that a sleep turns forward at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def raw_fal() -> AsyncIterator[RawFal]:
    """A server on a free port."""
    fal = RawFal()
    server = await asyncio.start_server(fal.serve, "127.0.0.1", 0)
    fal.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fal
    finally:
        server.close()
        await fal.stop()
        await server.wait_closed()


@contextmanager
def fal_client_at(hosts: FalHosts) -> Iterator[None]:
    """fal-client's globals, put back afterwards."""
    names = ("QUEUE_URL_FORMAT", "RUN_URL_FORMAT", "REST_URL", "CDN_URL")
    before = {name: getattr(library, name) for name in names}
    point_fal_client(hosts)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(library, name, value)


@asynccontextmanager
async def gateway_at(
    base: str, timeouts: Timeouts = PATIENT, clock: QuickClock | None = None
) -> AsyncIterator[FalGateway]:
    """The real gateway with the real fal-client, at that address."""
    hosts = FalHosts.stand_in_at(base)
    gateway = FalGateway(KEY, hosts, clock or QuickClock(), "1", timeouts)
    with fal_client_at(hosts):
        try:
            yield gateway
        finally:
            await gateway.aclose()
