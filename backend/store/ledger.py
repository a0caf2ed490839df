"""The ledger in the database: entries are added, and the database keeps their totals.

Triggers (migrations/versions/v0011_usage.py) add each entry to its total in `spending` and refuse
every change of an entry, so the totals follow whatever is written.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Select, func, insert, literal, select, type_coerce, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.ledger import Entry, EntryKind, day_of, entries
from backend.domain.money import from_micros
from backend.domain.run import Run
from backend.store.columns import Moment, Money, Words
from backend.store.tables import ledger, spending

#: an entry's columns that are the same for all entries of a run
OF_THE_RUN = ("run_id", "person_id", "endpoint_id", "practice", "day", "project")


async def book_start(connection: AsyncConnection, run: Run) -> None:
    """Set a new run's estimate aside, under the person who started it and the day of its start."""
    rows = [
        {
            "run_id": run.id,
            "person_id": run.person_id,
            "endpoint_id": run.endpoint_id,
            "practice": run.practice,
            "day": day_of(run.created_at),
            "project": run.project,
            "kind": entry.kind,
            "amount": entry.usd,
            "at": run.created_at,
        }
        for entry in entries(None, run)
    ]
    await connection.execute(insert(ledger), rows)


async def book_change(connection: AsyncConnection, before: Run, after: Run, at: datetime) -> None:
    """Add what a change of a run means, under the person and day of its first entry.

    A run that was handed on stays in the books of whoever started it.
    """
    await _book(connection, after.id, entries(before, after), at)


async def _book(
    connection: AsyncConnection, run_id: str, added: Sequence[Entry], at: datetime
) -> None:
    if not added:
        return
    rows = [
        select(
            *(ledger.c[name] for name in OF_THE_RUN),
            literal(entry.kind, Words),
            literal(entry.usd, Money),
            literal(at, Moment),
        ).where(ledger.c.run_id == run_id, ledger.c.kind == EntryKind.RESERVE)
        for entry in added
    ]
    names = [*OF_THE_RUN, "kind", "amount", "at"]
    await connection.execute(insert(ledger).from_select(names, union_all(*rows)))


async def spent_on(connection: AsyncConnection, day: datetime, *, practice: bool) -> Decimal:
    """US dollars of the runs that were started on that UTC day: set aside, and charged."""
    total = await connection.scalar(spent_that_day(day_of(day), practice=practice))
    return from_micros(int(total or 0))


def spent_that_day(day: str, *, practice: bool) -> Select[Any]:
    """The same in micro-dollars, to be asked for beside something else; NULL where nothing was."""
    total = func.sum(
        type_coerce(spending.c.reserved, BigInteger) + type_coerce(spending.c.charged, BigInteger)
    )
    return select(total).where(spending.c.practice == practice, spending.c.day == day)
