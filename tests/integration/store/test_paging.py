"""Pages of runs: complete, in order, and quick."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, insert

from backend.domain.errors import InputRefused
from backend.domain.ports import RunFilter
from backend.domain.run import Image, Run, RunState
from backend.domain.sharing import Visibility
from backend.store.database import Database
from backend.store.paging import page_statement
from backend.store.records import row_of
from backend.store.runs import SqlRunStore
from backend.store.tables import runs as runs_table
from tests.integration.store.making import NOON, a_handle, a_run, in_state, written

ULTRA = "fal-ai/flux-pro/v1.1-ultra"
V11 = "fal-ai/flux-pro/v1.1"
TEAM = Visibility.TEAM


async def all_pages(runs: SqlRunStore, **which: Any) -> list[tuple[Run, ...]]:
    """Every page to the end."""
    pages, cursor = [], None
    while True:
        page = await runs.list(RunFilter(cursor=cursor, **which))
        pages.append(page.runs)
        cursor = page.next_cursor
        if cursor is None:
            return pages


def ids(runs: Sequence[Run]) -> list[str]:
    """Their ids."""
    return [run.id for run in runs]


async def test_pages_give_every_run_once_newest_first_also_of_one_moment(
    runs: SqlRunStore,
) -> None:
    made = [
        await written(runs, created_at=NOON + timedelta(microseconds=number // 3))
        for number in range(10)
    ]
    pages = await all_pages(runs, limit=4)
    assert [len(page) for page in pages] == [4, 4, 2]
    assert [run for page in pages for run in page] == made[::-1]


async def test_a_last_page_that_is_just_full_has_no_next(runs: SqlRunStore) -> None:
    for _ in range(4):
        await written(runs)
    assert [len(page) for page in await all_pages(runs, limit=2)] == [2, 2]
    assert [len(page) for page in await all_pages(runs, limit=4)] == [4]


async def test_there_is_an_empty_page_where_nothing_is(runs: SqlRunStore) -> None:
    assert await all_pages(runs) == [()]


async def test_new_and_deleted_runs_do_not_shift_the_next_page(runs: SqlRunStore) -> None:
    made = [await written(runs, created_at=NOON + timedelta(seconds=number)) for number in range(4)]
    first = await runs.list(RunFilter(limit=2))
    await written(runs, created_at=NOON + timedelta(hours=1))
    await runs.delete(made[3].id, NOON)
    second = await runs.list(RunFilter(limit=2, cursor=first.next_cursor))
    assert ids(second.runs) == ids([made[1], made[0]])


async def test_deleted_runs_are_left_out(runs: SqlRunStore) -> None:
    kept, gone = await written(runs), await written(runs)
    await runs.delete(gone.id, NOON)
    assert ids((await runs.list(RunFilter())).runs) == [kept.id]


async def test_filters_hold_together(runs: SqlRunStore) -> None:
    mine = await written(runs, endpoint_id=ULTRA)
    others = await written(runs, endpoint_id=ULTRA, person_id="bob")
    failed = await in_state(runs, RunState.FAILED, a_run(endpoint_id=ULTRA))
    other_endpoint = await written(runs)

    async def found(**which: Any) -> set[str]:
        return set(ids((await runs.list(RunFilter(**which))).runs))

    alices = {mine.id, failed.id, other_endpoint.id}
    assert await found(person_id="alice") == alices
    assert await found(endpoint_id=ULTRA) == {mine.id, others.id, failed.id}
    assert await found(person_id="alice", endpoint_id=ULTRA) == {mine.id, failed.id}
    assert await found(states=(RunState.FAILED,)) == {failed.id}
    assert await found(states=(RunState.FAILED,), person_id="bob") == set()
    assert await found(person_id="nobody\x00") == set()


async def test_several_states_are_one_list_in_order(runs: SqlRunStore) -> None:
    states = (RunState.FAILED, RunState.DONE, RunState.CREATED, RunState.LOST)
    made = [
        await in_state(runs, states[number % 4], a_run(created_at=NOON + timedelta(seconds=number)))
        for number in range(12)
    ]
    wanted = [run for run in made[::-1] if run.state in (RunState.FAILED, RunState.DONE)]
    which = {"states": (RunState.DONE, RunState.FAILED, RunState.DONE)}
    for limit in (1, 2, 5, 50):
        pages = await all_pages(runs, limit=limit, **which)
        assert [run for page in pages for run in page] == wanted


async def test_with_pictures_gives_runs_that_have_some(runs: SqlRunStore) -> None:
    some = (Image(index=0, key="a"), Image(index=1))
    done = await in_state(runs, RunState.DONE, a_run(), images=some)
    saving = await in_state(runs, RunState.SAVING, a_run(), images=some[1:])
    await in_state(runs, RunState.DONE, a_run())
    await in_state(runs, RunState.QUEUED, a_run(), handle=a_handle())
    found = await runs.list(RunFilter(with_pictures=True))
    assert found.runs == (saving, done)
    only_done = await runs.list(RunFilter(with_pictures=True, states=(RunState.DONE,)))
    assert only_done.runs == (done,)
    none = await runs.list(RunFilter(with_pictures=True, states=(RunState.FAILED,)))
    assert none.runs == ()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "é",
        "\ud800",
        "MTIz",
        "LTEuYQ==",
        "OTk5OTk5OTk5OTk5OTk5OTk5OTkuYQ",
        "9" * 9999,
    ],
)
async def test_a_cursor_that_is_none_of_ours_is_refused_by_name(
    runs: SqlRunStore, cursor: str
) -> None:
    with pytest.raises(InputRefused) as caught:
        await runs.list(RunFilter(cursor=cursor))
    assert list(caught.value.fields) == ["cursor"]


@pytest.mark.parametrize("limit", [0, -1, 10**30])
async def test_a_limit_out_of_bounds_is_the_nearest_one(runs: SqlRunStore, limit: int) -> None:
    await written(runs)
    assert len((await runs.list(RunFilter(limit=limit))).runs) == 1


WAYS = [
    ("all", RunFilter(), "ix_runs_created_at_id"),
    ("person", RunFilter(person_id="alice"), "ix_runs_person_id_created_at_id"),
    (
        "both",
        RunFilter(person_id="alice", endpoint_id=ULTRA),
        "ix_runs_person_id_endpoint_id_created_at_id",
    ),
    ("state", RunFilter(states=(RunState.DONE,)), "ix_runs_state_created_at_id"),
    (
        "states",
        RunFilter(states=(RunState.DONE, RunState.FAILED)),
        "ix_runs_state_created_at_id",
    ),
    ("pictures", RunFilter(with_pictures=True), "ix_runs_created_at_id"),
    (
        "pictures of a person",
        RunFilter(with_pictures=True, person_id="alice"),
        "ix_runs_person_id_created_at_id",
    ),
]


@pytest.mark.parametrize(
    ("which", "index"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS]
)
@pytest.mark.parametrize("later", [False, True], ids=["first page", "later page"])
async def test_sqlite_reads_a_page_in_the_order_of_an_index(
    sqlite: Database, which: RunFilter, index: str, later: bool
) -> None:
    if later:
        which = RunFilter(**{**vars_of(which), "cursor": "MTc0MTk1MzYwMDAwMDAwMC5ydW4tMQ"})
    plan = await plan_of(sqlite, which)
    assert f"USING INDEX {index}" in plan
    branches = max(1, len(which.states))
    # the branches of several states are merged by a sort, each after its own limit
    assert plan.count("TEMP B-TREE") == (0 if branches == 1 else branches)
    assert plan.count(f"runs USING INDEX {index}") == branches


def vars_of(which: RunFilter) -> dict[str, Any]:
    """Its fields."""
    return {name: getattr(which, name) for name in RunFilter.__dataclass_fields__}


async def plan_of(database: Database, which: RunFilter) -> str:
    """What SQLite would do, a line for each step."""
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def remember(*given: Any) -> None:
        sent.append((given[2], given[3]))

    async with database.read() as connection:
        event.listen(database.engine.sync_engine, "before_cursor_execute", remember)
        await connection.execute(page_statement(which))
        event.remove(database.engine.sync_engine, "before_cursor_execute", remember)
        statement, values = sent[-1]
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[-1] for row in rows)


OWN_AND_SHARED = [
    ({}, "ix_runs_person_id_created_at_id", "ix_runs_visibility_created_at_id"),
    (
        {"endpoint_id": ULTRA},
        "ix_runs_person_id_endpoint_id_created_at_id",
        "ix_runs_visibility_endpoint_id_created_at_id",
    ),
]


@pytest.mark.parametrize(("which", "own", "shared"), OWN_AND_SHARED)
@pytest.mark.parametrize("pictures", [False, True])
async def test_sqlite_reads_own_and_shared_runs_each_in_the_order_of_an_index(
    sqlite: Database, which: dict[str, str], own: str, shared: str, pictures: bool
) -> None:
    which_runs = RunFilter(person_id="alice", with_team=True, with_pictures=pictures, **which)
    plan = await plan_of(sqlite, which_runs)
    assert f"runs USING INDEX {own}" in plan
    assert f"runs USING INDEX {shared}" in plan
    assert "SCAN runs" not in plan.replace("SCAN runs USING INDEX", "")


async def test_one_sees_what_is_ones_own_and_what_is_the_teams(runs: SqlRunStore) -> None:
    made = [
        await written(
            runs,
            person_id=person_id,
            visibility=visibility,
            endpoint_id=endpoint_id,
            created_at=NOON + timedelta(seconds=number),
        )
        for number, (person_id, visibility, endpoint_id) in enumerate(
            product(("alice", "bob", "carol"), (Visibility.PRIVATE, TEAM), (ULTRA, V11))
        )
    ]
    seen = [run for run in made[::-1] if run.person_id == "alice" or run.visibility is TEAM]
    for limit in (1, 2, 3, 100):
        pages = await all_pages(runs, limit=limit, person_id="alice", with_team=True)
        assert [run for page in pages for run in page] == seen
        of_ultra = await all_pages(
            runs, limit=limit, person_id="alice", with_team=True, endpoint_id=ULTRA
        )
        wanted = [run for run in seen if run.endpoint_id == ULTRA]
        assert [run for page in of_ultra for run in page] == wanted
    created = (RunState.CREATED, RunState.DONE)
    again = await all_pages(runs, limit=3, person_id="alice", with_team=True, states=created)
    assert [run for page in again for run in page] == seen


async def test_a_page_of_many_runs_reads_only_its_own(sqlite: Database) -> None:
    """SQLite counts its own steps: those of a page do not grow with the number of runs."""
    rows = [
        {
            **row_of(a_run(created_at=NOON + timedelta(seconds=number), visibility=TEAM)),
            "state": RunState.DONE,
        }
        for number in range(4000)
    ]
    async with sqlite.write() as connection:
        await connection.execute(insert(runs_table), rows)
    few = await steps_of(sqlite, RunFilter(limit=10))
    for which in (
        RunFilter(limit=10, person_id="alice"),
        RunFilter(limit=10, states=(RunState.DONE, RunState.CREATED)),
        RunFilter(limit=10, person_id="alice", with_team=True),
        RunFilter(limit=10, person_id="bob", with_team=True),
    ):
        assert await steps_of(sqlite, which) < 8 * few
    assert few < 4000


async def steps_of(database: Database, which: RunFilter) -> int:
    """How many instructions of SQLite's machine a page takes."""
    seen = 0

    def count() -> int:
        nonlocal seen
        seen += 1
        return 0

    async with database.read() as connection:
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None
        await driver.set_progress_handler(count, 1)
        await connection.execute(page_statement(which))
        await driver.set_progress_handler(None, 1)
    return seen
