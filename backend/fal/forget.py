"""Asking fal to delete what it keeps of a request: input, output and the files that it made.

https://fal.ai/docs/platform-apis/v1/models/requests/payloads (read 2026-11-21): DELETE, answered
with `{cdn_delete_results: [{link, exception}]}`. Which right a key needs is not said; one that has
it not gets 401 or 403. Pictures that were sent to fal are not among what is deleted: they go by
themselves after a day.
"""

from backend.domain.deleted import ForgetAnswer
from backend.domain.errors import AccountLocked, Slow
from backend.fal.handles import is_request_id
from backend.fal.translate import WIRE_ERRORS, Step, from_exception, refused_access
from backend.fal.wire import Call, Wire


async def forget(wire: Wire, request_id: str) -> ForgetAnswer:
    """What fal answered. Raises Slow where it can't be asked, AccountLocked."""
    if not is_request_id(request_id):
        return "not found"
    call = Call(
        name="deletion of payloads",
        method="DELETE",
        url=f"{wire.hosts.api_url}/v1/models/requests/{request_id}/payloads",
        within=wire.timeouts.ask,
        headers={"Idempotency-Key": request_id},
    )
    try:
        answer = await wire.ask(call)
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.ASK) from None
    if answer.status in (200, 202, 204):
        return "partly" if _left(answer.json()) else "deleted"
    if answer.status in (404, 410):
        return "not found"
    refused = refused_access(answer)
    if isinstance(refused, AccountLocked):
        raise refused
    if refused is not None:
        return "not allowed"
    raise Slow


def _left(body: object) -> bool:
    """Whether fal names a file that it could not delete."""
    results = body.get("cdn_delete_results") if isinstance(body, dict) else None
    if not isinstance(results, list):
        return False
    return any(isinstance(one, dict) and one.get("exception") for one in results)
