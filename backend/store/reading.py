"""Runs together with their images."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.run import Image, Run
from backend.store.paging import PICTURED
from backend.store.records import image_from, run_from
from backend.store.tables import images, runs

#: SQLite takes 32,766 parameters, PostgreSQL 65,535
MOST_IDS = 5_000


async def runs_of(connection: AsyncConnection, ids: Sequence[str]) -> tuple[Run, ...]:
    """The runs of these ids, as many as there are, in no order."""
    found: list[Run] = []
    for start in range(0, len(ids), MOST_IDS):
        these = select(runs).where(runs.c.id.in_(ids[start : start + MOST_IDS]))
        rows = (await connection.execute(these)).mappings().all()
        found += await with_images(connection, rows)
    return tuple(found)


async def with_images(connection: AsyncConnection, rows: Sequence[RowMapping]) -> tuple[Run, ...]:
    """The runs of these rows; the images of a page are read in one query, if there can be any."""
    found: dict[str, list[Image]] = {row["id"]: [] for row in rows}
    ids = [row["id"] for row in rows if row["state"] in PICTURED]
    for start in range(0, len(ids), MOST_IDS):
        of_these = images.c.run_id.in_(ids[start : start + MOST_IDS])
        statement = select(images).where(of_these).order_by(images.c.run_id, images.c.position)
        for image in (await connection.execute(statement)).mappings():
            found[image["run_id"]].append(image_from(image))
    return tuple(run_from(row, found[row["id"]]) for row in rows)
