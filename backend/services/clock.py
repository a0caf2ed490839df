"""The real clock."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The port Clock on this machine's time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Let that time pass."""
        await asyncio.sleep(seconds)
