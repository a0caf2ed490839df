"""Serves the app until a signal: the intake and the event streams close first."""

import asyncio
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

#: POSTs under way may get their answer for ten seconds; answers to browsers have a little more
STOP_WITHIN_S = 15


class Server(uvicorn.Server):
    """uvicorn, with a word to us before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, closing: Callable[[], None]):
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT: event streams would otherwise stay open for ever."""
        asyncio.get_running_loop().call_soon_threadsafe(self._closing)
        super().handle_exit(sig, frame)


async def serve(app: FastAPI, host: str, port: int, closing: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
    await Server(config, closing).serve()
