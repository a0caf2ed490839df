"""The audit log in the database. Triggers refuse every change of an entry."""

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.audit import Act, AuditEntry, AuditFilter
from backend.store import database as db
from backend.store.tables import audit


class SqlAuditStore:
    """The audit store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Write one down; it is durable when the call returns."""
        async with self._database.write() as connection:
            await write_entry(connection, entry)

    async def page(self, which: AuditFilter) -> tuple[AuditEntry, ...]:
        """Entries, newest first."""
        statement = (
            select(audit).where(*_conditions(which)).order_by(audit.c.id.desc()).limit(which.limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return tuple(_entry(row) for row in rows)


async def write_entry(connection: AsyncConnection, entry: AuditEntry) -> None:
    """In the transaction of what was done."""
    row: dict[str, Any] = {
        "at": entry.at,
        "actor_id": entry.actor_id,
        "act": entry.act,
        "target": entry.target,
        "facts": dict(entry.facts),
    }
    await connection.execute(insert(audit), row)


def _conditions(which: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.actor_id is not None:
        found.append(audit.c.actor_id == which.actor_id)
    if which.act is not None:
        found.append(audit.c.act == which.act)
    if which.target is not None:
        found.append(audit.c.target == which.target)
    if which.since is not None:
        found.append(audit.c.at >= which.since)
    if which.until is not None:
        found.append(audit.c.at < which.until)
    if which.before is not None:
        found.append(audit.c.id < which.before)
    return found


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        id=row["id"],
        at=row["at"],
        actor_id=row["actor_id"],
        act=Act(row["act"]),
        target=row["target"],
        facts=row["facts"],
    )
