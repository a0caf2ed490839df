"""What runs and services need from the outside world. fal and store implement it."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from backend.domain.audit import Fact
from backend.domain.budget import Budget, Standing
from backend.domain.deleted import ForgetAnswer
from backend.domain.errors import FalError
from backend.domain.field import Input
from backend.domain.intake import Intake
from backend.domain.ledger import BillDue
from backend.domain.lineage import Kin
from backend.domain.person import Person, Role
from backend.domain.picture import Upload
from backend.domain.preset import Preset, PresetFilter, PresetUse, PresetVersion
from backend.domain.rules import Retention, Rules
from backend.domain.run import Handle, Image, Output, Run, RunState
from backend.domain.sharing import Possession, Visibility
from backend.domain.sign_in import Auth, Seen


class Clock(Protocol):
    """The time, so that tests can turn it."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that time pass."""
        ...


# ── fal ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of a run's log at fal."""

    message: str
    timestamp: str | None = None
    level: str | None = None


@dataclass(frozen=True, kw_only=True)
class FalStatus:
    """What fal says about a request. `error` and `error_type` only with "completed"."""

    state: Literal["queued", "running", "completed"]
    #: requests ahead of ours at fal, 0-based; only while queued
    position: int | None = None
    logs: tuple[LogLine, ...] = ()
    error: str | None = None
    error_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class FalImage:
    """One picture of a result: a URL at fal, or its bytes (`sync_mode`)."""

    url: str | None = None
    data: bytes | None = None
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    flagged: bool = False


@dataclass(frozen=True, kw_only=True)
class FalResult:
    """A completed request's answer."""

    images: tuple[FalImage, ...]
    output: Output
    #: from the header X-Fal-Billable-Units, where it was there
    billable_units: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class FalRequest:
    """One row of fal's list of requests."""

    request_id: str
    sent_at: datetime | None
    #: None where fal did not give it
    input: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    """What fal says one unit of an endpoint's output costs. Nothing of it is checked yet."""

    endpoint_id: str
    amount: Decimal
    unit: str
    currency: str


KeyState = Literal["missing", "present", "accepted", "refused", "locked", "unknown"]
CancelAnswer = Literal["requested", "already completed", "not found", "unclear"]


class Gateway(Protocol):
    """The door to fal (or to what stands in for it). Errors are those of domain/errors.py."""

    async def submit(self, endpoint_id: str, sent_input: Input, retention: Retention) -> Handle:
        """The paid POST, sent at most once by each call.

        Raises NotAccepted (nothing was accepted), Refused (a clear no) or Unknown (anything else
        after the bytes left). Cancelled while under way: the caller treats it as Unknown.
        """
        ...

    def follow(self, handle: Handle) -> AsyncGenerator[FalStatus, None]:
        """Every status of an accepted request, the last one "completed".

        One status stream, read to its end; polls where the stream fails or says nothing for 20 s.
        Raises Slow when fal can't be asked at the moment (the caller comes back), ResultGone when
        fal no longer knows the request.
        """
        ...

    def problem(self, status: FalStatus) -> FalError | None:
        """What a completed status with `error` or `error_type` means; None without them."""
        ...

    async def result(self, handle: Handle) -> FalResult:
        """A completed request's result.

        Raises RunFailedAtFal or Refused for a documented error body, ResultGone, or Slow.
        """
        ...

    async def cancel(self, handle: Handle) -> CancelAnswer:
        """Ask fal to drop the request. Raises Slow where fal can't be asked."""
        ...

    async def forget(self, request_id: str) -> ForgetAnswer:
        """Have fal delete what it keeps of a request. Raises Slow or AccountLocked."""
        ...

    async def upload(self, data: bytes, content_type: str, file_name: str) -> str:
        """Store a picture at fal for a day; its URL. Raises Refused or NotAccepted."""
        ...

    async def download(self, url: str) -> bytes:
        """A picture's bytes, at most 50 MB. Raises PictureUnavailable or PictureGone."""
        ...

    def handle(self, endpoint_id: str, request_id: str) -> Handle:
        """The handle of a request whose id is known but whose reply was lost."""
        ...

    async def requests(self, endpoint_id: str, since: datetime) -> tuple[FalRequest, ...]:
        """fal's list of this endpoint's requests since then. Raises Slow or Refused."""
        ...

    async def unit_prices(self, endpoint_ids: Sequence[str]) -> tuple[UnitPrice, ...]:
        """fal's unit prices, by a call that costs nothing; endpoints unknown to fal are missing.

        Raises Slow, KeyRefused or AccountLocked.
        """
        ...

    async def key_state(self) -> KeyState:
        """Whether fal accepts the key, by a call that costs nothing."""
        ...


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What fal has billed for one request."""

    request_id: str
    #: US dollars, discounts taken off
    usd: Decimal


class Billing(Protocol):
    """fal's books, with a key of their own. Raises Slow, KeyRefused or AccountLocked."""

    async def bills(self, request_ids: Sequence[str], since: datetime) -> tuple[Bill, ...]:
        """What fal billed for these requests since then; those without an event are missing."""
        ...

    async def balance(self) -> Decimal:
        """US dollars that are left of the account's credits."""
        ...


class LinkFetcher(Protocol):
    """Fetches a public link once, guarded (docs/pictures.md)."""

    async def fetch(self, url: str) -> bytes:
        """The bytes behind it. Raises LinkRefused or PictureRefused with the reason."""
        ...


# ── store ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """What a caller wants to run, checked and priced."""

    run: Run
    #: the ids of the uploads that its input refers to
    upload_ids: tuple[str, ...] = ()
    idempotency_key: str | None = None
    #: today's budget of all people, or None
    max_usd_per_day: Decimal | None = None
    max_waiting: int = 1_000
    #: an estimate above this has to be confirmed, or None; a person's own wish counts beside it
    ask_above: Decimal | None = None
    #: US dollars to which the person said yes
    confirmed: Decimal | None = None
    #: what the audit log says about its start
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunFilter:
    """Which runs to list, newest first."""

    #: whose; None: everybody's
    person_id: str | None = None
    #: beside that person's, what the team shares
    with_team: bool = False
    endpoint_id: str | None = None
    states: tuple[RunState, ...] = ()
    with_pictures: bool = False
    limit: int = 24
    #: opaque; from an earlier page
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """One page of runs and where the next begins."""

    runs: tuple[Run, ...]
    next_cursor: str | None


class RunStore(Protocol):
    """Runs and their images. Every change is committed durably before the call returns."""

    async def add(self, new: NewRun) -> tuple[Run, bool]:
        """Write a run in state created; (the run, True).

        In one transaction: the same idempotency key within 24 h gives the earlier run and False,
        or KeyReused for another endpoint or input; IntakePaused; TooManyWaiting;
        MoneyLimitReached over the day's budget or another hard one (UTC day of `created_at`;
        estimates of unfinished and uncertain, charges of ended runs, practice and real each on
        their own); ConfirmCost. Soft budgets that it goes beyond are its `warnings`.
        """
        ...

    async def get(self, run_id: str) -> Run | None:
        """A run with its images, deleted ones too; None where there is none."""
        ...

    async def several(self, run_ids: Sequence[str]) -> tuple[Run, ...]:
        """Those of these that there are, deleted ones too, with their images, in no order."""
        ...

    async def move(
        self,
        run_id: str,
        source: RunState,
        target: RunState,
        *,
        image: Image | None = None,
        **changes: Any,
    ) -> Run | None:
        """Compare-and-set: to `target` with `changes` if it is in `source` now, else None.

        `changes` are fields of Run; `image` is put beside its others. None, too, where it would be
        sent while the intake is closed. Raises ValueError for an arrow that ARROWS does not have.
        """
        ...

    async def note(self, run_id: str, **changes: Any) -> Run:
        """Change fields without changing the state."""
        ...

    async def put_image(self, run_id: str, image: Image) -> Run:
        """Write one image of a run, by its index."""
        ...

    async def list(self, which: RunFilter) -> RunPage:
        """A page of runs that are not deleted."""
        ...

    async def in_states(self, states: Sequence[RunState]) -> tuple[Run, ...]:
        """All runs in these states, oldest first, deleted or not: for the start."""
        ...

    async def by_request_id(self, request_id: str) -> Run | None:
        """The run that has this request of fal's."""
        ...

    async def delete(self, run_id: str, at: datetime | None) -> Run | None:
        """Soft delete, or bring back with None.

        None where there is no such run, or where it is deleted already.
        """
        ...

    async def spent_today(self, now: datetime, *, practice: bool) -> Decimal:
        """US dollars of the UTC day: estimates of unfinished, costs of ended runs."""
        ...

    async def ready(self) -> bool:
        """Whether the database answers."""
        ...


class LineageStore(Protocol):
    """Which runs were made from which."""

    async def of(self, run_id: str, *, person_id: str, with_team: bool, limit: int) -> Kin:
        """Those that are this person's or, if asked, the team's; at most `limit` of each kind."""
        ...


class BillStore(Protocol):
    """Which runs still wait for fal's bill, and what it said."""

    async def due(self, now: datetime, *, practice: bool, limit: int) -> tuple[BillDue, ...]:
        """Ended runs about whose requests fal is to be asked now, the longest waiting first."""
        ...

    async def write(self, run_id: str, usd: Decimal, now: datetime) -> Run | None:
        """Put fal's bill beside the estimate, and the difference into the ledger."""
        ...

    async def later(self, run_ids: Sequence[str], at: datetime | None) -> None:
        """Ask again then; None: never."""
        ...


class BudgetStore(Protocol):
    """Budgets, what counts against them, and from when on a person wants to be asked."""

    async def put(self, budget: Budget) -> Budget:
        """Write it; another amount for the same replaces the earlier one and keeps its id."""
        ...

    async def remove(self, budget_id: str) -> bool:
        """Delete it; False where there is none of that id."""
        ...

    async def standings(
        self, now: datetime, *, practice: bool, person_id: str | None = None
    ) -> tuple[Standing, ...]:
        """Each budget and what counts against it; with a person, those in force for them."""
        ...

    async def ask_above(self, person_id: str) -> Decimal | None:
        """From which estimate on a person wants to be asked; None: never."""
        ...

    async def set_ask_above(self, person_id: str, usd: Decimal | None) -> None:
        """Change that."""
        ...


class IntakeStore(Protocol):
    """The switch that stops new runs for all."""

    async def get(self) -> Intake:
        """How it stands."""
        ...

    async def put(self, now: Intake) -> None:
        """Turn it; every run that is written or sent afterwards sees it."""
        ...


class RulesStore(Protocol):
    """What admins allow."""

    async def get(self) -> Rules:
        """As they stand."""
        ...

    async def put(self, now: Rules) -> None:
        """All of them anew."""
        ...


class UploadStore(Protocol):
    """Rows of what people brought."""

    async def add(self, upload: Upload) -> Upload:
        """Write it, or give this person's earlier row of the same hash and type.

        Where it is a run's picture, the earlier row says so from now on.
        """
        ...

    async def get(self, upload_id: str) -> Upload | None:
        """An upload, or None."""
        ...

    async def sent(self, upload_id: str, fal_url: str, expires_at: datetime) -> None:
        """Remember its copy at fal."""
        ...

    async def users(self, upload_id: str) -> tuple[Possession, ...]:
        """Whose the runs and presets are that refer to it, deleted runs left out."""
        ...

    async def unused(self, before: datetime) -> tuple[Upload, ...]:
        """Uploads older than that to which no run and no preset refers."""
        ...

    async def remove(self, upload_id: str) -> bool:
        """Delete the row; True where no other row has the same file any more."""
        ...


class PresetStore(Protocol):
    """Saved presets."""

    async def add(self, preset: Preset, upload_ids: Sequence[str] = ()) -> Preset:
        """Write it. NameTaken where the person has one of that name for the endpoint."""
        ...

    async def get(self, preset_id: str) -> Preset | None:
        """A saved preset, deleted or not, or None."""
        ...

    async def named(self, person_id: str, endpoint_id: str, name: str) -> Preset | None:
        """A person's preset of that name for an endpoint, or None."""
        ...

    async def list(self, which: PresetFilter) -> tuple[Preset, ...]:
        """Saved presets, in the order of the filter."""
        ...

    async def update(
        self, preset: Preset, upload_ids: Sequence[str] = (), *, by: str | None = None
    ) -> Preset:
        """Overwrite what it says, as `by`; its version was read before, and is one more then.

        Raises NotFound, NameTaken, or PresetChanged where it has another version by now.
        """
        ...

    async def share(
        self, preset_id: str, visibility: Visibility | None, locked: bool | None
    ) -> Preset:
        """Who sees it and who changes it; None: as it is. Raises NotFound."""
        ...

    async def arrange(self, person_id: str | None, preset_ids: Sequence[str]) -> None:
        """Give them places in this order; only a person's own, for None anybody's."""
        ...

    async def remove(self, preset_id: str) -> None:
        """Delete it; it can be brought back for a while, and its name is free."""
        ...

    async def restore(self, preset_id: str) -> Preset:
        """Bring a deleted one back. Raises NotFound, NameTaken."""
        ...

    async def versions(self, preset_id: str) -> tuple[PresetVersion, ...]:
        """What it said, newest first."""
        ...

    async def used(self, preset_id: str, person_id: str) -> None:
        """Somebody put it into a form."""
        ...

    async def uses(self, person_id: str) -> Mapping[str, PresetUse]:
        """Uses of presets by id, shipped ones too; those that nobody used are left out."""
        ...

    async def clean(self, before: datetime) -> int:
        """Remove for good what was deleted before that moment; how many."""
        ...


class PeopleStore(Protocol):
    """Who runs things."""

    async def get(self, person_id: str) -> Person | None:
        """A person, or None."""
        ...

    async def by_name(self, name: str) -> Person | None:
        """A person by name, whatever its case; None where there is none."""
        ...

    async def add(self, person: Person) -> Person:
        """Write a person, or give the one of the same id."""
        ...

    async def names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """Names by id."""
        ...

    async def admins(self) -> tuple[str, ...]:
        """Names of the admins, in alphabetical order."""
        ...

    async def members(self) -> tuple[str, ...]:
        """Names of all who may come in and are no guests, in alphabetical order; at most 200."""
        ...

    async def called(self, beginning: str) -> tuple[str, ...]:
        """Ids of people whose names are so, or else begin so; at most 50."""
        ...

    async def everybody(self, way: Auth) -> Sequence[Seen]:
        """All people by name, for admins; `way`: how people come in."""
        ...

    async def change(
        self, person_id: str, *, role: Role | None, active: bool | None, way: Auth, at: datetime
    ) -> Person | None:
        """Another role, or in or out; None where there is nobody.

        Raises LastAdmin where no active admin would be left who can come in that way.
        """
        ...


class PictureStore(Protocol):
    """Files, by key. A write is complete or not there."""

    async def write(self, key: str, data: bytes) -> None:
        """Temporary name, fsync, rename. Raises StorageFailed."""
        ...

    async def read(self, key: str) -> bytes:
        """Raises NotFound."""
        ...

    async def size(self, key: str) -> int:
        """Bytes. Raises NotFound."""
        ...

    def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from start to end (exclusive), in pieces."""
        ...

    async def remove(self, key: str) -> None:
        """Delete it; nothing happens where it is not there."""
        ...

    async def ready(self) -> bool:
        """Whether a small file can be written now."""
        ...


class OwnerLock(Protocol):
    """One owner for each database (docs/runs.md)."""

    async def acquire(self) -> None:
        """Wait until this process is the owner."""
        ...

    async def release(self) -> None:
        """Give it up."""
        ...

    @property
    def held(self) -> bool:
        """Whether this process is the owner now."""
        ...
