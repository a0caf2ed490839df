"""A run: one paid request to fal by one person, and the images that it made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from backend.domain.field import Input
from backend.domain.sharing import Visibility
from backend.domain.template import PromptTemplate

Charged = Literal["yes", "no", "unknown"]


class RunState(StrEnum):
    """The states of docs/runs.md. In the database, the API and on the page."""

    CREATED = "created"  # written down, waits for its turn
    SUBMITTING = "submitting"  # committed as the last act before the paid POST
    QUEUED = "queued"  # fal has accepted it, its request id is stored
    RUNNING = "running"
    SAVING = "saving"  # completed at fal, its pictures are on their way to our store
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"  # fal may have taken it; a person or a look-up decides
    LOST = "lost"  # paid, and gone for good at fal

    @property
    def ended(self) -> bool:
        """True where nothing more happens by itself. An uncertain run has not ended."""
        return self in ENDED


ENDED = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED, RunState.LOST})
UNFINISHED = frozenset(RunState) - ENDED
#: states of a run that fal knows under its request id
AT_FAL = frozenset({RunState.QUEUED, RunState.RUNNING, RunState.SAVING})

#: every arrow of the table in docs/runs.md; the store refuses any other
ARROWS: Mapping[RunState, frozenset[RunState]] = {
    RunState.CREATED: frozenset({RunState.SUBMITTING, RunState.FAILED, RunState.CANCELLED}),
    RunState.SUBMITTING: frozenset(
        {RunState.QUEUED, RunState.CREATED, RunState.FAILED, RunState.UNCERTAIN}
    ),
    RunState.UNCERTAIN: frozenset({RunState.QUEUED, RunState.FAILED}),
    RunState.QUEUED: frozenset(
        {RunState.RUNNING, RunState.SAVING, RunState.FAILED, RunState.CANCELLED, RunState.LOST}
    ),
    RunState.RUNNING: frozenset(
        {RunState.SAVING, RunState.FAILED, RunState.CANCELLED, RunState.LOST}
    ),
    RunState.SAVING: frozenset({RunState.DONE}),
    RunState.DONE: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
    RunState.LOST: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class RunProblem:
    """Why a run failed, was cancelled or is uncertain, as a person and a program read it."""

    code: str
    message: str
    retryable: bool
    charged: Charged
    #: messages by field name, where fal or we could place them
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Handle:
    """What fal gave for an accepted request: its id, and the URLs to use as they are."""

    request_id: str
    status_url: str
    response_url: str
    cancel_url: str


@dataclass(frozen=True, kw_only=True)
class Image:
    """One output of a run, by its index. Without a key it is not stored (yet)."""

    index: int
    #: fal's own URL, shown while ours is not there yet; None for an inline picture
    fal_url: str | None = None
    key: str | None = None
    preview_key: str | None = None
    width: int | None = None
    height: int | None = None
    content_type: str | None = None
    bytes: int | None = None
    #: hash of fal's bytes, before metadata was written
    sha256: str | None = None
    #: hash of the file as it is stored
    file_sha256: str | None = None
    #: fal's has_nsfw_concepts: a black picture of the same size came instead
    flagged: bool = False
    #: True once it is given up
    missing: bool = False

    @property
    def settled(self) -> bool:
        """Stored, or given up."""
        return self.key is not None or self.missing


@dataclass(frozen=True, kw_only=True)
class Output:
    """What fal answered beside the pictures."""

    seed: int | None = None
    prompt: str | None = None
    timings: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run. Times are aware UTC, money is Decimal US dollars."""

    id: str
    person_id: str
    endpoint_id: str
    state: RunState
    #: what the caller gave: `upload:{id}` for pictures, never a fal URL
    input: Input
    #: the endpoint's defaults of that day
    defaults: Input
    #: True where practice mode stood in for fal: no money moved
    practice: bool
    estimate: Decimal
    #: what a unit cost on that day; the bill is billed units times it
    unit_price: Decimal
    created_at: datetime
    #: since when it is in its state
    state_at: datetime
    #: what fal's answer says: billed units times the unit price
    cost: Decimal | None = None
    #: what fal's bill says, some minutes later; None while it is not known
    billed: Decimal | None = None
    billable_units: Decimal | None = None
    finished_at: datetime | None = None
    handle: Handle | None = None
    #: what went over the wire, pictures as fal URLs; to find an uncertain run in fal's list
    sent_input: Input | None = None
    submitted_at: datetime | None = None
    cancel_requested: bool = False
    images: tuple[Image, ...] = ()
    output: Output | None = None
    problem: RunProblem | None = None
    #: the run that this one repeats
    again_of: str | None = None
    deleted_at: datetime | None = None
    visibility: Visibility = Visibility.PRIVATE
    #: what it was made for, in a person's own words; "" where nobody said
    project: str = ""
    #: the name of the preset whose settings it began with, as it was called then; "" without one
    preset: str = ""
    #: the prompt as it was written, where it is a template: the input holds what it became
    template: PromptTemplate | None = None
    #: what is said with the answer to its start, a budget that it goes beyond; not kept
    warnings: tuple[str, ...] = ()

    @property
    def request_id(self) -> str | None:
        """fal's id, once it has accepted the run."""
        return None if self.handle is None else self.handle.request_id
