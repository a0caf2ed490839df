"""What a month's runs were worth: out of the ledger's totals, or run by run."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    case,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
)

from backend.domain.ledger import EntryKind
from backend.domain.money import from_micros
from backend.domain.run import RunState
from backend.domain.usage import By, Tally, UsageFilter, UsageRun
from backend.store import database as db
from backend.store.columns import Moment, Words
from backend.store.tables import ledger, runs, spending

GROUPS = {
    By.PERSON: spending.c.person_id,
    By.ENDPOINT: spending.c.endpoint_id,
    By.DAY: spending.c.day,
    By.PROJECT: spending.c.project,
}
AMOUNTS = ("estimate", "reserved", "charged", "billed")
COUNTS = ("runs", "billed_runs")
SET_ASIDE = (EntryKind.RESERVE, EntryKind.RELEASE)


class SqlUsageStore:
    """The usage store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def sums(self, which: UsageFilter, by: By) -> Mapping[str, Tally]:
        """By the id of a person or endpoint, a day, or the name of a project ("": none)."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_sums(which, by))).mappings().all()
        found: dict[str, Tally] = {}
        for row in rows:
            found[row["key"]] = found.get(row["key"], Tally()) + _tally(row)
        return found

    async def runs(
        self, which: UsageFilter, after: UsageRun | None, limit: int
    ) -> tuple[UsageRun, ...]:
        """The next ones, oldest first, deleted ones too: they were paid."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_runs(which, after, limit))).mappings().all()
        return tuple(_run(row) for row in rows)

    async def projects(self, person_id: str, since: date, limit: int) -> tuple[str, ...]:
        """What this person's runs since that day were for, last used first."""
        last_used = func.max(spending.c.day)
        found = (
            select(spending.c.project)
            .where(
                spending.c.practice.in_((False, True)),
                spending.c.day >= since.isoformat(),
                spending.c.person_id == person_id,
                spending.c.project != "",
            )
            .group_by(spending.c.project)
            .order_by(last_used.desc(), spending.c.project)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple((await connection.execute(found)).scalars())


def _sums(which: UsageFilter, by: By) -> Select[Any]:
    key = GROUPS[by].label("key")
    sums = [
        func.sum(type_coerce(spending.c[name], BigInteger)).label(name)
        for name in (*COUNTS, *AMOUNTS)
    ]
    first, last = which.month.days
    found = select(key, spending.c.practice, *sums).where(
        # both kinds are named so that the primary key, which begins with them, is used
        spending.c.practice.in_((False, True)),
        spending.c.day >= first,
        spending.c.day <= last,
    )
    if which.person_id is not None:
        found = found.where(spending.c.person_id == which.person_id)
    return found.group_by(key, spending.c.practice)


def _runs(which: UsageFilter, after: UsageRun | None, limit: int) -> Select[Any]:
    """Each run with the sums of its entries; the first one says whose books it is in."""
    started = ledger.alias("started")
    amount = type_coerce(ledger.c.amount, BigInteger)
    of_run = select(
        func.sum(case((ledger.c.kind.in_(SET_ASIDE), amount), else_=0)).label("reserved"),
        func.sum(case((ledger.c.kind.in_(SET_ASIDE), 0), else_=amount)).label("charged"),
    ).where(ledger.c.run_id == started.c.run_id)
    return (
        select(
            runs.c.id,
            runs.c.created_at,
            runs.c.state,
            started.c.person_id,
            started.c.endpoint_id,
            started.c.project,
            started.c.practice,
            literal(1).label("runs"),
            case((runs.c.billed.is_(None), 0), else_=1).label("billed_runs"),
            type_coerce(started.c.amount, BigInteger).label("estimate"),
            func.coalesce(type_coerce(runs.c.billed, BigInteger), 0).label("billed"),
            *_each(of_run),
        )
        .join(started, started.c.run_id == runs.c.id)
        .where(started.c.kind == EntryKind.RESERVE, *_among(which, started.c.person_id, after))
        .order_by(runs.c.created_at, runs.c.id)
        .limit(limit)
    )


def _each(of_run: Select[Any]) -> list[ColumnElement[Any]]:
    """Its columns, each asked for by the run of the row around it."""
    return [
        of_run.with_only_columns(column).scalar_subquery().label(column.name)
        for column in of_run.selected_columns
    ]


def _among(
    which: UsageFilter, person_id: ColumnElement[str], after: UsageRun | None
) -> list[ColumnElement[bool]]:
    begin, end = which.month.moments
    found = [runs.c.created_at >= begin, runs.c.created_at < end]
    if which.person_id is not None:
        found.append(person_id == which.person_id)
    if after is not None:
        here = tuple_(literal(after.created_at, Moment), literal(after.id, Words))
        found.append(tuple_(runs.c.created_at, runs.c.id) > here)
    return found


def _run(row: RowMapping) -> UsageRun:
    created_at: datetime = row["created_at"]
    return UsageRun(
        id=row["id"],
        created_at=created_at,
        person_id=row["person_id"],
        endpoint_id=row["endpoint_id"],
        project=row["project"],
        state=RunState(row["state"]),
        practice=row["practice"],
        tally=_tally(row),
    )


def _tally(row: RowMapping) -> Tally:
    """PostgreSQL adds whole numbers up to decimals without a fraction."""
    if row["practice"]:
        return Tally(practice_runs=int(row["runs"]))
    estimate, reserved, charged, billed = (from_micros(int(row[name])) for name in AMOUNTS)
    return Tally(
        runs=int(row["runs"]),
        estimate=estimate,
        reserved=reserved,
        charged=charged,
        billed_runs=int(row["billed_runs"]),
        billed=billed,
    )
