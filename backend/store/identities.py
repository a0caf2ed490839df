"""People by who they are at a proxy or an OpenID provider."""

import re
from itertools import count
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.person import LOCAL_ID, Person, Role
from backend.domain.sign_in import Identity
from backend.domain.words import folded
from backend.store.admins import may_be_claimed, there_is_an_admin
from backend.store.database import Database, alone
from backend.store.people import one_person, row_of
from backend.store.tables import identities, people


class SqlIdentityStore:
    """The identity store on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, provider: str, subject: str) -> Person | None:
        """Whose identity it is; None where nobody has come with it."""
        async with self._database.read() as connection:
            return await _known(connection, provider, subject)

    async def arrive(
        self, identity: Identity, new: Person, *, listed: bool, first_is_admin: bool
    ) -> Person:
        """Whose identity it is, or `new`; admin where listed or first. In one transaction."""
        async with self._database.write() as connection:
            await alone(connection)  # two that arrive at once are not both the first
            known = await _known(connection, identity.provider, identity.subject)
            no_admin = not await there_is_an_admin(connection, identity.provider)
            admin = listed or (first_is_admin and no_admin and known is None)
            if known is not None:
                return await _refreshed(connection, known, identity, new.name, admin=admin)
            person_id = await _written(connection, identity, new, admin=admin)
            row = {
                "provider": identity.provider,
                "subject": identity.subject,
                "person_id": person_id,
                "created_at": new.created_at,
            }
            await connection.execute(insert(identities).values(row))
            return await _there(connection, person_id)


async def _known(connection: AsyncConnection, provider: str, subject: str) -> Person | None:
    whose = select(identities.c.person_id).where(
        identities.c.provider == provider, identities.c.subject == subject
    )
    return await one_person(connection, people.c.id.in_(whose))


async def _refreshed(
    connection: AsyncConnection, known: Person, identity: Identity, name: str, *, admin: bool
) -> Person:
    changes: dict[str, Any] = {"email": identity.email}
    if not _is_called(known, name):
        free = await _free_name(connection, name)
        changes |= {"name": free, "folded_name": folded(free)}
    if admin:
        changes["role"] = Role.ADMIN
    await connection.execute(update(people).where(people.c.id == known.id).values(changes))
    return await _there(connection, known.id)


async def _written(
    connection: AsyncConnection, identity: Identity, new: Person, *, admin: bool
) -> str:
    """The row of somebody new: the local person's, where they become the first admin."""
    name = await _free_name(connection, new.name)
    role = Role.ADMIN if admin else new.role
    if admin and await may_be_claimed(connection):
        mine = {"name": name, "folded_name": folded(name), "email": identity.email, "role": role}
        await connection.execute(update(people).where(people.c.id == LOCAL_ID).values(mine))
        return LOCAL_ID
    row = {
        **row_of(new),
        "name": name,
        "folded_name": folded(name),
        "email": identity.email,
        "role": role,
    }
    await connection.execute(insert(people).values(row))
    return new.id


def _is_called(known: Person, name: str) -> bool:
    """Whether that is their name, the number behind it aside."""
    return re.fullmatch(rf"{re.escape(name)}( \d+)?", known.name) is not None


async def _free_name(connection: AsyncConnection, name: str) -> str:
    """The name, or with a number behind it: a name alone makes nobody somebody else."""
    for number in count(1):
        shown = name if number == 1 else f"{name} {number}"
        taken = exists().where(people.c.folded_name == folded(shown))
        if not await connection.scalar(select(taken)):
            return shown
    raise AssertionError("numbers do not end")


async def _there(connection: AsyncConnection, person_id: str) -> Person:
    person = await one_person(connection, people.c.id == person_id)
    if person is None:
        raise LookupError(person_id)
    return person
