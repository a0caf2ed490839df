"""Asking fal to drop a request, through fal-client.

Answers: https://fal.ai/docs/documentation/model-apis/inference/queue (read 2026-11-21): 202
CANCELLATION_REQUESTED, 400 ALREADY_COMPLETED, 404 NOT_FOUND.
"""

import asyncio
import logging

import fal_client

from backend.domain.ports import CancelAnswer
from backend.domain.run import Handle
from backend.fal.answer import Answer
from backend.fal.library import Library
from backend.fal.translate import LIBRARY_ERRORS, Step, from_exception

log = logging.getLogger(__name__)


async def cancel(library: Library, handle: Handle, *, within: float) -> CancelAnswer:
    """What fal answered. Raises Slow where it can't be asked."""
    try:
        async with asyncio.timeout(within):
            asked = await library.handle(handle)
            await asked.cancel()
    except fal_client.FalClientHTTPError as error:
        return _read(Answer.of(error.response), error)
    except LIBRARY_ERRORS as error:
        raise from_exception(error, Step.ASK) from None
    log.debug("cancel of %s: requested", handle.request_id)
    return "requested"


def _read(answer: Answer, error: Exception) -> CancelAnswer:
    said = answer.body[:2_000].upper()
    if answer.status == 400:
        return "already completed" if b"ALREADY_COMPLETED" in said else "unclear"
    if answer.status in (404, 410):
        return "not found"
    if answer.status in (401, 403, 408, 409, 429) or answer.status >= 500:
        raise from_exception(error, Step.ASK) from None
    return "unclear"
