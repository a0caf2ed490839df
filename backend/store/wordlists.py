"""The team's lists in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import Conflict, ListChanged, NameTaken, NotFound
from backend.domain.ports import Clock
from backend.domain.sentence import Sentence
from backend.domain.wordlist import WordList
from backend.domain.words import folded
from backend.store import database as db
from backend.store.tables import wordlists


class SqlWordListStore:
    """The lists on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[WordList, ...]:
        """Those that are not deleted, by name."""
        async with self._database.read() as connection:
            found = select(wordlists).where(_here()).order_by(wordlists.c.folded_name)
            return tuple(_list_from(row) for row in (await connection.execute(found)).mappings())

    async def deleted(self, person_id: str) -> tuple[WordList, ...]:
        """A person's that are, last deleted first."""
        theirs = select(wordlists).where(~_here(), wordlists.c.person_id == person_id)
        found = theirs.order_by(wordlists.c.deleted_at.desc(), wordlists.c.id)
        async with self._database.read() as connection:
            return tuple(_list_from(row) for row in (await connection.execute(found)).mappings())

    async def get(self, list_id: str) -> WordList | None:
        """One, deleted or not, or None."""
        async with self._database.read() as connection:
            return await _one(connection, list_id)

    async def named(self, names: tuple[str, ...]) -> tuple[WordList, ...]:
        """Those of these folded names that there are."""
        async with self._database.read() as connection:
            found = select(wordlists).where(wordlists.c.folded_name.in_(names))
            return tuple(_list_from(row) for row in (await connection.execute(found)).mappings())

    async def add(self, new: WordList, most: int) -> WordList:
        """Write it. Raises NameTaken, or Conflict where there are that many already."""
        with _unique_name(new.name):
            async with self._database.write() as connection:
                await _check_room(connection, most)
                await connection.execute(insert(wordlists).values(_row_of(new)))
        return new

    async def update(self, changed: WordList) -> WordList:
        """Overwrite it; its version was read before, and is one more then.

        Raises NotFound, NameTaken, or ListChanged where it has another version by now.
        """
        later = replace(changed, version=changed.version + 1)
        one = (wordlists.c.id == changed.id) & _here()
        statement = update(wordlists).where(one, wordlists.c.version == changed.version)
        with _unique_name(changed.name):
            async with self._database.write() as connection:
                if (await connection.execute(statement.values(_row_of(later)))).rowcount:
                    return later
                if await connection.scalar(select(wordlists.c.id).where(one)) is None:
                    raise NotFound(Sentence("missing.wordlist", "This list is not here."))
                raise ListChanged

    async def remove(self, list_id: str) -> None:
        """Delete it; its name is free."""
        # a folded name never holds a line's end
        gone = {"deleted_at": self._clock.now(), "folded_name": f"\n{list_id}"}
        async with self._database.write() as connection:
            which = (wordlists.c.id == list_id) & _here()
            await connection.execute(update(wordlists).where(which).values(gone))

    async def restore(self, list_id: str, most: int) -> WordList:
        """Bring a deleted one back; nothing happens to another.

        Raises NotFound, NameTaken, or Conflict where there are that many already.
        """
        found = _there(await self.get(list_id))
        if found.deleted_at is None:
            return found
        back = {"deleted_at": None, "folded_name": folded(found.name)}
        with _unique_name(found.name):
            async with self._database.write() as connection:
                await _check_room(connection, most)
                which = wordlists.c.id == list_id
                await connection.execute(update(wordlists).where(which).values(back))
                return _there(await _one(connection, list_id))

    async def clean(self, before: datetime) -> int:
        """Remove for good what was deleted before that moment; how many."""
        old = ~_here() & (wordlists.c.deleted_at < before)
        async with self._database.write() as connection:
            return (await connection.execute(delete(wordlists).where(old))).rowcount


def _here() -> ColumnElement[bool]:
    return wordlists.c.deleted_at.is_(None)


async def _check_room(connection: AsyncConnection, most: int) -> None:
    await db.alone(connection)
    here = select(func.count()).select_from(wordlists).where(_here())
    if (await connection.scalar(here) or 0) >= most:
        english = "There are {most} lists already, and no more have room."
        raise Conflict(Sentence("wordlist.many", english, most=most))


async def _one(connection: AsyncConnection, list_id: str) -> WordList | None:
    one = select(wordlists).where(wordlists.c.id == list_id)
    row = (await connection.execute(one)).mappings().first()
    return None if row is None else _list_from(row)


def _there(found: WordList | None) -> WordList:
    if found is None:
        raise NotFound(Sentence("missing.wordlist", "This list is not here."))
    return found


@contextmanager
def _unique_name(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise NameTaken(
            Sentence("wordlist.name_taken", "There is a list named “{name}” already.", name=name),
            fields={"name": Sentence("preset.other_name", "Choose another name.")},
        ) from error


def _row_of(one: WordList) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "folded_name": folded(one.name),
        "lines": list(one.lines),
        "person_id": one.person_id,
        "updated_at": one.updated_at,
        "version": one.version,
    }


def _list_from(row: RowMapping) -> WordList:
    return WordList(
        id=row["id"],
        name=row["name"],
        lines=tuple(row["lines"]),
        person_id=row["person_id"],
        updated_at=row["updated_at"],
        version=row["version"],
        deleted_at=row["deleted_at"],
    )
