"""The paid POST: ours, one for each call, never repeated.

fal-client's own `submit` repeats it up to ten times where the reply is lost, and fal has no
idempotency key: each repetition may be a picture that is paid and never seen.

`X-Fal-No-Retry` is left out: fal's own repetitions (503, 504, connection errors between fal and its
runners) keep the request id and end in one result.
"""

import json
import logging

from backend.domain.errors import FalError, FieldsRefused, Unknown
from backend.domain.field import Input
from backend.domain.rules import AS_THE_ACCOUNT_HAS_IT, Retention
from backend.domain.run import Handle
from backend.domain.sentence import Sentence
from backend.fal.answer import Answer
from backend.fal.handles import ENDPOINT_ID, build_handle, is_request_id
from backend.fal.hosts import FalHosts
from backend.fal.translate import WIRE_ERRORS, Step, from_answer, from_exception, with_charge
from backend.fal.wire import Call, Wire

log = logging.getLogger(__name__)

#: a field of fal's older pages, which these endpoints do not have
NEVER_SENT = "enable_safety_checker"


async def submit(
    wire: Wire,
    endpoint_id: str,
    sent_input: Input,
    retention: Retention = AS_THE_ACCOUNT_HAS_IT,
) -> Handle:
    """Send it once. Raises NotAccepted, Refused, or Unknown with the request id where known."""
    if not ENDPOINT_ID.fullmatch(endpoint_id):
        raise ValueError("not an endpoint id of fal's")
    call = Call(
        name="submit",
        method="POST",
        url=f"{wire.hosts.queue_url}/{endpoint_id}",
        within=wire.timeouts.submit,
        content=_as_json(sent_input),
        headers={
            "Content-Type": "application/json",
            "Accept": "application/json",
            **_kept(retention),
        },
    )
    try:
        answer = await wire.ask(call)
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.SUBMIT) from None
    if not answer.ok:
        raise _with_usable_id(from_answer(answer, Step.SUBMIT))
    return _handle(wire.hosts, endpoint_id, answer)


def _kept(retention: Retention) -> dict[str, str]:
    """fal's headers for what it keeps; none where its account decides."""
    headers = {} if retention.payloads else {"X-Fal-Store-IO": "0"}
    if retention.pictures_s is not None:
        lasts = json.dumps({"expiration_duration_seconds": retention.pictures_s})
        headers["X-Fal-Object-Lifecycle-Preference"] = lasts
    return headers


def _as_json(sent_input: Input) -> bytes:
    """ASCII, so that a lone surrogate in a prompt can't break the encoding."""
    arguments = {name: value for name, value in sent_input.items() if name != NEVER_SENT}
    try:
        return json.dumps(arguments, allow_nan=False).encode("ascii")
    except (ValueError, TypeError, RecursionError):
        told = Sentence(
            "fal.not_json",
            "This input can't be written as JSON. Nothing was sent and nothing was charged.",
        )
        raise with_charge(FieldsRefused(told), "no") from None


def _handle(hosts: FalHosts, endpoint_id: str, answer: Answer) -> Handle:
    reply = answer.json()
    in_header = answer.headers.get("x-fal-request-id")
    request_id = reply.get("request_id") if isinstance(reply, dict) else None
    if not isinstance(reply, dict) or not is_request_id(request_id):
        raise _with_usable_id(Unknown(request_id=in_header))
    built = build_handle(hosts.queue_url, endpoint_id, str(request_id))
    return Handle(
        request_id=built.request_id,
        status_url=_usable(hosts, reply.get("status_url"), built.status_url),
        response_url=_usable(hosts, reply.get("response_url"), built.response_url),
        cancel_url=_usable(hosts, reply.get("cancel_url"), built.cancel_url),
    )


def _usable(hosts: FalHosts, given: object, built: str) -> str:
    """The reply's URL as it is, unless the key may not go there."""
    if isinstance(given, str) and hosts.may_get_key(hosts.rebase(given)):
        return hosts.rebase(given)
    if given is not None:
        log.warning("fal's reply names an address that is not fal's; ours is used instead")
    return built


def _with_usable_id(error: FalError) -> FalError:
    if isinstance(error, Unknown) and not is_request_id(error.request_id):
        error.request_id = None
    return error
