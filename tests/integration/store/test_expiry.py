"""What is older than pictures may become, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.domain.deleted import KEPT_FOR
from backend.domain.marks import PictureId
from backend.domain.run import Image, Run, RunState
from backend.store.database import Database
from backend.store.expiry import SqlExpiryStore
from backend.store.marks import SqlMarkStore
from backend.store.runs import SqlRunStore
from backend.store.tables import documents
from backend.store.tables import runs as run_rows
from tests.integration.store.making import NOON, a_run, in_state

OLD = NOON - timedelta(days=10)
LIMIT = NOON - timedelta(days=5)


@pytest.fixture
def expiry(database: Database) -> SqlExpiryStore:
    return SqlExpiryStore(database)


async def made(runs: SqlRunStore, pictures: int = 2) -> Run:
    run = await in_state(runs, RunState.DONE, a_run(created_at=OLD))
    images = tuple(Image(index=i, key=f"runs/{run.id}-{i}.jpeg") for i in range(pictures))
    return await runs.note(run.id, images=images)


async def test_old_ones_go_some_at_a_time_and_are_found_no_more(
    database: Database, runs: SqlRunStore, expiry: SqlExpiryStore
) -> None:
    old = {(await made(runs)).id for _ in range(3)}
    young = await in_state(runs, RunState.DONE, a_run())
    await runs.note(young.id, images=(Image(index=0, key="runs/young.jpeg"),))
    gone: set[str] = set()
    for expected in (2, 1, 0):
        some = await expiry.expire(LIMIT, NOON, 2)
        assert len(some) == expected
        gone |= {run.id for run in some}
    assert gone == old
    async with database.read() as connection:
        assert set(await connection.scalars(select(documents.c.run_id))) == {young.id}
        times = select(run_rows.c.deleted_at, run_rows.c.purge_at).where(run_rows.c.id.in_(old))
        assert set(map(tuple, await connection.execute(times))) == {(NOON, NOON + KEPT_FOR)}


async def test_starred_ones_and_runs_without_a_picture_stay(
    database: Database, runs: SqlRunStore, expiry: SqlExpiryStore
) -> None:
    starred, bare = await made(runs), await made(runs, 0)
    await SqlMarkStore(database).star("bob", [PictureId(run_id=starred.id, index=1)], OLD)
    assert await expiry.expire(LIMIT, NOON, 10) == ()
    for run in (starred, bare):
        kept = await runs.get(run.id)
        assert kept is not None
        assert kept.deleted_at is None
