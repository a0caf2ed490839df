"""Deleted runs in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, literal, select, tuple_, update

from backend.domain.deleted import DeletedPage, DeletedRun, Due
from backend.store import database as db
from backend.store.columns import Moment, Words
from backend.store.paging import cursor_at, position_of
from backend.store.prompts import let_go
from backend.store.reading import MOST_IDS, with_images
from backend.store.tables import images, marks, runs, stars, tags, upload_uses, uploads


class SqlDeletedStore:
    """The store of deleted runs on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def list(
        self, person_id: str, now: datetime, limit: int, cursor: str | None = None
    ) -> DeletedPage:
        """A person's, at most `limit`. Raises InputRefused for a cursor not of ours."""
        kept = _kept(person_id, now)
        place = tuple_(runs.c.purge_at, runs.c.id)
        newest = select(runs).where(kept)
        if cursor is not None:
            moment, run_id = position_of(cursor)
            newest = newest.where(place < tuple_(literal(moment, Moment), literal(run_id, Words)))
        newest = newest.order_by(runs.c.purge_at.desc(), runs.c.id.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(newest)).mappings().all()
            shown = await with_images(connection, rows[:limit])
            count = await connection.scalar(select(func.count()).select_from(runs).where(kept))
        found = tuple(
            DeletedRun(run=run, purge_at=row["purge_at"])
            for row, run in zip(rows[:limit], shown, strict=True)
        )
        more = len(rows) > limit
        after = cursor_at(found[-1].purge_at, found[-1].run.id) if more else None
        return DeletedPage(runs=found, count=count or 0, next_cursor=after)

    async def hasten(self, person_id: str, run_ids: Sequence[str] | None, now: datetime) -> int:
        """A person's time is over now, for these runs or for all; of how many."""
        which = _kept(person_id, now)
        if run_ids is not None:
            which &= runs.c.id.in_(run_ids[:MOST_IDS])
        async with self._database.write() as connection:
            hastened = await connection.execute(update(runs).where(which).values(purge_at=now))
        return hastened.rowcount

    async def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """Those whose time is over, the longest first."""
        over = (
            select(runs.c.id)
            .where(runs.c.purge_at <= now, runs.c.deleted_at.is_not(None))
            .order_by(runs.c.purge_at, runs.c.id)
            .limit(limit)
        )
        others = images.alias()
        elsewhere = exists().where(uploads.c.key == images.c.key) | exists().where(
            others.c.key == images.c.key, others.c.run_id != images.c.run_id
        )
        async with self._database.read() as connection:
            ids = list(await connection.scalars(over))
            keys: dict[str, list[str]] = {run_id: [] for run_id in ids}
            files = select(images.c.run_id, images.c.key, images.c.preview_key).where(
                images.c.run_id.in_(ids), ~elsewhere
            )
            for run_id, *found in await connection.execute(files):
                keys[run_id] += [key for key in found if key is not None]
        return tuple(Due(run_id=run_id, keys=tuple(found)) for run_id, found in keys.items())

    async def purge(self, run_id: str) -> None:
        """Its files are gone: forget its pictures, its words and what was stuck to it."""
        words: dict[str, object] = {
            "input": {},
            "sent_input": None,
            "output": None,
            "prompt_id": None,
            "template": None,
            "purge_at": None,
        }
        async with self._database.write() as connection:
            which = (runs.c.id == run_id) & runs.c.purge_at.is_not(None)
            prompted = select(runs.c.person_id, runs.c.prompt_id).where(which)
            prompt = (await connection.execute(prompted)).first()
            if not (await connection.execute(update(runs).where(which).values(words))).rowcount:
                return
            if prompt is not None and prompt.prompt_id is not None:
                await let_go(connection, prompt.person_id, prompt.prompt_id)
            for table in (images, marks, tags, stars, upload_uses):
                await connection.execute(delete(table).where(table.c.run_id == run_id))


def _kept(person_id: str, now: datetime) -> ColumnElement[bool]:
    return (
        (runs.c.person_id == person_id) & runs.c.deleted_at.is_not(None) & (runs.c.purge_at > now)
    )
