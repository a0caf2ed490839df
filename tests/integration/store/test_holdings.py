"""How much people keep: sums that follow every change of pictures and runs."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from backend.domain.holdings import By, Holding
from backend.domain.run import Image, Run, RunState
from backend.store.database import Database, open_database
from backend.store.deleted import SqlDeletedStore
from backend.store.hand_over import SqlHandOver
from backend.store.holdings import SqlHoldingsStore
from backend.store.inventory import SqlInventory
from backend.store.migrate import FOLDER, migrate
from backend.store.runs import SqlRunStore
from backend.store.uploads import SqlUploadStore
from tests.integration.store.making import NOON, TestClock, a_run, an_upload, in_state

V11 = "fal-ai/flux-pro/v1.1"
#: the last microsecond of a month
LATE = datetime(2025, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.fixture
def holdings(database: Database) -> SqlHoldingsStore:
    return SqlHoldingsStore(database)


def an_image(index: int, size: int | None = 100) -> Image:
    return Image(index=index, key=f"runs/x-{index}.jpeg", bytes=size)


async def made(runs: SqlRunStore, *sizes: int, run: Run | None = None) -> Run:
    ended = await in_state(runs, RunState.DONE, run or a_run())
    for index, size in enumerate(sizes):
        ended = await runs.put_image(ended.id, an_image(index, size))
    return ended


async def test_pictures_are_added_up_by_endpoint_month_and_person(
    runs: SqlRunStore, holdings: SqlHoldingsStore
) -> None:
    await made(runs, 100, 20)
    await made(runs, 3, run=a_run(endpoint_id="other", created_at=LATE))
    await made(runs, 7, run=a_run(person_id="bob"))
    both, one = Holding(pictures=2, bytes=120), Holding(pictures=1, bytes=3)
    bobs = Holding(pictures=1, bytes=7)
    assert await holdings.sums("alice", By.ENDPOINT) == {V11: both, "other": one}
    assert await holdings.sums("alice", By.MONTH) == {"2025-03": both, "2025-02": one}
    assert await holdings.sums("alice", By.PERSON) == {"alice": both + one}
    assert await holdings.sums(None, By.PERSON) == {"alice": both + one, "bob": bobs}
    assert await holdings.sums(None, By.MONTH) == {"2025-03": both + bobs, "2025-02": one}
    assert await holdings.sums("nobody", By.MONTH) == {}


async def test_a_picture_counts_from_when_its_file_is_there_and_as_large_as_it_is_now(
    database: Database, runs: SqlRunStore, holdings: SqlHoldingsStore
) -> None:
    run = await in_state(runs, RunState.DONE, a_run())
    await runs.put_image(run.id, Image(index=0))
    assert await holdings.sums("alice", By.PERSON) == {}
    for size in (None, 100, 40):
        await runs.put_image(run.id, an_image(0, size))
        expected = Holding(pictures=1, bytes=size or 0)
        assert await holdings.sums("alice", By.PERSON) == {"alice": expected}
    await runs.note(run.id, images=(an_image(0, 40), an_image(1, 2)))
    assert await holdings.sums("alice", By.PERSON) == {"alice": Holding(pictures=2, bytes=42)}
    assert await SqlInventory(database).mark_missing(run.id, 0, "runs/x-0.jpeg")
    assert await holdings.sums("alice", By.PERSON) == {"alice": Holding(pictures=1, bytes=2)}


async def test_what_is_deleted_is_told_apart_until_it_goes(
    database: Database, runs: SqlRunStore, holdings: SqlHoldingsStore, clock: TestClock
) -> None:
    run = await made(runs, 100, 20)
    kept = {"alice": Holding(pictures=2, bytes=120)}
    gone = {"alice": Holding(deleted_pictures=2, deleted_bytes=120)}
    await runs.delete(run.id, clock.now())
    assert await holdings.sums("alice", By.PERSON) == gone
    await runs.delete(run.id, None)
    assert await holdings.sums("alice", By.PERSON) == kept
    await runs.delete(run.id, clock.now())
    await SqlDeletedStore(database).purge(run.id)
    assert await holdings.sums("alice", By.PERSON) == {}


async def test_what_is_handed_over_counts_for_whoever_has_it_now(
    database: Database, runs: SqlRunStore, uploads: SqlUploadStore, holdings: SqlHoldingsStore
) -> None:
    await made(runs, 100)
    await runs.delete((await made(runs, 20)).id, NOON)
    await uploads.add(an_upload(bytes=5))
    await SqlHandOver(database).move("alice", "bob")
    theirs = Holding(
        pictures=1, bytes=100, deleted_pictures=1, deleted_bytes=20, uploads=1, upload_bytes=5
    )
    assert await holdings.sums(None, By.PERSON) == {"bob": theirs}


async def test_pictures_that_people_brought_are_of_the_month_and_of_no_endpoint(
    runs: SqlRunStore, uploads: SqlUploadStore, holdings: SqlHoldingsStore
) -> None:
    await made(runs, 100)
    await uploads.add(an_upload(bytes=5, created_at=LATE))
    await uploads.add(an_upload(bytes=6))
    await uploads.add(an_upload(bytes=7, person_id="bob"))
    made_here = Holding(pictures=1, bytes=100)
    assert await holdings.sums("alice", By.ENDPOINT) == {
        V11: made_here,
        "": Holding(uploads=2, upload_bytes=11),
    }
    assert await holdings.sums("alice", By.MONTH) == {
        "2025-03": made_here + Holding(uploads=1, upload_bytes=6),
        "2025-02": Holding(uploads=1, upload_bytes=5),
    }
    assert (await holdings.sums(None, By.PERSON))["bob"] == Holding(uploads=1, upload_bytes=7)


async def test_pictures_of_before_are_counted_by_the_migration(
    database_url: str | None, tmp_path: Path
) -> None:
    database = open_database(database_url, tmp_path)
    await migrate(database.engine)
    runs, holdings = SqlRunStore(database, TestClock()), SqlHoldingsStore(database)
    await made(runs, 100, 20)
    await runs.delete((await made(runs, 3, run=a_run(created_at=LATE))).id, NOON)
    run = await made(runs, 1)
    await runs.put_image(run.id, replace(an_image(0), key=None))
    ways = [await holdings.sums(None, by) for by in By]

    def step(connection: Connection, version: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        (command.downgrade if version == "0016" else command.upgrade)(config, version)

    for version in ("0016", "head"):
        async with database.write() as connection:
            await connection.run_sync(step, version)
    assert [await holdings.sums(None, by) for by in By] == ways
    await database.close()
