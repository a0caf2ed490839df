"""Every status of an accepted request: one stream, then polls where it fails."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from backend.domain.errors import ResultGone, Slow
from backend.domain.ports import Clock, FalStatus
from backend.domain.run import Handle
from backend.fal.answer import Answer
from backend.fal.library import Library, ReadStatus
from backend.fal.pace import Pace
from backend.fal.seen import Seen
from backend.fal.stream import stream_statuses
from backend.fal.translate import LIBRARY_ERRORS, Step, from_exception
from backend.fal.wire import Wire

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 2.0
GONE = (404, 410)


class NoSuchRequest(Exception):
    """fal says that it does not know the request."""


async def follow(
    wire: Wire, library: Library, pace: Pace, clock: Clock, handle: Handle
) -> AsyncGenerator[FalStatus, None]:
    """What changes, until "completed". Raises Slow at the first poll without a usable answer.

    A refused key is Slow, too: an accepted request goes on without us.
    """
    seen = Seen()
    streamed = stream_statuses(wire, wire.hosts.rebase(handle.status_url))
    async with aclosing(streamed):
        async for status in streamed:
            news = seen.news_in(status)
            if news is not None:
                yield news
            if status.state == "completed":
                return
    pause = FIRST_PAUSE
    while True:
        status = await _poll(wire, library, pace, clock, handle)
        news = seen.news_in(status)
        if news is not None:
            yield news
        if status.state == "completed":
            return
        await clock.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


async def _poll(
    wire: Wire, library: Library, pace: Pace, clock: Clock, handle: Handle
) -> FalStatus:
    """One usable status. "No such request" counts when it was said twice."""
    try:
        return await _ask(wire, library, pace, handle)
    except NoSuchRequest:
        await clock.sleep(wire.timeouts.confirm_after)
    try:
        return await _ask(wire, library, pace, handle)
    except NoSuchRequest:
        raise ResultGone from None


async def _ask(wire: Wire, library: Library, pace: Pace, handle: Handle) -> FalStatus:
    await pace.turn()
    try:
        async with asyncio.timeout(wire.timeouts.poll):
            asked = await library.handle(handle)
            status = await asked.status(with_logs=True)
    except LIBRARY_ERRORS as error:
        log.debug("poll of %s: %s", handle.request_id, type(error).__name__)
        if _answer_of(error) in GONE:
            raise NoSuchRequest from None
        raise from_exception(error, Step.ASK) from None
    read = status.read if isinstance(status, ReadStatus) else None
    if read is None:
        raise Slow
    return read


def _answer_of(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    return None if response is None else Answer.of(response).status
