"""Runs, uploads, presets and people as tests need them: ordinary but for what is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from backend.domain.picture import Upload
from backend.domain.ports import NewRun
from backend.domain.preset import Preset
from backend.domain.run import Handle, Run, RunProblem, RunState
from backend.store.runs import SqlRunStore

NOON = datetime(2025, 3, 14, 12, 0, tzinfo=UTC)
_numbers = count(1)


class TestClock:
    """A clock that stands still until it is turned."""

    __test__ = False

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start

    def now(self) -> datetime:
        """Aware UTC."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Turn it."""
        self.time += timedelta(seconds=seconds)


def a_run(**changes: Any) -> Run:
    """A run that waits; ids rise."""
    run = Run(
        id=f"run-{next(_numbers):08d}",
        person_id="alice",
        endpoint_id="fal-ai/flux-pro/v1.1",
        state=RunState.CREATED,
        input={"prompt": "a lighthouse"},
        defaults={"num_images": 1},
        practice=False,
        estimate=Decimal("0.04"),
        unit_price=Decimal("0.04"),
        created_at=NOON,
        state_at=NOON,
    )
    return replace(run, **changes)


def new(run: Run | None = None, **changes: Any) -> NewRun:
    """What a caller wants to run."""
    return NewRun(run=run or a_run(), **changes)


def a_handle(number: int = 1) -> Handle:
    """What fal gave for a request."""
    base = f"https://queue.fal.run/fal-ai/flux-pro/requests/{number}"
    return Handle(
        request_id=f"request-{number}",
        status_url=f"{base}/status",
        response_url=base,
        cancel_url=f"{base}/cancel",
    )


def a_problem(**changes: Any) -> RunProblem:
    """Why a run failed."""
    problem = RunProblem(
        code="broke_at_fal", message="It broke.", retryable=True, charged="no", fields={}
    )
    return replace(problem, **changes)


def an_upload(**changes: Any) -> Upload:
    """A picture that alice brought."""
    number = next(_numbers)
    upload = Upload(
        id=f"upload-{number}",
        person_id="alice",
        sha256=f"{number:064x}",
        content_type="image/png",
        width=640,
        height=480,
        bytes=1234,
        key=f"uploads/{number}.png",
        created_at=NOON,
    )
    return replace(upload, **changes)


def a_preset(**changes: Any) -> Preset:
    """A preset of alice's."""
    number = next(_numbers)
    preset = Preset(
        id=f"preset-{number}",
        endpoint_id="fal-ai/flux-pro/v1.1",
        name=f"Preset {number}",
        description="",
        values={"prompt": "a harbour"},
        person_id="alice",
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(preset, **changes)


#: one way from created to each state
WAYS: dict[RunState, tuple[RunState, ...]] = {
    RunState.CREATED: (),
    RunState.SUBMITTING: (RunState.SUBMITTING,),
    RunState.UNCERTAIN: (RunState.SUBMITTING, RunState.UNCERTAIN),
    RunState.QUEUED: (RunState.SUBMITTING, RunState.QUEUED),
    RunState.RUNNING: (RunState.SUBMITTING, RunState.QUEUED, RunState.RUNNING),
    RunState.SAVING: (RunState.SUBMITTING, RunState.QUEUED, RunState.SAVING),
    RunState.DONE: (RunState.SUBMITTING, RunState.QUEUED, RunState.SAVING, RunState.DONE),
    RunState.FAILED: (RunState.FAILED,),
    RunState.CANCELLED: (RunState.CANCELLED,),
    RunState.LOST: (RunState.SUBMITTING, RunState.QUEUED, RunState.LOST),
}


async def written(runs: SqlRunStore, run: Run | None = None, **changes: Any) -> Run:
    """A run in the store."""
    added, fresh = await runs.add(new(run or a_run(**changes)))
    assert fresh
    return added


async def in_state(runs: SqlRunStore, state: RunState, run: Run, **changes: Any) -> Run:
    """A run in the store, walked to a state; `changes` come with the last step."""
    current = await written(runs, run)
    way = WAYS[state]
    for step in way[:-1]:
        moved = await runs.move(current.id, current.state, step)
        assert moved is not None
        current = moved
    if way:
        moved = await runs.move(current.id, current.state, way[-1], **changes)
        assert moved is not None
        current = moved
    return current
