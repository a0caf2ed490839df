"""What a run is worth at each moment, and the entries that say how it came to that.

Entries are only ever added. The sum of a run's entries is what it is worth now: its estimate as
long as it may still cost something, then what was charged.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from backend.domain.run import Run, RunState

#: an ended run without a bill that was paid all the same
PAID = frozenset({RunState.DONE, RunState.LOST})
NOTHING = Decimal(0)


class EntryKind(StrEnum):
    """What an entry does."""

    RESERVE = "reserve"  # the run is written: its estimate is set aside
    RELEASE = "release"  # the run has ended: nothing is set aside for it any more
    SETTLE = "settle"  # the run has ended: what it was charged
    BILL = "bill"  # fal's bill said something else afterwards: the difference


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the ledger about a run."""

    kind: EntryKind
    #: US dollars by which it changes what the run is worth; negative where it gets less
    usd: Decimal


@dataclass(frozen=True, kw_only=True)
class BillDue:
    """A run about whose request fal's bill is to be asked for."""

    run_id: str
    request_id: str
    sent_at: datetime
    ended_at: datetime


def reserved(run: Run) -> Decimal:
    """US dollars that are set aside for it: its estimate until it has ended."""
    return NOTHING if run.state.ended else run.estimate


def charged(run: Run) -> Decimal:
    """US dollars that it was charged; nothing before its end.

    fal's bill decides; before it is there, what fal's answer said. Without both it counts with its
    estimate where it was, or may have been, charged.
    """
    if not run.state.ended:
        return NOTHING
    if run.billed is not None:
        return run.billed
    if run.cost is not None:
        return run.cost
    paid = run.state in PAID or (run.problem is not None and run.problem.charged != "no")
    return run.estimate if paid else NOTHING


def worth(run: Run) -> Decimal:
    """US dollars that it counts now, against every budget."""
    return reserved(run) + charged(run)


def entries(before: Run | None, after: Run) -> tuple[Entry, ...]:
    """What a change of a run adds to the ledger; `before` is None for a new one."""
    if before is None:
        return (Entry(kind=EntryKind.RESERVE, usd=reserved(after)),)
    set_aside = reserved(after) - reserved(before)
    paid = charged(after) - charged(before)
    ends = after.state.ended and not before.state.ended
    changes = (
        Entry(kind=EntryKind.RELEASE, usd=set_aside),
        Entry(kind=EntryKind.SETTLE if ends else EntryKind.BILL, usd=paid),
    )
    return tuple(entry for entry in changes if entry.usd != NOTHING)


def day_of(moment: datetime) -> str:
    """The UTC day that a moment belongs to, as 2026-11-21; a run's is that of its start."""
    return moment.astimezone(UTC).date().isoformat()
