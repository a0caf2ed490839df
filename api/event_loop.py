"""The event loop that serves: uvloop's, which takes less of a processor than Python's own."""

import asyncio
from collections.abc import Coroutine


def carry_out(work: Coroutine[object, object, None]) -> None:
    """As `asyncio.run`; on Python's own loop where there is no uvloop, as on Windows."""
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        runner.run(work)


def _new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415 - not there on every system
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop
