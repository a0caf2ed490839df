"""The result of a completed request, with our own GET: fal-client drops the bill in its headers."""

import asyncio
import logging

from backend.domain.errors import FalError, Slow
from backend.domain.ports import Clock, FalResult
from backend.domain.run import Handle
from backend.fal.answer import Answer
from backend.fal.error_types import error_of_type
from backend.fal.read_result import read_result, read_units
from backend.fal.translate import WIRE_ERRORS, Step, from_exception, run_error
from backend.fal.wire import Call, Wire

log = logging.getLogger(__name__)

#: up to four pictures of 20 MB come inside the JSON with `sync_mode`
LARGEST = 120 * 1024 * 1024
#: reading more JSON than this is done in a thread
LARGE = 256 * 1024


async def fetch_result(wire: Wire, clock: Clock, handle: Handle) -> FalResult:
    """The result. Raises what the answer says about the run, ResultGone or Slow.

    A 422 is the model's own word. Any other failure may be the answering server's, and counts when
    it was said twice, as does a result without a picture: a paid picture is not given up for one
    bad answer.
    """
    result = await _once(wire, handle)
    if isinstance(result, _Doubtful):
        said = type(result.error)
        await clock.sleep(wire.timeouts.confirm_after)
        result = await _once(wire, handle)
        if isinstance(result, _Doubtful):
            # two words that contradict each other are not the same word twice
            raise result.error if type(result.error) is said else Slow()
    return result


class _Doubtful:
    """An error that needs to be said twice."""

    def __init__(self, error: FalError):
        self.error = error


async def _once(wire: Wire, handle: Handle) -> FalResult | _Doubtful:
    call = Call(
        name="result",
        method="GET",
        url=handle.response_url,
        within=wire.timeouts.result,
        headers={"Accept": "application/json"},
        limit=LARGEST,
    )
    try:
        answer = await wire.ask(call)
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.ASK) from None
    if answer.status == 200:
        return await _read(answer)
    said = None if answer.ok else run_error(answer)
    if said is None:
        raise Slow
    if answer.status == 422:
        raise said
    return _Doubtful(said)


async def _read(answer: Answer) -> FalResult | _Doubtful:
    large = len(answer.body) > LARGE
    read = await asyncio.to_thread(_result_of, answer) if large else _result_of(answer)
    if isinstance(read, FalError):
        raise read
    return read


def _result_of(answer: Answer) -> FalResult | FalError | _Doubtful:
    body = answer.json()
    if not isinstance(body, dict) or ("status" in body and "images" not in body):
        return Slow()  # garbage, or a status object instead of the model's result
    if "images" in body and not isinstance(body["images"], list):
        return Slow()  # garbage all the same
    units = read_units(answer.headers.get("x-fal-billable-units"))
    result = read_result(body, units)
    if result is None:
        log.warning("a result without a picture, %d bytes", len(answer.body))
        error = error_of_type("no_media_generated")
        return Slow() if error is None else _Doubtful(error)
    return result
