"""What a provider has said, for as long as it holds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from backend.domain.errors import ProviderUnavailable

T = TypeVar("T")

HOLDS_FOR_S: Final = 3600.0
#: who asks while the provider is down does not wait for it once more
DOWN_FOR_S: Final = 3.0
#: a token with an unknown key is no reason to ask for keys without end
ANEW_AFTER_S: Final = 1.0


class Known(Generic[T]):
    """One answer, asked for once by all who need it."""

    def __init__(self, ask: Callable[[], Awaitable[T]], now: Callable[[], float] = time.monotonic):
        self._ask = ask
        self._now = now
        self._lock = asyncio.Lock()
        #: the answer and when it came
        self._answer: tuple[T, float] | None = None
        self._down_until = -DOWN_FOR_S

    async def get(self) -> T:
        """The answer, an hour old at most. Raises ProviderUnavailable."""
        return await self._within(HOLDS_FOR_S)

    async def anew(self) -> T:
        """The answer as of now. Raises ProviderUnavailable."""
        return await self._within(ANEW_AFTER_S)

    async def _within(self, holds_for_s: float) -> T:
        async with self._lock:
            now = self._now()
            if self._answer is not None and now - self._answer[1] < holds_for_s:
                return self._answer[0]
            if now < self._down_until:
                raise ProviderUnavailable
            try:
                answer = await self._ask()
            except ProviderUnavailable:
                self._down_until = self._now() + DOWN_FOR_S
                raise
            self._answer = answer, self._now()
            return answer
