"""The paid POSTs under way, and whether another may begin."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from backend.domain.errors import IntakeClosed


class Posts:
    """Counts the POSTs; closed, it lets those under way finish and no other begin."""

    def __init__(self, owner: Callable[[], bool] = lambda: True) -> None:
        """`owner`: whether this process owns the database now; PostgreSQL can take that away."""
        self._owner = owner
        self._open = False
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @property
    def open(self) -> bool:
        """Whether a POST may begin."""
        return self._open

    def let_in(self) -> None:
        """From now on POSTs may begin: this process is the owner of the database."""
        self._open = True

    @contextmanager
    def one(self) -> Iterator[None]:
        """The time of one POST, its durable mark before it included. Raises IntakeClosed."""
        if not (self._open and self._owner()):
            raise IntakeClosed
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def close(self, grace_s: float) -> None:
        """No more; those under way have that many seconds to get their answer."""
        self._open = False
        try:
            async with asyncio.timeout(grace_s):
                await self._none.wait()
        except TimeoutError:
            return
