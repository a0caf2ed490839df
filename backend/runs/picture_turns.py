"""Checks and previews under way, in threads: more at once only make all of them later."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 4


class PictureTurns:
    """One for each process."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def run(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Call it in a thread when a turn is free."""
        async with self._free:
            return await asyncio.to_thread(work, *given, **named)
