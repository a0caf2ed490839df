"""fal's error types that are about a run and not about its input.

Request errors: https://fal.ai/docs/documentation/model-apis/request-errors, model errors:
https://fal.ai/docs/documentation/model-apis/errors (both read 2026-11-21).
"""

from collections.abc import Mapping

from backend.domain.errors import (
    BrokeAtFal,
    CancelledAtFal,
    ContentPolicy,
    FalError,
    RefusedOtherwise,
    RunFailedAtFal,
    TimedOutAtFal,
)
from backend.domain.run import Charged
from backend.domain.sentence import Sentence

BY_TYPE: Mapping[str, type[FalError]] = {
    "request_timeout": TimedOutAtFal,
    "startup_timeout": TimedOutAtFal,
    "generation_timeout": TimedOutAtFal,
    "runner_scheduling_failure": BrokeAtFal,
    "runner_connection_timeout": BrokeAtFal,
    "runner_disconnected": BrokeAtFal,
    "runner_connection_refused": BrokeAtFal,
    "runner_connection_error": BrokeAtFal,
    "runner_incomplete_response": BrokeAtFal,
    "runner_server_error": BrokeAtFal,
    "internal_error": BrokeAtFal,
    "internal_server_error": BrokeAtFal,
    "downstream_service_error": BrokeAtFal,
    "downstream_service_unavailable": BrokeAtFal,
    "client_cancelled": CancelledAtFal,
    "client_disconnected": RunFailedAtFal,
    "bad_request": RefusedOtherwise,
    "no_media_generated": RunFailedAtFal,
    "content_policy_violation": ContentPolicy,
}

#: where the class's own sentence would not be true
TOLD: Mapping[str, tuple[str, Charged]] = {
    # 400: other than with a 5xx, fal does not say that it costs nothing
    "downstream_service_error": (
        Sentence(
            "fal.downstream",
            "The model's maker could not make this picture. It may have been charged; another "
            "prompt "
            "may work.",
        ),
        "unknown",
    ),
    "client_disconnected": (
        Sentence(
            "fal.disconnected",
            "fal lost the connection to this run and dropped it. It may have been charged; run it "
            "again.",
        ),
        "unknown",
    ),
    "bad_request": (
        Sentence(
            "fal.bad_request",
            "fal could not read the request. It may have been charged if the model had already "
            "started.",
        ),
        "unknown",
    ),
    "no_media_generated": (
        Sentence(
            "fal.no_picture",
            "fal finished but made no picture. It may have been charged; another prompt may work.",
        ),
        "unknown",
    ),
}


def error_of_type(kind: str) -> FalError | None:
    """The error that a type stands for; None for one that is not about a run."""
    cls = BY_TYPE.get(kind)
    if cls is None:
        return None
    message, charged = TOLD.get(kind, (None, cls.charged))
    error = cls(message)
    error.charged = charged
    return error
