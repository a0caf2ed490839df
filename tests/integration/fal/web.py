"""A small web of the test's own: servers on several loopback addresses, and a resolver."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from backend.fal.link_fetcher import GuardedFetcher, is_public

#: stands for a public address; every other one is judged by the real rule
PUBLIC = "127.0.0.1"
#: a private one on which somebody listens all the same
PRIVATE = "127.0.0.2"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def plain(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    """A whole answer, after which the connection closes; names of headers with _ for -."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def raw(*pieces: bytes) -> Answer:
    """These bytes, then the connection closes."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(pieces))
        await writer.drain()

    return answer


def endless(head: bytes, piece: bytes, pause_s: float) -> Answer:
    """A head, and then the same piece again and again."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return answer


class Web:
    """Answers by path. Remembers the requests that came, by address."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, bytes]] = []
        self.port = 0
        self._serving: set[asyncio.Task[None]] = set()
        #: what a name resolves to, one list for each time that it is asked; the last one stays
        self.names: dict[str, list[list[str]]] = {}
        self.asked: list[tuple[str, int]] = []

    def fetcher(self, within_s: float = 10) -> GuardedFetcher:
        """A fetcher for which PUBLIC is public."""
        return GuardedFetcher(
            resolve=self.resolve,
            may_connect=lambda address: address == PUBLIC or is_public(address),
            within_s=within_s,
        )

    async def resolve(self, host: str, port: int) -> list[str]:
        """As DNS would, where the answer may change each time."""
        self.asked.append((host, port))
        answers = self.names.get(host, [[PUBLIC]] if host.endswith(".example") else [[host]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def link(self, path: str = "/", host: str = "pictures.example") -> str:
        """Where that is answered."""
        return f"http://{host}:{self.port}{path}"

    def at(self, address: str) -> list[bytes]:
        """The requests that came to an address."""
        return [request for place, request in self.seen if place == address]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                request = await reader.readuntil(b"\r\n\r\n")
                self.seen.append((writer.get_extra_info("sockname")[0], request))
                path = request.split(b" ")[1].decode().partition("?")[0]
                await self.answers.get(path, plain(404))(writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def leave(self) -> None:
        """End what is still being answered."""
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


@asynccontextmanager
async def serving(web: Web, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    """Both addresses, on one port."""
    first = await asyncio.start_server(web.serve, PUBLIC, 0, ssl=tls)
    web.port = first.sockets[0].getsockname()[1]
    second = await asyncio.start_server(web.serve, PRIVATE, web.port, ssl=tls)
    async with first, second:
        yield web
        await web.leave()
