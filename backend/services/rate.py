"""How often one person may write, and how often somebody may try a password."""

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
        if self._limiter.hit(self._item, key):
            return
        error = TooQuick()
        error.retry_after = max(1, self._item.get_expiry() // 2)
        raise error
