"""Snippets in the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import NameTaken, NotFound, SnippetChanged
from backend.domain.ports import Clock
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility
from backend.domain.snippet import Snippet, SnippetFilter
from backend.domain.words import folded
from backend.store import database as db
from backend.store.tables import snippets

NAMES = tuple(field.name for field in fields(Snippet))


class SqlSnippetStore:
    """The snippet store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, snippet: Snippet) -> Snippet:
        """Write it. Raises NameTaken where its owner has one of that name."""
        row = {name: getattr(snippet, name) for name in NAMES} | _found_by(snippet)
        with _unique_name(snippet.name):
            async with self._database.write() as connection:
                await connection.execute(insert(snippets).values(row))
        return snippet

    async def get(self, snippet_id: str) -> Snippet | None:
        """One, deleted or not."""
        async with self._database.read() as connection:
            return await _one(connection, snippets.c.id == snippet_id)

    async def named(self, person_id: str, name: str) -> Snippet | None:
        """A person's snippet of that name, whatever its case."""
        which = (snippets.c.person_id == person_id) & (snippets.c.folded_name == folded(name))
        async with self._database.read() as connection:
            return await _one(connection, which)

    async def list(self, which: SnippetFilter) -> Sequence[Snippet]:
        """Those of the filter."""
        own = snippets.c.person_id == which.person_id
        team = snippets.c.visibility == Visibility.TEAM
        seen = or_(own, team) if which.with_team else own
        here = snippets.c.deleted_at.is_(None)
        listed = select(snippets).where(seen, ~here if which.deleted else here)
        for word in which.words:
            listed = listed.where(snippets.c.words.contains(folded(word), autoescape=True))
        # names that only differ in their owner follow each other by id
        first = snippets.c.deleted_at.desc() if which.deleted else snippets.c.folded_name
        order = (~own, first, snippets.c.id)
        page = listed.order_by(*order).offset(which.offset).limit(which.limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(page)).mappings()
            return tuple(_snippet(row) for row in rows)

    async def update(self, snippet: Snippet) -> Snippet:
        """Let it say something else; its version is one more then.

        Raises NotFound, NameTaken, or SnippetChanged where it has another version by now.
        """
        there = (snippets.c.id == snippet.id) & snippets.c.deleted_at.is_(None)
        said = {
            "name": snippet.name,
            "text": snippet.text,
            "version": snippet.version + 1,
            "updated_at": self._clock.now(),
            **_found_by(snippet),
        }
        same = update(snippets).where(there, snippets.c.version == snippet.version).values(said)
        with _unique_name(snippet.name):
            async with self._database.write() as connection:
                if not (await connection.execute(same)).rowcount:
                    _there(await _one(connection, there))
                    raise SnippetChanged
                return _there(await _one(connection, there))

    async def share(
        self, snippet_id: str, visibility: Visibility | None, locked: bool | None
    ) -> Snippet:
        """Who sees it and who changes it; None: as it is. Raises NotFound."""
        given = {"visibility": visibility, "locked": locked}
        changes = {name: value for name, value in given.items() if value is not None}
        which = (snippets.c.id == snippet_id) & snippets.c.deleted_at.is_(None)
        async with self._database.write() as connection:
            if changes:
                await connection.execute(update(snippets).where(which).values(changes))
            return _there(await _one(connection, which))

    async def remove(self, snippet_id: str) -> None:
        """Delete it; its name is free."""
        which = (snippets.c.id == snippet_id) & snippets.c.deleted_at.is_(None)
        # a folded name never holds a line's end
        gone = {"deleted_at": self._clock.now(), "folded_name": f"\n{snippet_id}"}
        async with self._database.write() as connection:
            await connection.execute(update(snippets).where(which).values(gone))

    async def restore(self, snippet_id: str) -> Snippet:
        """Bring a deleted one back. Raises NotFound, NameTaken."""
        found = _there(await self.get(snippet_id))
        which = snippets.c.id == snippet_id
        back = {"deleted_at": None, "folded_name": folded(found.name)}
        with _unique_name(found.name):
            async with self._database.write() as connection:
                await connection.execute(update(snippets).where(which).values(back))
                return _there(await _one(connection, which))

    async def clean(self, before: datetime) -> int:
        """Remove for good what was deleted before that moment; how many."""
        old = snippets.c.deleted_at.is_not(None) & (snippets.c.deleted_at < before)
        async with self._database.write() as connection:
            return (await connection.execute(delete(snippets).where(old))).rowcount


def _found_by(snippet: Snippet) -> dict[str, Any]:
    words = folded(f"{snippet.name}\n{snippet.text}")
    return {"folded_name": folded(snippet.name), "words": words}


def _snippet(row: RowMapping) -> Snippet:
    plain = {name: row[name] for name in NAMES}
    return Snippet(**{**plain, "visibility": Visibility(row["visibility"])})


def _there(snippet: Snippet | None) -> Snippet:
    if snippet is None:
        raise NotFound(Sentence("missing.snippet", "This snippet is not here."))
    return snippet


async def _one(connection: AsyncConnection, which: ColumnElement[bool]) -> Snippet | None:
    row = (await connection.execute(select(snippets).where(which))).mappings().first()
    return None if row is None else _snippet(row)


@contextmanager
def _unique_name(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise NameTaken(
            Sentence("snippet.name_taken", "You have a snippet named “{name}” already.", name=name),
            fields={"name": Sentence("preset.other_name", "Choose another name.")},
        ) from error
