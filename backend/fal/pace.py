"""Polls of all runs together keep a distance: an older page of fal named 10 requests a second."""

import asyncio

GAP = 0.125


class Pace:
    """One turn every `gap` seconds, in the order of asking."""

    def __init__(self, gap: float = GAP) -> None:
        self._gap = gap
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next one."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
