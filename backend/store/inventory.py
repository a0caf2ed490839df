"""The rows that have files, read from end to end."""

from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, select, tuple_, update

from backend.domain.inventory import Kept
from backend.store import database as db
from backend.store.tables import images, uploads

PAGE = 2_000


class SqlInventory:
    """On SQLite or PostgreSQL; a page at a time, in the order of the primary keys."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def kept(self) -> AsyncIterator[Kept]:
        """Every image and every upload that has a file."""
        async for image in self._images():
            yield image
        async for upload in self._uploads():
            yield upload

    async def _images(self) -> AsyncIterator[Kept]:
        last: tuple[str, int] = ("", -1)
        place = tuple_(images.c.run_id, images.c.position)
        while True:
            page = (
                select(images)
                .where(images.c.key.is_not(None), place > last)
                .order_by(images.c.run_id, images.c.position)
                .limit(PAGE)
            )
            async with self._database.read() as connection:
                rows = (await connection.execute(page)).mappings().all()
            for row in rows:
                last = (row["run_id"], row["position"])
                yield Kept(
                    owner=f"run {last[0]} picture {last[1]}",
                    key=row["key"],
                    bytes=row["bytes"],
                    sha256=row["file_sha256"],
                    preview_key=row["preview_key"],
                    image=last,
                )
            if len(rows) < PAGE:
                return

    async def _uploads(self) -> AsyncIterator[Kept]:
        last = ""
        while True:
            page = select(uploads).where(uploads.c.id > last).order_by(uploads.c.id).limit(PAGE)
            async with self._database.read() as connection:
                rows = (await connection.execute(page)).mappings().all()
            for row in rows:
                last = row["id"]
                yield Kept(
                    owner=f"upload {last}",
                    key=row["key"],
                    bytes=row["bytes"],
                    sha256=row["sha256"],
                )
            if len(rows) < PAGE:
                return

    async def write_hash(self, run_id: str, index: int, key: str, sha256: str) -> bool:
        """The hash of an image's file; False where it has one, or another file by now."""
        bare = (_image(run_id, index, key)) & images.c.file_sha256.is_(None)
        async with self._database.write() as connection:
            hashed = update(images).where(bare).values(file_sha256=sha256)
            return (await connection.execute(hashed)).rowcount == 1

    async def mark_missing(self, run_id: str, index: int, key: str) -> bool:
        """An image has no file any more; False where it has another one by now."""
        this = _image(run_id, index, key)
        gone = update(images).where(this).values(key=None, preview_key=None, missing=True)
        async with self._database.write() as connection:
            return (await connection.execute(gone)).rowcount == 1


def _image(run_id: str, index: int, key: str) -> ColumnElement[bool]:
    return (images.c.run_id == run_id) & (images.c.position == index) & (images.c.key == key)
