"""The team's lists in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.errors import Conflict, ListChanged, NameTaken, NotFound
from backend.domain.sentence import Sentence
from backend.domain.wordlist import WordList
from backend.domain.words import folded
from backend.store import database as db
from backend.store.tables import wordlists


class SqlWordListStore:
    """The lists on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def all(self) -> tuple[WordList, ...]:
        """By name."""
        async with self._database.read() as connection:
            found = select(wordlists).order_by(wordlists.c.folded_name)
            return tuple(_list_from(row) for row in (await connection.execute(found)).mappings())

    async def get(self, list_id: str) -> WordList | None:
        """One, or None."""
        async with self._database.read() as connection:
            one = select(wordlists).where(wordlists.c.id == list_id)
            row = (await connection.execute(one)).mappings().first()
        return None if row is None else _list_from(row)

    async def named(self, names: tuple[str, ...]) -> tuple[WordList, ...]:
        """Those of these folded names that there are."""
        async with self._database.read() as connection:
            found = select(wordlists).where(wordlists.c.folded_name.in_(names))
            return tuple(_list_from(row) for row in (await connection.execute(found)).mappings())

    async def add(self, new: WordList, most: int) -> WordList:
        """Write it. Raises NameTaken, or Conflict where there are that many already."""
        with _unique_name(new.name):
            async with self._database.write() as connection:
                await db.alone(connection)
                there = await connection.scalar(select(func.count()).select_from(wordlists))
                if (there or 0) >= most:
                    english = "There are {most} lists already, and no more have room."
                    raise Conflict(Sentence("wordlist.many", english, most=most))
                await connection.execute(insert(wordlists).values(_row_of(new)))
        return new

    async def update(self, changed: WordList) -> WordList:
        """Overwrite it; its version was read before, and is one more then.

        Raises NotFound, NameTaken, or ListChanged where it has another version by now.
        """
        later = replace(changed, version=changed.version + 1)
        one = wordlists.c.id == changed.id
        statement = update(wordlists).where(one, wordlists.c.version == changed.version)
        with _unique_name(changed.name):
            async with self._database.write() as connection:
                if (await connection.execute(statement.values(_row_of(later)))).rowcount:
                    return later
                if await connection.scalar(select(wordlists.c.id).where(one)) is None:
                    raise NotFound(Sentence("missing.wordlist", "This list is not here."))
                raise ListChanged

    async def remove(self, list_id: str) -> None:
        """It is gone."""
        async with self._database.write() as connection:
            await connection.execute(delete(wordlists).where(wordlists.c.id == list_id))


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
    )
