"""Errors as application/problem+json (RFC 9457): the one place where a status is chosen."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.headers import SAFE
from api.spoken import Spoken
from backend.domain.errors import (
    AccountLocked,
    ChangedMeanwhile,
    ConfirmCost,
    Conflict,
    FalError,
    InputRefused,
    IntakeClosed,
    KeyRefused,
    MoneyLimitReached,
    NotAllowed,
    NotFound,
    OverLimit,
    PlaygroundError,
    ProviderUnavailable,
    SignInNeeded,
    StorageFailed,
    TokenRefused,
    VersionNeeded,
)
from backend.domain.sentence import Sentence

MEDIA_TYPE = "application/problem+json"

BADLY_SHAPED = Sentence("problem.badly_shaped", "The request does not have the right shape.")
UNEXPECTED = Sentence(
    "problem.unexpected", "Something went wrong on this server; its log says what."
)

#: the first class that fits decides
STATUS: tuple[tuple[type[PlaygroundError], int], ...] = (
    (SignInNeeded, 401),
    (NotFound, 404),
    (NotAllowed, 403),
    (InputRefused, 422),
    (MoneyLimitReached, 402),
    (ConfirmCost, 402),
    (OverLimit, 429),
    (Conflict, 409),
    (VersionNeeded, 428),
    (ChangedMeanwhile, 412),
    (ProviderUnavailable, 503),
    (IntakeClosed, 503),
    (StorageFailed, 503),
    (AccountLocked, 503),
    (KeyRefused, 502),
    (FalError, 502),
)


class ProblemResponse(Spoken):
    """A problem may name what somebody sent, half characters (lone surrogates) included."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """As UTF-8, whatever is in it."""
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def status_of(error: PlaygroundError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def problem(error: PlaygroundError) -> JSONResponse:
    """The answer for an error."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if isinstance(error, TokenRefused):
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if status in (429, 503):
        headers["Retry-After"] = str(getattr(error, "retry_after", 5))
    return answer(status, error.code(), error.message, _detail(error), headers, error.facts)


def answer(
    status: int,
    code: str,
    message: str,
    detail: object = None,
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """A problem document. `detail` is the sentence, or with a 422 the list by field.

    `facts` are members of its own (RFC 9457, section 3.2).
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": message,
        "status": status,
        "code": code,
        "detail": message if detail is None else detail,
        **(facts or {}),
    }
    return ProblemResponse(body, status, headers=dict(headers or {}))


def _detail(error: PlaygroundError) -> list[dict[str, Any]] | None:
    if not isinstance(error, InputRefused):
        return None
    fields = error.fields or {"": error.message}
    return [
        {"loc": ["body", "input", name] if name else ["body"], "msg": message, "type": error.code()}
        for name, message in fields.items()
    ]


def install(app: FastAPI) -> None:
    """Every error of ours, of FastAPI's checks and of unknown routes becomes a problem."""

    @app.exception_handler(PlaygroundError)
    async def ours(_: Request, error: PlaygroundError) -> JSONResponse:
        return problem(error)

    @app.exception_handler(RequestValidationError)
    async def badly_shaped(_: Request, error: RequestValidationError) -> JSONResponse:
        detail = [
            {"loc": list(fault["loc"]), "msg": fault["msg"], "type": fault["type"]}
            for fault in error.errors()
        ]
        return answer(422, "badly_shaped", BADLY_SHAPED, detail)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # a body that is not what its type says
            fault = {"loc": ["body"], "msg": str(error.detail), "type": "badly_shaped"}
            return answer(422, "badly_shaped", BADLY_SHAPED, [fault])
        return answer(error.status_code, "http", str(error.detail), None, error.headers)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, __: Exception) -> JSONResponse:
        # This answer leaves outside of every middleware.
        return answer(500, "unexpected", UNEXPECTED, headers=SAFE)
