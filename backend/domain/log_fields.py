"""What a line of the log is about: every line that is written below `about` names the run."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_RUN_ID: ContextVar[str | None] = ContextVar("run_id", default=None)
_REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


@contextmanager
def about(run_id: str, request_id: str | None) -> Iterator[None]:
    """For as long as this lasts, in this task and what it awaits."""
    run, request = _RUN_ID.set(run_id), _REQUEST_ID.set(request_id)
    try:
        yield
    finally:
        _RUN_ID.reset(run)
        _REQUEST_ID.reset(request)


def fields() -> dict[str, str]:
    """`run_id` and `request_id`, as far as there are any."""
    values = {"run_id": _RUN_ID.get(), "request_id": _REQUEST_ID.get()}
    return {name: value for name, value in values.items() if value is not None}
