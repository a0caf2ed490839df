"""How often one person may write, and how often somebody may try a password in vain."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from backend.domain.errors import TooQuick


class Rate:
    """A moving window for each key, in this process's memory."""

    def __init__(self, rate: str):
        self._item: RateLimitItem = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, key: str) -> None:
        """Count one. Raises TooQuick with the seconds to wait."""
        if not self._limiter.hit(self._item, key):
            raise _too_quick(self._item)


class Tries:
    """Those in vain, by key, in a moving window: who knows the password keeps nobody else out.

    A try under way counts as one in vain until it is known, so many at once are not more than one
    after the other.
    """

    def __init__(self, rate: str):
        self._item: RateLimitItem = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        """A try, in vain where what is done inside raises. Raises TooQuick before it."""
        left = self._limiter.get_window_stats(self._item, key).remaining
        if self._under_way[key] >= left:
            raise _too_quick(self._item)
        self._under_way[key] += 1
        try:
            yield
        except BaseException:
            self._limiter.hit(self._item, key)
            raise
        finally:
            self._under_way[key] -= 1
            if not self._under_way[key]:
                del self._under_way[key]


def _too_quick(item: RateLimitItem) -> TooQuick:
    error = TooQuick()
    error.retry_after = max(1, item.get_expiry() // 2)
    return error
