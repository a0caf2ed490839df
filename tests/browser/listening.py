"""A server of a test file, in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn

WITHIN_S = 30


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@contextmanager
def listening(config: uvicorn.Config) -> Iterator[str]:
    """Its address, until the block ends."""
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not server.listens.wait(WITHIN_S):
        raise RuntimeError(f"The server did not start within {WITHIN_S} s.")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(WITHIN_S)
