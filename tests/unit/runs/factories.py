"""Runs for tests, with sensible defaults."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from backend.domain.run import Run, RunState

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def a_run(**given: Any) -> Run:
    """A run of alice's, created at noon."""
    values: dict[str, Any] = {
        "id": "run1",
        "person_id": "alice",
        "endpoint_id": "fal-ai/flux-pro/v1.1",
        "state": RunState.CREATED,
        "input": {"prompt": "a lighthouse"},
        "defaults": {},
        "practice": True,
        "estimate": Decimal("0.04"),
        "unit_price": Decimal("0.04"),
        "created_at": NOON,
        "state_at": NOON,
    }
    return Run(**{**values, **given})
