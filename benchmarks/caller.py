"""A person at /api/v1: starts a run and hears by the event stream when it is done."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx

from benchmarks.floor import ENDPOINT_ID

ENDED = ("done", "failed", "cancelled", "uncertain", "lost")
ENDS_WITHIN_S = 120.0


class Caller:
    """One person with an open event stream."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._ended: dict[str, tuple[str, float]] = {}
        self._news = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, cookie: str = "") -> AsyncIterator[Self]:
        """Listening from the first line of the block on."""
        async with httpx.AsyncClient(
            base_url=url, headers={"Cookie": cookie} if cookie else {}, timeout=ENDS_WITHIN_S
        ) as client:
            caller = cls(client)
            ready = asyncio.Event()
            listening = asyncio.create_task(caller._listen(ready))
            hearing = asyncio.create_task(ready.wait())
            try:
                await asyncio.wait((listening, hearing), return_when=asyncio.FIRST_COMPLETED)
                if listening.done():
                    await listening  # says why nothing can be heard
                yield caller
            finally:
                for task in (listening, hearing):
                    task.cancel()
                await asyncio.gather(listening, hearing, return_exceptions=True)

    async def run(self, given: dict[str, Any]) -> tuple[str, float]:
        """The state in which a run ended, and the seconds from the POST until it was told."""
        began = time.perf_counter()
        answer = await self._client.post(
            "/api/v1/runs", json={"endpoint_id": ENDPOINT_ID, "input": given}
        )
        answer.raise_for_status()
        run_id = answer.json()["id"]
        async with asyncio.timeout(ENDS_WITHIN_S):
            while run_id not in self._ended:
                self._news.clear()
                await self._news.wait()
        state, at = self._ended[run_id]
        return state, at - began

    async def _listen(self, ready: asyncio.Event) -> None:
        async with self._client.stream("GET", "/api/v1/events") as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                ready.set()
                if line.startswith('data: {"id"'):
                    self._hear(json.loads(line.removeprefix("data: ")))

    def _hear(self, run: dict[str, Any]) -> None:
        if run["state"] in ENDED:
            self._ended[run["id"]] = (run["state"], time.perf_counter())
            self._news.set()
