"""The one mapping from what fal, fal-client and httpx say to the errors of this program.

fal has two shapes of errors (https://fal.ai/docs/documentation/model-apis/errors and
…/request-errors, read 2026-11-21): a model's own `{"detail": [{loc, msg, type, ctx, input}]}`, and
`{"detail": "text", "error_type": "…"}`. `input` repeats what was sent and is never shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import fal_client
import httpx
import httpx_sse
from fal_client.auth import MissingCredentialsError
from fal_client.client import RealtimeError

from backend.domain.errors import (
    AccountLocked,
    BrokeAtFal,
    ContentPolicy,
    EndpointGone,
    FalBusy,
    FalError,
    FalUnreachable,
    FieldsRefused,
    KeyRefused,
    NotAccepted,
    PictureGone,
    PictureUnavailable,
    RefusedOtherwise,
    ResultGone,
    RunFailedAtFal,
    Slow,
    Unknown,
)
from backend.domain.ports import FalStatus
from backend.domain.run import Charged
from backend.domain.sentence import Sentence
from backend.fal.answer import Answer
from backend.fal.error_types import error_of_type
from backend.fal.field_sentences import SENTENCES, plainly, sentence, shown
from backend.fal.wire import ForeignHost, TooLarge


class Step(StrEnum):
    """What was being done: the same failure means another thing at each."""

    SUBMIT = "submit"
    UPLOAD = "upload"
    #: about an accepted request, or free of charge: it can be asked again
    ASK = "ask"
    DOWNLOAD = "download"


#: may bytes of the request have reached fal when this was raised? A class counts for its
#: subclasses where those are not named.
MAY_HAVE_LEFT: Mapping[type[BaseException], Literal["no", "yes"]] = {
    httpx.ConnectError: "no",
    httpx.ConnectTimeout: "no",
    httpx.PoolTimeout: "no",
    httpx.ProxyError: "no",  # the proxy refused the tunnel
    httpx.UnsupportedProtocol: "no",
    httpx.InvalidURL: "no",
    ForeignHost: "no",
    MissingCredentialsError: "no",
    httpx.HTTPError: "yes",
    httpx.RequestError: "yes",
    httpx.TransportError: "yes",
    httpx.TimeoutException: "yes",
    httpx.ReadTimeout: "yes",
    httpx.WriteTimeout: "yes",
    httpx.NetworkError: "yes",
    httpx.ReadError: "yes",
    httpx.WriteError: "yes",
    httpx.CloseError: "yes",
    httpx.ProtocolError: "yes",
    httpx.LocalProtocolError: "yes",
    httpx.RemoteProtocolError: "yes",
    httpx.DecodingError: "yes",
    httpx.TooManyRedirects: "yes",
    httpx.HTTPStatusError: "yes",
    httpx.CookieConflict: "yes",
    httpx.StreamError: "yes",
    httpx.StreamConsumed: "yes",
    httpx.StreamClosed: "yes",
    httpx.ResponseNotRead: "yes",
    httpx.RequestNotRead: "yes",
    httpx_sse.SSEError: "yes",
    fal_client.FalClientError: "yes",
    fal_client.FalClientHTTPError: "yes",
    fal_client.FalClientTimeoutError: "yes",
    RealtimeError: "yes",
    TooLarge: "yes",
    # ConnectionError and TimeoutError among them
    OSError: "yes",
    # fal-client on an answer of another shape than it expects
    KeyError: "yes",
    ValueError: "yes",
    TypeError: "yes",
    AttributeError: "yes",
    RuntimeError: "yes",
}
#: what a call of our own may raise; anything else is a fault of ours and is not hidden
WIRE_ERRORS: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    ForeignHost,
    TooLarge,
    OSError,
    # from the transport, where a connection was closed beneath it
    RuntimeError,
)
#: what a call through fal-client may raise: it reads answers without checking their shape
LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    *WIRE_ERRORS,
    fal_client.FalClientError,
    MissingCredentialsError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
)

#: seen in https://github.com/fal-ai/fal issues 489, 922, 1112, 1147 …; documented nowhere
LOCKED = ("user is locked", "exhausted balance", "top_up", "admin lock")

#: no clear no: fal's own proxies answer them for requests that were accepted
UNCLEAR = frozenset({408, 409, 425, 499})


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """One entry of a model error's `detail`."""

    kind: str
    #: the input's field; None where fal names none
    field: str | None
    told: str


# ── exceptions ───────────────────────────────────────────────────────────────────────────────


def from_exception(error: BaseException, step: Step) -> FalError:
    """What a failed call means at this step."""
    if isinstance(error, FalError):
        return error
    if isinstance(error, fal_client.FalClientHTTPError | httpx.HTTPStatusError):
        return from_answer(Answer.of(error.response), step)
    if isinstance(error, MissingCredentialsError):
        return KeyRefused()
    match step:
        case Step.SUBMIT:
            return FalUnreachable() if not may_have_left(error) else Unknown()
        case Step.UPLOAD:
            return FalUnreachable()
        case Step.ASK:
            return Slow()
        case Step.DOWNLOAD:
            return PictureUnavailable()


def may_have_left(error: BaseException) -> bool:
    """False only where it is certain that no byte of the request reached fal."""
    for cls in type(error).__mro__:
        if cls in MAY_HAVE_LEFT:
            return MAY_HAVE_LEFT[cls] == "yes"
    return True


# ── answers ──────────────────────────────────────────────────────────────────────────────────


def from_answer(answer: Answer, step: Step) -> FalError:
    """What an answer that is not a success means at this step."""
    match step:
        case Step.SUBMIT:
            return _submit_error(answer)
        case Step.UPLOAD:
            return _upload_error(answer)
        case Step.ASK:
            return Slow()
        case Step.DOWNLOAD:
            return PictureGone() if answer.status in (404, 410) else PictureUnavailable()


def refused_access(answer: Answer) -> FalError | None:
    """401 and 403: the key, or the account. None for any other answer."""
    if answer.status == 401:
        return KeyRefused()
    if answer.status != 403:
        return None
    said = answer.body.decode("utf-8", "replace").lower()
    if any(words in said for words in LOCKED):
        return AccountLocked()
    return KeyRefused(
        Sentence(
            "fal.key_forbidden",
            "fal does not let this server's key do this. Nothing was charged; an admin has to "
            "check "
            "what FAL_KEY may do.",
        )
    )


def run_error(answer: Answer) -> FalError | None:
    """What the answer to "give me the result" says about the run; None where it says nothing.

    A result's answer is the model's own, its errors included.
    """
    body = answer.json()
    complaints = _complaints(body)
    if complaints:
        return _retryable(answer, _from_complaints(complaints, answer.status))
    error = error_of_type(_error_type(answer, body))
    if error is not None:
        return _retryable(answer, error)
    if answer.status == 422 and isinstance(body, dict):
        return _refused_in_words(body.get("detail"))
    if answer.status in (404, 410):
        return ResultGone()
    return None


def status_problem(status: FalStatus) -> FalError | None:
    """What a completed status says went wrong; None where it names no error."""
    if status.state != "completed" or not (status.error or status.error_type):
        return None
    for kind in (status.error_type or "", status.error or ""):
        known = error_of_type(kind)
        if known is not None:
            return known
        if kind in SENTENCES:
            told = Sentence(
                "fal.with_charge", "{told} {charge}", told=plainly(kind), charge=MAYBE_CHARGED
            )
            return with_charge(FieldsRefused(told), "unknown")
    error = RunFailedAtFal(_with_words(NOT_MADE, status.error))
    return with_charge(error, "unknown")


# ── how ──────────────────────────────────────────────────────────────────────────────────────

MAYBE_CHARGED = Sentence(
    "fal.maybe_charged", "It may have been charged if the model had already started."
)
NOT_MADE = Sentence("fal.not_made", "fal could not make this picture.")
INPUT_REFUSED = Sentence("fal.input_refused", "fal refused the input.")


def _submit_error(answer: Answer) -> FalError:
    request_id = answer.headers.get("x-fal-request-id")
    if answer.status == 429:
        return FalBusy()
    if not 400 <= answer.status < 500 or answer.status in UNCLEAR:
        return Unknown(request_id=request_id)
    access = refused_access(answer)
    if access is not None:
        return access
    if answer.status == 404:
        return EndpointGone()
    complaints = _complaints(answer.json())
    if any(complaint.kind == "content_policy_violation" for complaint in complaints):
        return with_charge(
            ContentPolicy(
                Sentence(
                    "fal.policy_free",
                    "fal's content filter refused the prompt or a picture. Nothing was charged; "
                    "change it and run again.",
                ),
                fields=_fields(complaints),
            ),
            "no",
        )
    if _fields(complaints):
        told = Sentence(
            "fal.fields_free",
            "fal refused some fields. Nothing was charged; change them and run again.",
        )
        return with_charge(FieldsRefused(told, fields=_fields(complaints)), "no")
    return with_charge(RefusedOtherwise(_reason(answer, complaints)), "no")


def _reason(answer: Answer, complaints: tuple[Complaint, ...]) -> str | None:
    """The sentence for a refusal that names no field; None for the class's own."""
    if answer.status == 413:
        return Sentence("fal.too_large", "The input is too large for fal. Nothing was charged.")
    if complaints:
        english = "fal refused the request. {told} Nothing was charged."
        return Sentence("fal.request_refused", english, told=complaints[0].told)
    body = answer.json()
    words = shown(body.get("detail")) if isinstance(body, dict) else ""
    if not words:
        return None
    english = "fal refused the request: {words} Nothing was charged."
    return Sentence("fal.request_refused_in_words", english, words=words)


def _upload_error(answer: Answer) -> FalError:
    access = refused_access(answer)
    if access is not None:
        return access
    if answer.status == 429:
        return FalBusy()
    if 400 <= answer.status < 500 and answer.status not in UNCLEAR:
        told = "fal's storage refused this picture. Nothing was charged."
        return RefusedOtherwise(Sentence("fal.upload_refused", told))
    told = "fal's storage did not take the picture. Nothing was charged."
    return NotAccepted(Sentence("fal.upload_not_taken", told))


def _from_complaints(complaints: tuple[Complaint, ...], status: int) -> FalError:
    fields = _fields(complaints)
    for complaint in complaints:
        known = error_of_type(complaint.kind)
        if known is not None:
            known.fields.update(fields)
            return known
    if status >= 500:
        return BrokeAtFal()
    if fields:
        return FieldsRefused(fields=fields)
    told = Sentence(
        "fal.lead_told_charge",
        "{lead} {told} {charge}",
        lead=INPUT_REFUSED,
        told=complaints[0].told,
        charge=MAYBE_CHARGED,
    )
    return with_charge(RefusedOtherwise(told), "unknown")


def _refused_in_words(detail: object) -> FalError:
    told = _with_words(INPUT_REFUSED, detail)
    return with_charge(RefusedOtherwise(told), "unknown")


def _with_words(lead: Sentence, words: object) -> Sentence:
    said = shown(words)
    # a printed list of errors repeats the input
    said = "" if said[:1] in ("[", "{") else said
    if not said:
        return Sentence("fal.lead_charge", "{lead} {charge}", lead=lead, charge=MAYBE_CHARGED)
    english = "{lead} fal says: {said} {charge}"
    return Sentence("fal.lead_says_charge", english, lead=lead, said=said, charge=MAYBE_CHARGED)


def _complaints(body: object) -> tuple[Complaint, ...]:
    detail = body.get("detail") if isinstance(body, dict) else None
    if not isinstance(detail, list):
        return ()
    return tuple(
        Complaint(
            kind=entry["type"],
            field=_field(entry.get("loc")),
            told=sentence(entry["type"], entry.get("ctx"), entry.get("msg"), entry.get("input")),
        )
        for entry in detail[:50]
        if isinstance(entry, dict) and isinstance(entry.get("type"), str)
    )


def _field(loc: object) -> str | None:
    """The input's field: what follows "body". An image size's width is told at the image size."""
    if not isinstance(loc, list):
        return None
    names = [part for part in loc if isinstance(part, str)]
    if names[:1] == ["body"]:
        names = names[1:]
    return shown(names[0]) if names else None


def _fields(complaints: tuple[Complaint, ...]) -> dict[str, str]:
    """Messages by field; the first one counts."""
    fields: dict[str, str] = {}
    for complaint in complaints:
        if complaint.field:
            fields.setdefault(complaint.field, complaint.told)
    return fields


def _error_type(answer: Answer, body: object) -> str:
    named = body.get("error_type") if isinstance(body, dict) else None
    return named if isinstance(named, str) else answer.headers.get("x-fal-error-type", "")


def _retryable(answer: Answer, error: FalError) -> FalError:
    """fal's own word on whether the same may succeed later; its header has had two names."""
    said = answer.headers.get("x-fal-retryable") or answer.headers.get("x-fal-needs-retry") or ""
    if said.lower() in ("true", "1", "yes"):
        error.retryable = True
    elif said.lower() in ("false", "0", "no"):
        error.retryable = False
    return error


def with_charge(error: FalError, charged: Charged) -> FalError:
    """The error, where more is known than its class says."""
    error.charged = charged
    return error
