"""Stars, tags, titles and notes of pictures in the database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    column,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import NotFound
from backend.domain.marks import Marks, PictureId, TagCount
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility
from backend.domain.words import folded
from backend.store import database as db
from backend.store.documents import index_runs
from backend.store.reading import MOST_IDS, runs_of
from backend.store.tables import marks, runs, stars, tags

NOTHING = Marks()
#: pictures that one statement deletes from: each takes two parameters
AT_ONCE = 500


class SqlMarkStore:
    """The mark store on SQLite or PostgreSQL. Writes raise NotFound for a run that is gone."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def of(self, run_ids: Sequence[str], person_id: str) -> Mapping[PictureId, Marks]:
        """The marks on these runs' pictures, as this person sees them; bare ones are left out."""
        found: dict[PictureId, Marks] = {}
        async with self._database.read() as connection:
            for start in range(0, len(run_ids), MOST_IDS):
                await _read(connection, run_ids[start : start + MOST_IDS], person_id, found)
        return found

    async def star(
        self, person_id: str, pictures: Sequence[PictureId], at: datetime | None
    ) -> None:
        """This person's star on each of them since then; None takes it away."""
        async with self._writing(pictures) as connection:
            if at is None:
                for start in range(0, len(pictures), AT_ONCE):
                    these = _these(stars, pictures[start : start + AT_ONCE])
                    theirs = delete(stars).where(stars.c.person_id == person_id, these)
                    await connection.execute(theirs)
            elif pictures:
                rows = [{**_key(one), "person_id": person_id, "starred_at": at} for one in pictures]
                await connection.execute(
                    db.insert(connection, stars).on_conflict_do_nothing(), rows
                )

    async def tag(
        self, pictures: Sequence[PictureId], add: Sequence[str], remove: Sequence[str], at: datetime
    ) -> None:
        """Put tags on each of them, and take tags away; case does not tell two apart."""
        names = {folded(name): name for name in add}
        async with self._writing(pictures) as connection:
            gone = tags.c.folded_name.in_([folded(name) for name in remove])
            for start in range(0, len(pictures) if remove else 0, AT_ONCE):
                these = _these(tags, pictures[start : start + AT_ONCE])
                await connection.execute(delete(tags).where(these, gone))
            rows = [
                {**_key(one), "folded_name": key, "name": name, "tagged_at": at}
                for one in pictures
                for key, name in names.items()
            ]
            if rows:
                await connection.execute(db.insert(connection, tags).on_conflict_do_nothing(), rows)

    async def write(
        self, picture: PictureId, *, title: str | None = None, note: str | None = None
    ) -> None:
        """Another title or note; None leaves it as it is."""
        changes = {"title": title, "note": note}
        given = {name: text for name, text in changes.items() if text is not None}
        if not given:
            return
        async with self._writing([picture]) as connection:
            whole = {"title": "", "note": "", **given}
            row = db.insert(connection, marks).values(**_key(picture), **whole)
            await connection.execute(
                row.on_conflict_do_update(index_elements=["run_id", "position"], set_=given)
            )

    async def tags(
        self, person_id: str, prefix: str, *, with_team: bool, limit: int
    ) -> tuple[TagCount, ...]:
        """Tags that begin so, on what is this person's (and the team's), the most used first."""
        seen = runs.c.person_id == person_id
        if with_team:
            seen = or_(seen, runs.c.visibility == Visibility.TEAM)
        count = func.count().label("pictures")
        statement = (
            select(func.min(tags.c.name), count)
            .join(runs, runs.c.id == tags.c.run_id)
            .where(seen, runs.c.deleted_at.is_(None))
            .where(tags.c.folded_name.startswith(folded(prefix), autoescape=True))
            .group_by(tags.c.folded_name)
            .order_by(count.desc(), tags.c.folded_name)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(statement)
            return tuple(TagCount(name=name, pictures=pictures) for name, pictures in rows)

    @asynccontextmanager
    async def _writing(self, pictures: Sequence[PictureId]) -> AsyncIterator[AsyncConnection]:
        """A transaction at whose end these pictures are found by what is on them then."""
        try:
            async with self._database.write() as connection:
                yield connection
                ids = list(dict.fromkeys(one.run_id for one in pictures))
                await index_runs(connection, await runs_of(connection, ids))
        except IntegrityError as error:
            raise NotFound(Sentence("missing.picture", "This picture is not here.")) from error


def _key(picture: PictureId) -> dict[str, object]:
    return {"run_id": picture.run_id, "position": picture.index}


def _these(table: Table, pictures: Sequence[PictureId]) -> ColumnElement[bool]:
    return or_(
        *(and_(table.c.run_id == one.run_id, table.c.position == one.index) for one in pictures)
    )


async def _read(
    connection: AsyncConnection,
    run_ids: Sequence[str],
    person_id: str,
    found: dict[PictureId, Marks],
) -> None:
    for run_id, position, kind, first, second, _ in await connection.execute(_all_on(run_ids)):
        one = PictureId(run_id, position)
        before = found.get(one, NOTHING)
        if kind == "tag":
            found[one] = replace(before, tags=(*before.tags, first))
        elif kind == "text":
            found[one] = replace(before, title=first, note=second)
        else:
            starred = before.starred or first == person_id
            found[one] = replace(before, stars=before.stars + 1, starred=starred)


def _all_on(run_ids: Sequence[str]) -> CompoundSelect[Any]:
    """Everything on these runs' pictures by one statement, tags in the order in which they came."""
    at = tags.c.tagged_at
    parts = (
        _part(tags, "tag", tags.c.name, tags.c.folded_name, at),
        _part(marks, "text", marks.c.title, marks.c.note, null()),
        _part(stars, "star", stars.c.person_id, literal(""), null()),
    )
    some = (part.where(part.selected_columns.run_id.in_(run_ids)) for part in parts)
    return union_all(*some).order_by(column("at"), column("second"))


def _part(
    table: Table,
    kind: str,
    first: ColumnElement[str],
    second: ColumnElement[str],
    at: ColumnElement[Any],
) -> Select[Any]:
    of = table.c.run_id, table.c.position, literal(kind)
    return select(*of, first, second.label("second"), at.label("at"))
