"""People in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import LastAdmin
from backend.domain.person import Person, Role
from backend.domain.sign_in import Auth, Seen
from backend.domain.words import folded
from backend.store import database as db
from backend.store.admins import comes_in, there_is_an_admin
from backend.store.tables import people, sessions

#: SQLite takes 32,766 parameters, PostgreSQL 65,535
MOST_IDS = 5_000
#: that are offered to choose from
MOST_NAMES = 200
#: who may be meant by one beginning of a name
MOST_CALLED = 50


class SqlPeopleStore:
    """The people store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def get(self, person_id: str) -> Person | None:
        """A person, or None."""
        async with self._database.read() as connection:
            return await one_person(connection, people.c.id == person_id)

    async def by_name(self, name: str) -> Person | None:
        """A person by name, whatever its case; None where there is none."""
        async with self._database.read() as connection:
            return await one_person(connection, people.c.folded_name == folded(name))

    async def add(self, person: Person) -> Person:
        """Write a person, or give the one of the same id, or else the one of the same name.

        Two tabs that bring the same new name at the same time become one person.
        """
        async with self._database.write() as connection:
            row = db.insert(connection, people).values(row_of(person))
            await connection.execute(row.on_conflict_do_nothing())
            same_id = await one_person(connection, people.c.id == person.id)
            same_name = await one_person(connection, people.c.folded_name == folded(person.name))
        return same_id or same_name or person

    async def names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """Names by id; ids of nobody are left out."""
        ids = list(dict.fromkeys(person_ids))
        found: dict[str, str] = {}
        async with self._database.read() as connection:
            for start in range(0, len(ids), MOST_IDS):
                these = people.c.id.in_(ids[start : start + MOST_IDS])
                rows = await connection.execute(select(people.c.id, people.c.name).where(these))
                found |= {row.id: row.name for row in rows}
        return found

    async def admins(self) -> tuple[str, ...]:
        """Names of the admins, in alphabetical order."""
        named = select(people.c.name).where(
            people.c.role == Role.ADMIN, people.c.deactivated_at.is_(None)
        )
        async with self._database.read() as connection:
            return tuple(await connection.scalars(named.order_by(people.c.folded_name)))

    async def members(self) -> tuple[str, ...]:
        """Names of all who may come in and are no guests, in alphabetical order."""
        named = select(people.c.name).where(
            people.c.role != Role.GUEST, people.c.deactivated_at.is_(None)
        )
        async with self._database.read() as connection:
            names = named.order_by(people.c.folded_name).limit(MOST_NAMES)
            return tuple(await connection.scalars(names))

    async def called(self, beginning: str) -> tuple[str, ...]:
        """Ids of people whose names are so, or else begin so."""
        name = people.c.folded_name
        typed = folded(beginning)
        begin = select(people.c.id, name).where(name.startswith(typed, autoescape=True))
        async with self._database.read() as connection:
            rows = (await connection.execute(begin.order_by(name).limit(MOST_CALLED))).all()
        exact = [row.id for row in rows if row.folded_name == typed]
        return tuple(exact or [row.id for row in rows])

    async def everybody(self, way: Auth) -> Sequence[Seen]:
        """All people by name, with when they were last here."""
        last = (
            select(func.max(sessions.c.last_used_at))
            .where(sessions.c.person_id == people.c.id)
            .scalar_subquery()
        )
        statement = select(people, last.label("last"), comes_in(way).label("comes_in"))
        async with self._database.read() as connection:
            rows = (await connection.execute(statement.order_by(people.c.folded_name))).mappings()
            return tuple(
                Seen(
                    person=_person_from(row),
                    last_used_at=row["last"],
                    comes_in=bool(row["comes_in"]),
                )
                for row in rows
            )

    async def change(
        self, person_id: str, *, role: Role | None, active: bool | None, way: Auth, at: datetime
    ) -> Person | None:
        """Another role, or in or out; None where there is nobody. Raises LastAdmin."""
        async with self._database.write() as connection:
            await db.alone(connection)  # two admins can't remove each other at once
            before = await one_person(connection, people.c.id == person_id)
            if before is None:
                return None
            changes: dict[str, Any] = {} if role is None else {"role": role}
            if active is not None and active != before.active:
                changes["deactivated_at"] = None if active else at
            if changes:
                which = people.c.id == person_id
                await connection.execute(update(people).where(which).values(changes))
            after = await one_person(connection, people.c.id == person_id)
            if before.is_admin and not await there_is_an_admin(connection, way):
                raise LastAdmin
            return after


async def one_person(connection: AsyncConnection, which: ColumnElement[bool]) -> Person | None:
    """The person that fits, in a transaction of the caller's."""
    row = (await connection.execute(select(people).where(which))).mappings().first()
    return None if row is None else _person_from(row)


def row_of(person: Person) -> dict[str, Any]:
    """A person as the table has them."""
    return {
        "id": person.id,
        "name": person.name,
        "folded_name": folded(person.name),
        "role": person.role,
        "created_at": person.created_at,
        "email": person.email,
        "deactivated_at": person.deactivated_at,
    }


def _person_from(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        created_at=row["created_at"],
        email=row["email"],
        deactivated_at=row["deactivated_at"],
    )
