"""Passwords and one-time links in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import LinkSpent, NameTaken
from backend.domain.person import LOCAL_ID, Person, Role
from backend.domain.sentence import Sentence
from backend.domain.sign_in import OneTimeLink
from backend.domain.words import folded
from backend.store import database as db
from backend.store.admins import may_be_claimed, there_is_an_admin
from backend.store.people import one_person, row_of
from backend.store.tables import one_time_links, passwords, people


class SqlAccountStore:
    """The account store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def account(self, name: str) -> tuple[Person, str] | None:
        """The person of that name and their hash; None where there is no such account."""
        async with self._database.read() as connection:
            person = await one_person(connection, people.c.folded_name == folded(name))
            hashed = None if person is None else await _hash_of(connection, person.id)
        return None if person is None or hashed is None else (person, hashed)

    async def hash_of(self, person_id: str) -> str | None:
        """A person's hash."""
        async with self._database.read() as connection:
            return await _hash_of(connection, person_id)

    async def set_hash(self, person_id: str, hashed: str, at: datetime) -> None:
        """Keep a new one in place of any earlier."""
        async with self._database.write() as connection:
            await _set_hash(connection, person_id, hashed, at)

    async def has_admin(self) -> bool:
        """Whether an active admin has a password."""
        async with self._database.read() as connection:
            return await there_is_an_admin(connection, "password")

    async def add_link(self, link: OneTimeLink) -> None:
        """Write it; an earlier one for the first admin, or for the same person, ends."""
        same_kind = one_time_links.c.kind == link.kind
        same_person = one_time_links.c.person_id.is_not_distinct_from(link.person_id)
        async with self._database.write() as connection:
            if link.kind != "invitation":
                await connection.execute(delete(one_time_links).where(same_kind, same_person))
            await connection.execute(insert(one_time_links).values(asdict(link)))

    async def link(self, token_hash: str) -> OneTimeLink | None:
        """A link, used or not; None where there is none."""
        statement = select(one_time_links).where(one_time_links.c.token_hash == token_hash)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return None if row is None else _link_from(row)

    async def invitations(self, now: datetime) -> Sequence[OneTimeLink]:
        """Invitations that still let somebody in, newest first."""
        statement = (
            select(one_time_links)
            .where(
                one_time_links.c.kind == "invitation",
                one_time_links.c.used_at.is_(None),
                one_time_links.c.expires_at > now,
            )
            .order_by(one_time_links.c.created_at.desc(), one_time_links.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings()
            return tuple(_link_from(row) for row in rows)

    async def withdraw(self, link_id: str) -> bool:
        """Remove an invitation that nobody has used; whether there was one."""
        which = (
            one_time_links.c.id == link_id,
            one_time_links.c.kind == "invitation",
            one_time_links.c.used_at.is_(None),
        )
        async with self._database.write() as connection:
            return (await connection.execute(delete(one_time_links).where(*which))).rowcount == 1

    async def join(self, link: OneTimeLink, new: Person, hashed: str) -> Person:
        """Use the link: write the person and the hash. Raises LinkSpent or NameTaken."""
        try:
            async with self._database.write() as connection:
                await db.alone(connection)  # two that use two links are not both the first
                await _spend(connection, link, new.created_at)
                if link.kind == "first" and await there_is_an_admin(connection, "password"):
                    raise LinkSpent
                claims = link.kind == "first" and await may_be_claimed(connection)
                person_id = LOCAL_ID if claims else new.id
                await _write(connection, new, claims=claims)
                await _set_hash(connection, person_id, hashed, new.created_at)
                return await _there(connection, person_id)
        except IntegrityError as error:
            raise NameTaken(
                Sentence("accounts.taken", "Somebody here has that name already.")
            ) from error

    async def reset(self, link: OneTimeLink, hashed: str, at: datetime) -> Person:
        """Use the link: the person has that hash. Raises LinkSpent."""
        async with self._database.write() as connection:
            await _spend(connection, link, at)
            person = await one_person(connection, people.c.id == (link.person_id or ""))
            if person is None or not person.active:
                raise LinkSpent
            await _set_hash(connection, person.id, hashed, at)
            return person

    async def remove_links(self, before: datetime) -> int:
        """Remove those that have expired by then; how many there were."""
        statement = delete(one_time_links).where(one_time_links.c.expires_at <= before)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount


async def _spend(connection: AsyncConnection, link: OneTimeLink, now: datetime) -> None:
    """Of two who use a link at once, one is too late."""
    which = (
        one_time_links.c.id == link.id,
        one_time_links.c.used_at.is_(None),
        one_time_links.c.expires_at > now,
    )
    used = await connection.execute(update(one_time_links).where(*which).values(used_at=now))
    if used.rowcount != 1:
        raise LinkSpent


async def _write(connection: AsyncConnection, new: Person, *, claims: bool) -> None:
    row = row_of(new)
    if not claims:
        await connection.execute(insert(people).values(row))
        return
    mine = {name: row[name] for name in ("name", "folded_name", "role")}
    await connection.execute(update(people).where(people.c.id == LOCAL_ID).values(mine))


async def _hash_of(connection: AsyncConnection, person_id: str) -> str | None:
    found: str | None = await connection.scalar(
        select(passwords.c.hash).where(passwords.c.person_id == person_id)
    )
    return found


async def _set_hash(connection: AsyncConnection, person_id: str, hashed: str, at: datetime) -> None:
    await connection.execute(delete(passwords).where(passwords.c.person_id == person_id))
    row = {"person_id": person_id, "hash": hashed, "changed_at": at}
    await connection.execute(insert(passwords).values(row))


async def _there(connection: AsyncConnection, person_id: str) -> Person:
    person = await one_person(connection, people.c.id == person_id)
    if person is None:
        raise LookupError(person_id)
    return person


def _link_from(row: RowMapping) -> OneTimeLink:
    return OneTimeLink(**{**row, "role": Role(row["role"])})
