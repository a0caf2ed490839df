"""fal's stream of status events, read to its end or to its first silence."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import httpx
import httpx_sse

from backend.domain.ports import FalStatus
from backend.fal.statuses import read_event
from backend.fal.translate import WIRE_ERRORS
from backend.fal.wire import Wire

log = logging.getLogger(__name__)


async def stream_statuses(wire: Wire, status_url: str) -> AsyncGenerator[FalStatus]:
    """The statuses of the stream, "completed" at most once and last.

    Ends without it where the stream can't be had, breaks, ends early or says nothing usable for
    the time of silence: comments and garbage do not count as an answer.
    """
    silence = wire.timeouts.silence
    try:
        async with wire.stream(
            _stream_url(status_url),
            name="status stream",
            within=silence,
            with_key=True,
            accept="text/event-stream",
        ) as response:
            if response.status_code != httpx.codes.OK:
                return
            async with aclosing(httpx_sse.EventSource(response).aiter_sse()) as events:
                while True:
                    async with asyncio.timeout(silence):
                        status = await _next_status(events)
                    if status is None:
                        return
                    yield status
                    if status.state == "completed":
                        return
    except WIRE_ERRORS as error:
        log.debug("status stream: %s, polling instead", type(error).__name__)


async def _next_status(events: AsyncIterator[httpx_sse.ServerSentEvent]) -> FalStatus | None:
    async for event in events:
        status = read_event(event.data)
        if status is not None:
            return status
    return None


def _stream_url(status_url: str) -> str:
    url = httpx.URL(status_url)
    return str(url.copy_with(path=f"{url.path}/stream").copy_set_param("logs", "1"))
