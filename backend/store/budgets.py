"""Budgets in the database, and what counts against them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, RowMapping, delete, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import ScalarSelect

from backend.domain.budget import Budget, Period, Scope, Standing, Strictness, days_of, in_force
from backend.domain.money import from_micros
from backend.store import database as db
from backend.store.tables import asking, budgets, spending

#: what there is only one budget for
UNIQUE = ("scope", "person_id", "endpoint_id", "period", "kind")


class SqlBudgetStore:
    """The budget store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def put(self, budget: Budget) -> Budget:
        """Write it; another amount for the same replaces the earlier one and keeps its id."""
        row = _row_of(budget)
        async with self._database.write() as connection:
            statement = db.insert(connection, budgets).values(row)
            statement = statement.on_conflict_do_update(
                index_elements=UNIQUE, set_={"amount": budget.usd}
            )
            written = await connection.execute(statement.returning(budgets))
            return _budget_from(written.mappings().one())

    async def remove(self, budget_id: str) -> bool:
        """Delete it; False where there is none of that id."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(budgets).where(budgets.c.id == budget_id))
        return gone.rowcount > 0

    async def standings(
        self, now: datetime, *, practice: bool, person_id: str | None = None
    ) -> tuple[Standing, ...]:
        """Each budget and what counts against it; with a person, those in force for them.

        Of a budget for each person nothing is counted where no person is named.
        """
        async with self._database.read() as connection:
            known = await all_budgets(connection)
            if person_id is not None:
                known = in_force(known, person_id)
            return await standings(connection, known, person_id, now, practice=practice)

    async def ask_above(self, person_id: str) -> Decimal | None:
        """From which estimate on a person wants to be asked; None: never."""
        async with self._database.read() as connection:
            found: Decimal | None = await connection.scalar(
                select(asking.c.above).where(asking.c.person_id == person_id)
            )
        return found

    async def set_ask_above(self, person_id: str, usd: Decimal | None) -> None:
        """Change that."""
        async with self._database.write() as connection:
            await connection.execute(delete(asking).where(asking.c.person_id == person_id))
            if usd is not None:
                row = db.insert(connection, asking).values(person_id=person_id, above=usd)
                await connection.execute(row)


async def all_budgets(connection: AsyncConnection) -> tuple[Budget, ...]:
    """Every budget: those of the team first, those of persons last."""
    order = (budgets.c.scope.desc(), budgets.c.person_id, budgets.c.endpoint_id, budgets.c.period)
    rows = await connection.execute(select(budgets).order_by(*order, budgets.c.kind))
    return tuple(_budget_from(row) for row in rows.mappings())


async def standings(
    connection: AsyncConnection,
    known: Sequence[Budget],
    person_id: str | None,
    now: datetime,
    *,
    practice: bool,
) -> tuple[Standing, ...]:
    """What counts against each of these for a person, in one query."""
    if not known:
        return ()
    sums = [_spent(one, one.person_id or person_id or "", now, practice) for one in known]
    row = (await connection.execute(select(*sums))).one()
    return tuple(
        Standing(budget=budget, spent=from_micros(int(total or 0)))
        for budget, total in zip(known, row, strict=True)
    )


def _spent(budget: Budget, person_id: str, now: datetime, practice: bool) -> ScalarSelect[Any]:
    first, last = days_of(budget.period, now)
    total = func.sum(
        type_coerce(spending.c.reserved, BigInteger) + type_coerce(spending.c.charged, BigInteger)
    )
    counted = select(total).where(
        spending.c.practice == practice, spending.c.day >= first, spending.c.day <= last
    )
    if budget.scope is not Scope.TEAM:
        counted = counted.where(spending.c.person_id == person_id)
    if budget.endpoint_id is not None:
        counted = counted.where(spending.c.endpoint_id == budget.endpoint_id)
    return counted.scalar_subquery()


def _row_of(budget: Budget) -> dict[str, Any]:
    """Nobody and no endpoint are empty texts: NULLs would not be unique."""
    return {
        "id": budget.id,
        "scope": budget.scope,
        "person_id": budget.person_id or "",
        "endpoint_id": budget.endpoint_id or "",
        "period": budget.period,
        "kind": budget.kind,
        "amount": budget.usd,
    }


def _budget_from(row: RowMapping) -> Budget:
    return Budget(
        id=row["id"],
        scope=Scope(row["scope"]),
        person_id=row["person_id"] or None,
        endpoint_id=row["endpoint_id"] or None,
        period=Period(row["period"]),
        kind=Strictness(row["kind"]),
        usd=row["amount"],
    )
