"""The queue as practice mode plays it: what fal would say about a request at a moment.

Everything follows from when the request was accepted, so a request goes on by itself through a
restart: its record is all that has to be kept.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self

State = Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
#: where a test may stop a request
Hold = Literal["queued", "running"]

#: fal keeps a result for an hour, one of 10 KB or more for six minutes
#: (https://fal.ai/docs/inference-api/queue/result, read 2026-11)
RESULT_KEPT = 3600.0
LARGE_RESULT_KEPT = 360.0

_FIRST_POSITION = 2
_LOG: tuple[tuple[float, str], ...] = (
    (0.0, "Practice mode: painting here, nothing is sent to fal"),
    (0.15, "Reading the input"),
    (0.3, "Painting, 25 %"),
    (0.5, "Painting, 50 %"),
    (0.7, "Painting, 75 %"),
    (0.9, "Painting, 100 %"),
)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long a request takes, in seconds."""

    queue: float = 0.4
    run: float = 1.2
    #: a comment on a status stream that has nothing to say; fal sends one every 15 s
    #: (https://fal.ai/docs/inference-api/queue/status-stream, read 2026-11)
    heartbeat: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How a request ends that makes no picture: its status fields and the model's own answer."""

    error: str
    error_type: str | None
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A request that was taken, as it is kept. Times are seconds since the epoch."""

    request_id: str
    endpoint_id: str
    input: Mapping[str, Any]
    #: what the picture grows from: the input's seed, or one that was drawn at acceptance
    seed: int
    accepted_at: float
    queue_seconds: float
    run_seconds: float
    failure: Failure | None = None
    cancelled_at: float | None = None

    @property
    def completed_at(self) -> float:
        """When it ends, or ended by a cancel."""
        if self.cancelled_at is not None:
            return self.cancelled_at
        return self.accepted_at + self.queue_seconds + self.run_seconds

    @property
    def gone_at(self) -> float:
        """When its result is no longer kept. A picture inside the answer makes it a large one."""
        kept = LARGE_RESULT_KEPT if self.input.get("sync_mode") is True else RESULT_KEPT
        return self.completed_at + kept

    @property
    def app(self) -> str:
        """Owner and app, without the sub-path: the form of fal's status URLs."""
        return "/".join(self.endpoint_id.split("/")[:2])

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From `to_json`. Raises TypeError or KeyError where it is not one."""
        failure = data["failure"]
        return cls(**{**data, "failure": None if failure is None else Failure(**failure)})


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is true of a request now."""

    state: State
    position: int | None = None
    log: tuple[tuple[float, str], ...] = ()
    failure: Failure | None = None
    #: seconds until something changes by itself; None where nothing will
    next_change: float | None = None


def cancelled() -> Failure:
    """The end of a request that its sender cancelled (error type of fal's documentation)."""
    text = "The request was cancelled by the client."
    return Failure(
        error=text,
        error_type="client_cancelled",
        status=499,
        body={"detail": text, "error_type": "client_cancelled"},
        headers={"X-Fal-Error-Type": "client_cancelled"},
    )


def moment(accepted: Accepted, now: float, held: Hold | None = None) -> Moment:
    """What fal would say at that time. A hold keeps the request from going beyond it."""
    if accepted.cancelled_at is not None:
        return Moment(state="COMPLETED", log=_log(accepted, now), failure=cancelled())
    elapsed = now - accepted.accepted_at
    if held == "queued":
        return Moment(state="IN_QUEUE", position=0)
    if elapsed < accepted.queue_seconds:
        return _queued(accepted, elapsed)
    if elapsed < accepted.queue_seconds + accepted.run_seconds:
        return _running(accepted, now)
    if held == "running":
        return Moment(state="IN_PROGRESS", log=_log(accepted, now))
    return Moment(state="COMPLETED", log=_log(accepted, now), failure=accepted.failure)


def _queued(accepted: Accepted, elapsed: float) -> Moment:
    steps = _FIRST_POSITION + 1
    # A clock that was set back makes even a queue of no length wait.
    part = elapsed / accepted.queue_seconds if accepted.queue_seconds else 0.0
    step = int(part * steps)
    position = max(0, _FIRST_POSITION - step)
    wait = (_FIRST_POSITION - position + 1) * accepted.queue_seconds / steps - elapsed
    return Moment(state="IN_QUEUE", position=position, next_change=max(wait, 0.001))


def _running(accepted: Accepted, now: float) -> Moment:
    started = accepted.accepted_at + accepted.queue_seconds
    part = (now - started) / accepted.run_seconds
    coming = next((at for at, _ in _LOG if at > part), 1.0)
    wait = (coming - part) * accepted.run_seconds
    return Moment(state="IN_PROGRESS", log=_log(accepted, now), next_change=max(wait, 0.001))


def _log(accepted: Accepted, now: float) -> tuple[tuple[float, str], ...]:
    """The lines until then, with the time of each."""
    until = min(now, accepted.completed_at)
    started = accepted.accepted_at + accepted.queue_seconds
    lines = ((started + at * accepted.run_seconds, text) for at, text in _LOG)
    return tuple((at, text) for at, text in lines if at <= until)


def status_body(
    accepted: Accepted, now: Moment, urls: Mapping[str, str], *, with_logs: bool
) -> dict[str, Any]:
    """A status in fal's shape. `logs` is null unless asked for."""
    body: dict[str, Any] = {"status": now.state, "request_id": accepted.request_id, **urls}
    if now.state == "IN_QUEUE":
        return {**body, "queue_position": now.position}
    body["logs"] = [_line(at, text) for at, text in now.log] if with_logs else None
    if now.state == "COMPLETED":
        body["metrics"] = {"inference_time": inference_time(accepted)}
        if now.failure is not None:
            body["error"] = now.failure.error
            body["error_type"] = now.failure.error_type
    return body


def inference_time(accepted: Accepted) -> float:
    """Seconds that the model took."""
    started = accepted.accepted_at + accepted.queue_seconds
    return round(max(0.0, accepted.completed_at - started), 3)


def iso(seconds: float) -> str:
    """A time of ours in fal's form: ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _line(at: float, text: str) -> dict[str, str]:
    return {"message": text, "level": "INFO", "source": "USER", "timestamp": iso(at)}
