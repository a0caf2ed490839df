"""Serves practice mode over real HTTP, in the event loop that it is started in."""

import asyncio
import socket
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from backend.fal.practice_faults import TRANSPORT

if TYPE_CHECKING:
    from backend.fal.practice import PracticeFal

#: how long requests under way may take to notice that their connection is gone
_LEAVE_WITHIN = 1.0


class _Connection(H11Protocol):
    """A connection whose requests can reach its transport: a script breaks sockets for real."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class _Server(uvicorn.Server):
    """uvicorn without its main loop: no signal handlers, no word in the log, quick to stop."""

    async def open(self, listener: socket.socket) -> None:
        """Take connections from now on."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup([listener])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once; open streams end."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        tasks = list(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_LEAVE_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for server in self.servers:
            await server.wait_closed()


class PracticeServer:
    """A practice fal on a port of its own. `start` and `stop` belong to one event loop."""

    def __init__(self, fal: "PracticeFal", host: str = "127.0.0.1", port: int = 0) -> None:
        self._fal = fal
        self._host = host
        self._port = port
        self._server: _Server | None = None

    async def start(self) -> str:
        """Serve; the base URL, without a slash at its end. OSError where the port is taken."""
        listener = _listen(self._host, self._port)
        config = uvicorn.Config(
            self._fal.app,
            http=_Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            # A client that keeps its connection shall never meet one that is just closing.
            timeout_keep_alive=3600,
        )
        self._server = _Server(config)
        await self._server.open(listener)
        return f"http://{self._host}:{listener.getsockname()[1]}"

    async def stop(self) -> None:
        """Close all connections and stop; nothing happens where it does not run."""
        server, self._server = self._server, None
        if server is not None:
            await self._fal.close()
            await server.shutdown()


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is named: asyncio switches Nagle's algorithm off for such sockets only, and with
    # it every answer in two parts would be 40 ms late.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener
