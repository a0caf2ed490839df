"""Deleted runs in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.domain.deleted import KEPT_FOR
from backend.domain.errors import InputRefused
from backend.domain.run import Image, Run, RunState
from backend.store.database import Database
from backend.store.deleted import SqlDeletedStore
from backend.store.runs import SqlRunStore
from backend.store.tables import ledger, marks, stars, tags
from tests.integration.store.making import TestClock, a_run, in_state


@pytest.fixture
def deleted(database: Database) -> SqlDeletedStore:
    return SqlDeletedStore(database)


async def made(runs: SqlRunStore, key: str = "runs/a-0.jpeg") -> Run:
    image = Image(index=0, key=key, preview_key=f"{key}.preview")
    run = await in_state(runs, RunState.DONE, a_run())
    return await runs.note(run.id, images=(image,))


async def test_files_and_words_go_and_the_ledger_stays(
    database: Database, runs: SqlRunStore, deleted: SqlDeletedStore, clock: TestClock
) -> None:
    run = await made(runs)
    now = clock.now()
    await runs.delete(run.id, now)
    kept = await deleted.list("alice", now, 10)
    assert (kept.count, kept.next_cursor) == (1, None)
    assert (kept.runs[0].run.id, kept.runs[0].purge_at) == (run.id, now + KEPT_FOR)
    assert await deleted.due(now + KEPT_FOR - timedelta(seconds=1), 10) == ()
    (due,) = await deleted.due(now + KEPT_FOR, 10)
    assert due.keys == ("runs/a-0.jpeg", "runs/a-0.jpeg.preview")
    async with database.read() as connection:
        before = (await connection.execute(select(ledger))).all()
    for _ in range(2):
        await deleted.purge(run.id)
    assert await deleted.due(now + KEPT_FOR, 10) == ()
    gone = await runs.get(run.id)
    assert gone is not None
    assert (gone.input, gone.sent_input, gone.output, gone.images) == ({}, None, None, ())
    assert gone.deleted_at == now
    async with database.read() as connection:
        assert (await connection.execute(select(ledger))).all() == before
        for table in (marks, tags, stars):
            assert (await connection.execute(select(table))).all() == []


async def test_a_file_that_another_run_has_too_is_nobodys_to_remove(
    runs: SqlRunStore, deleted: SqlDeletedStore, clock: TestClock
) -> None:
    one = await made(runs, "runs/shared.jpeg")
    await made(runs, "runs/shared.jpeg")
    await runs.delete(one.id, clock.now())
    (due,) = await deleted.due(clock.now() + KEPT_FOR, 10)
    assert due.keys == ()


async def test_a_run_that_is_not_deleted_is_never_purged(
    runs: SqlRunStore, deleted: SqlDeletedStore, clock: TestClock
) -> None:
    run = await made(runs)
    await runs.delete(run.id, clock.now())
    await runs.delete(run.id, None)
    assert await deleted.due(clock.now() + 2 * KEPT_FOR, 10) == ()
    await deleted.purge(run.id)
    kept = await runs.get(run.id)
    assert kept is not None
    assert kept.images
    assert await deleted.hasten("alice", None, clock.now()) == 0


async def test_many_are_read_page_by_page_each_once_also_of_one_moment(
    runs: SqlRunStore, deleted: SqlDeletedStore, clock: TestClock
) -> None:
    ids = [(await made(runs)).id for _ in range(5)]
    for number, run_id in enumerate(ids):
        await runs.delete(run_id, clock.now() + timedelta(seconds=number // 2))
    seen: list[str] = []
    cursor = None
    for expected in (2, 2, 1):
        page = await deleted.list("alice", clock.now(), 2, cursor)
        assert (page.count, len(page.runs)) == (5, expected)
        seen += [one.run.id for one in page.runs]
        cursor = page.next_cursor
    assert cursor is None
    assert sorted(seen) == ids
    assert seen[0] == ids[4], "the last one first"
    with pytest.raises(InputRefused):
        await deleted.list("alice", clock.now(), 2, "anything")
