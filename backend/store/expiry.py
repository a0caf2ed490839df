"""Runs that have become as old as the admins' rule lets pictures become."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update

from backend.domain.deleted import KEPT_FOR
from backend.domain.run import ENDED, Run
from backend.store import database as db
from backend.store.documents import base_of, index_runs
from backend.store.reading import with_images
from backend.store.tables import documents, images, preset_versions, presets, runs, stars


class SqlExpiryStore:
    """On SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def expire(self, before: datetime, now: datetime, limit: int) -> tuple[Run, ...]:
        """Delete some of those with pictures that are older, as people delete; those that went."""
        # of what is deleted nothing can be found, so old ones that have gone are not looked at
        found = (
            select(documents.c.run_id)
            .join(runs, runs.c.id == documents.c.run_id)
            .where(documents.c.seq < base_of(before), _over(before))
            .distinct()
            .limit(limit)
        )
        async with self._database.write() as connection:
            ids = list(await connection.scalars(found))
            these = runs.c.id.in_(ids)
            # the lock (PostgreSQL's; SQLite has one writer) lets no star come in between
            await connection.execute(select(runs.c.id).where(these).with_for_update())
            gone = update(runs).where(these, _over(before)).returning(runs)
            marked = gone.values(deleted_at=now, purge_at=now + KEPT_FOR)
            rows = (await connection.execute(marked)).mappings().all()
            expired = await with_images(connection, rows)
            await index_runs(connection, expired)
        return expired


def _over(before: datetime) -> ColumnElement[bool]:
    """Old, with a picture that nobody has starred and no preset shows."""
    pictured = exists().where(images.c.run_id == runs.c.id, images.c.key.is_not(None))
    starred = exists().where(stars.c.run_id == runs.c.id)
    covers = [
        select(table.c.cover_run_id).where(table.c.cover_run_id.is_not(None))
        for table in (presets, preset_versions)
    ]
    return (
        (runs.c.created_at < before)
        & or_(runs.c.restored_at.is_(None), runs.c.restored_at < before)
        & runs.c.deleted_at.is_(None)
        & runs.c.state.in_(tuple(ENDED))
        & pictured
        & ~starred
        & runs.c.id.not_in(covers[0])
        & runs.c.id.not_in(covers[1])
    )
