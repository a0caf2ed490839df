"""fal's status objects, read without trusting their shape.

Shape: https://fal.ai/docs/documentation/model-apis/inference/queue (read 2026-11-21).
"""

import json

from backend.domain.ports import FalStatus, LogLine

STATES = {"IN_QUEUE": "queued", "IN_PROGRESS": "running", "COMPLETED": "completed"}
MOST_LINES = 1_000
LONGEST_LINE = 2_000
LONGEST_TEXT = 2_000


def read_status(data: object) -> FalStatus | None:
    """The status, or None where this is no usable answer."""
    state = data.get("status") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(state, str):
        return None
    logs = _logs(data.get("logs"))
    match STATES.get(state):
        case "queued":
            return FalStatus(
                state="queued", position=_position(data.get("queue_position")), logs=logs
            )
        case "running":
            return FalStatus(state="running", logs=logs)
        case "completed":
            return FalStatus(
                state="completed",
                logs=logs,
                error=_error(data.get("error")),
                error_type=_text(data.get("error_type")),
            )
        case _:
            return None


def read_event(text: str) -> FalStatus | None:
    """The status in one event of the stream, or None."""
    try:
        return read_status(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _position(value: object) -> int | None:
    ok = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return int(value) if ok and isinstance(value, int) else None


def _logs(value: object) -> tuple[LogLine, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        LogLine(
            message=line["message"][:LONGEST_LINE],
            timestamp=_text(line.get("timestamp")),
            level=_text(line.get("level")),
        )
        for line in value[-MOST_LINES:]
        if isinstance(line, dict) and isinstance(line.get("message"), str)
    )


def _text(value: object) -> str | None:
    return value[:LONGEST_TEXT] or None if isinstance(value, str) else None


def _error(value: object) -> str | None:
    """An error that is not text is one all the same."""
    return _text(value) or ("no readable reason" if value else None)
