"""Rows of the pictures that people brought."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, exists, func, select, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import Conflict, NotFound
from backend.domain.picture import Upload
from backend.domain.sentence import Sentence
from backend.domain.sharing import Possession, Visibility
from backend.store import database as db
from backend.store.tables import presets, runs, upload_uses, uploads


class SqlUploadStore:
    """The upload store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def add(self, upload: Upload) -> Upload:
        """Write it, or give this person's earlier row of the same hash and type.

        Where it is a run's picture, the earlier row says so from now on.
        """
        same = (
            (uploads.c.person_id == upload.person_id)
            & (uploads.c.sha256 == upload.sha256)
            & (uploads.c.content_type == upload.content_type)
        )
        async with self._database.write() as connection:
            row = db.insert(connection, uploads).values(_row_of(upload))
            await connection.execute(row.on_conflict_do_nothing())
            if upload.source_run_id is not None:
                await connection.execute(update(uploads).where(same).values(_source_of(upload)))
            kept = await _one(connection, same)
        if kept is None:
            raise Conflict(Sentence("conflict.upload", "Another upload has this id."))
        return kept

    async def get(self, upload_id: str) -> Upload | None:
        """An upload, or None."""
        async with self._database.read() as connection:
            return await _one(connection, uploads.c.id == upload_id)

    async def sent(self, upload_id: str, fal_url: str, expires_at: datetime) -> None:
        """Remember its copy at fal. Raises NotFound."""
        copy = {"fal_url": fal_url, "fal_expires_at": expires_at}
        statement = update(uploads).where(uploads.c.id == upload_id).values(copy)
        async with self._database.write() as connection:
            changed = (await connection.execute(statement)).rowcount
        if not changed:
            raise NotFound(Sentence("missing.such_upload", "There is no such upload."))

    async def users(self, upload_id: str) -> tuple[Possession, ...]:
        """Whose the runs and presets are that refer to it, deleted ones left out; each once."""
        in_runs = (
            select(runs.c.person_id, runs.c.visibility)
            .join(upload_uses, runs.c.id == upload_uses.c.run_id)
            .where(upload_uses.c.upload_id == upload_id, runs.c.deleted_at.is_(None))
        )
        in_presets = (
            select(presets.c.person_id, presets.c.visibility)
            .join(upload_uses, presets.c.id == upload_uses.c.preset_id)
            .where(upload_uses.c.upload_id == upload_id, presets.c.deleted_at.is_(None))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(union(in_runs, in_presets))).all()
        return tuple(
            Possession(person_id=owner, visibility=Visibility(visibility))
            for owner, visibility in rows
        )

    async def unused(self, before: datetime) -> tuple[Upload, ...]:
        """Uploads older than that to which no run and no preset refers, oldest first."""
        statement = (
            select(uploads)
            .where(uploads.c.created_at < before, _unused())
            .order_by(uploads.c.created_at, uploads.c.id)
        )
        async with self._database.read() as connection:
            return tuple(
                _upload_from(row) for row in (await connection.execute(statement)).mappings()
            )

    async def remove(self, upload_id: str) -> bool:
        """Delete the row; True where no other row has the same file any more.

        False, and nothing happens, where a run or preset refers to it (it may have begun to
        since `unused` was asked) or where it is gone already.
        """
        statement = (
            delete(uploads).where(uploads.c.id == upload_id, _unused()).returning(uploads.c.key)
        )
        try:
            async with self._database.write() as connection:
                key = await connection.scalar(statement)
                if key is None:
                    return False
                others = select(func.count()).select_from(uploads).where(uploads.c.key == key)
                return await connection.scalar(others) == 0
        except IntegrityError:  # PostgreSQL: a run that refers to it was written at the same time
            return False


def _unused() -> ColumnElement[bool]:
    return ~exists().where(upload_uses.c.upload_id == uploads.c.id)


async def _one(connection: AsyncConnection, which: ColumnElement[bool]) -> Upload | None:
    row = (await connection.execute(select(uploads).where(which))).mappings().first()
    return None if row is None else _upload_from(row)


def _source_of(upload: Upload) -> dict[str, Any]:
    return {"source_run_id": upload.source_run_id, "source_index": upload.source_index}


def _row_of(upload: Upload) -> dict[str, Any]:
    return {column.name: getattr(upload, column.name) for column in uploads.columns}


def _upload_from(row: RowMapping) -> Upload:
    return Upload(**row)
