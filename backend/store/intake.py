"""The switch that stops new runs for all: one row, none before it was turned for the first time."""

from sqlalchemy import ColumnElement, exists, select

from backend.domain.intake import Intake
from backend.store import database as db
from backend.store.tables import intake

ONLY = 1


class SqlIntakeStore:
    """The switch on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def get(self) -> Intake:
        """How it stands."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(intake))).mappings().first()
        if row is None:
            return Intake()
        return Intake(**{name: value for name, value in row.items() if name != "id"})

    async def put(self, now: Intake) -> None:
        """Turn it; every run that is written or sent afterwards sees it."""
        changed = {
            "open": now.open,
            "reason": now.reason,
            "person_id": now.person_id,
            "changed_at": now.changed_at,
        }
        async with self._database.write() as connection:
            row = db.insert(connection, intake).values(id=ONLY, **changed)
            await connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=changed))


def closed() -> ColumnElement[bool]:
    """Whether it stands against new runs, inside another statement."""
    return exists().where(intake.c.open.is_(False))
