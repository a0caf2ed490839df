"""A month's runs out of the ledger's totals, and one by one."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from backend.domain.ledger import charged, reserved
from backend.domain.run import Run, RunState
from backend.domain.usage import By, Month, Tally, UsageFilter, UsageRun, total
from backend.store.bills import SqlBillStore
from backend.store.database import Database, open_database
from backend.store.migrate import FOLDER, migrate
from backend.store.runs import SqlRunStore
from backend.store.tables import spending
from backend.store.usage import SqlUsageStore
from tests.integration.store.making import NOON, TestClock, a_problem, a_run, in_state

CENT = Decimal("0.01")
MARCH = Month.of(NOON)
ALL = UsageFilter(month=MARCH, person_id=None)
ALICE = UsageFilter(month=MARCH, person_id="alice")


@pytest.fixture
def usage(database: Database) -> SqlUsageStore:
    return SqlUsageStore(database)


async def one_by_one(usage: SqlUsageStore, which: UsageFilter, limit: int = 2) -> list[UsageRun]:
    found: list[UsageRun] = []
    while page := await usage.runs(which, found[-1] if found else None, limit):
        found += page
    return found


def tally_of(run: Run) -> Tally:
    if run.practice:
        return Tally(practice_runs=1)
    return Tally(
        runs=1,
        estimate=run.estimate,
        reserved=reserved(run),
        charged=charged(run),
        billed_runs=0 if run.billed is None else 1,
        billed=run.billed or Decimal(0),
    )


async def test_runs_are_added_up_by_each_way_to_group_them(
    runs: SqlRunStore, usage: SqlUsageStore
) -> None:
    await in_state(runs, RunState.DONE, a_run(estimate=CENT * 7, project="Spring"), cost=CENT * 3)
    await in_state(runs, RunState.QUEUED, a_run(estimate=CENT * 7, person_id="bob"))
    await in_state(
        runs,
        RunState.FAILED,
        a_run(estimate=CENT, endpoint_id="other", created_at=NOON + timedelta(days=1)),
        problem=a_problem(charged="no"),
    )
    done = Tally(runs=1, estimate=CENT * 7, charged=CENT * 3)
    under_way = Tally(runs=1, estimate=CENT * 7, reserved=CENT * 7)
    failed = Tally(runs=1, estimate=CENT)
    assert await usage.sums(ALL, By.PERSON) == {"alice": done + failed, "bob": under_way}
    assert await usage.sums(ALL, By.PROJECT) == {"Spring": done, "": under_way + failed}
    by_day = {"2025-03-14": done + under_way, "2025-03-15": failed}
    assert await usage.sums(ALL, By.DAY) == by_day
    assert set(await usage.sums(ALL, By.ENDPOINT)) == {"fal-ai/flux-pro/v1.1", "other"}
    assert await usage.sums(ALICE, By.PERSON) == {"alice": done + failed}


async def test_a_run_belongs_to_the_month_of_its_start_in_utc(
    runs: SqlRunStore, usage: SqlUsageStore
) -> None:
    begin, end = MARCH.moments
    for moment in (begin - timedelta(microseconds=1), begin, end - timedelta(microseconds=1), end):
        await in_state(runs, RunState.DONE, a_run(created_at=moment), cost=CENT)
    assert list(await usage.sums(ALL, By.DAY)) == ["2025-03-01", "2025-03-31"]
    assert [run.created_at.day for run in await one_by_one(usage, ALL)] == [1, 31]


async def test_practice_runs_are_counted_and_free(runs: SqlRunStore, usage: SqlUsageStore) -> None:
    await in_state(runs, RunState.DONE, a_run(practice=True), cost=CENT)
    await in_state(runs, RunState.DONE, a_run(), cost=CENT)
    expected = Tally(runs=1, practice_runs=1, estimate=Decimal("0.04"), charged=CENT)
    assert await usage.sums(ALL, By.PERSON) == {"alice": expected}
    assert total(run.tally for run in await one_by_one(usage, ALL)) == expected


async def test_a_bill_stands_beside_the_estimate_and_counts_in_its_place(
    database: Database, runs: SqlRunStore, usage: SqlUsageStore
) -> None:
    bills = SqlBillStore(database)
    run, _ = [
        await in_state(runs, RunState.DONE, a_run(estimate=CENT * 7), cost=CENT * 6)
        for _ in range(2)
    ]
    for usd in (CENT * 6, CENT * 5, CENT * 5):
        await bills.write(run.id, usd, NOON)
    (found,) = (await usage.sums(ALL, By.PERSON)).values()
    assert (found.billed_runs, found.billed, found.charged) == (1, CENT * 5, CENT * 11)
    assert found.difference == CENT * -3
    assert [one.tally.billed for one in await one_by_one(usage, ALL)] == [CENT * 5, 0]


async def test_ones_projects_are_listed_with_the_last_used_first(
    runs: SqlRunStore, usage: SqlUsageStore
) -> None:
    for day, project in enumerate(("Old", "Spring", "", "Autumn", "Spring")):
        at = NOON + timedelta(days=day)
        await in_state(runs, RunState.CREATED, a_run(project=project, created_at=at))
    await in_state(runs, RunState.CREATED, a_run(project="Bob's", person_id="bob"))
    since = NOON.date() + timedelta(days=1)
    assert await usage.projects("alice", since, 10) == ("Spring", "Autumn")
    assert await usage.projects("alice", since, 1) == ("Spring",)
    assert await usage.projects("carol", since, 10) == ()


async def test_a_deleted_run_still_counts(runs: SqlRunStore, usage: SqlUsageStore) -> None:
    run = await in_state(runs, RunState.DONE, a_run(), cost=CENT)
    await runs.delete(run.id, NOON)
    assert (await usage.sums(ALL, By.PERSON))["alice"].charged == CENT
    assert [one.id for one in await one_by_one(usage, ALL)] == [run.id]


async def test_each_run_comes_once_also_where_many_began_at_the_same_moment(
    runs: SqlRunStore, usage: SqlUsageStore
) -> None:
    made = [await in_state(runs, RunState.DONE, a_run(), cost=CENT) for _ in range(5)]
    await in_state(runs, RunState.DONE, a_run(person_id="bob"), cost=CENT)
    assert [run.id for run in await one_by_one(usage, ALICE)] == [run.id for run in made]


async def test_totals_of_before_are_added_up_again_from_the_ledger(
    database: Database, runs: SqlRunStore, usage: SqlUsageStore
) -> None:
    run = await in_state(runs, RunState.DONE, a_run(estimate=CENT * 7), cost=CENT * 3)
    await SqlBillStore(database).write(run.id, CENT * 4, NOON)
    await in_state(runs, RunState.QUEUED, a_run(person_id="bob"))
    before = await usage.sums(ALL, By.PERSON)
    async with database.write() as connection:
        await connection.run_sync(_as_before)
    await migrate(database.engine)
    assert await usage.sums(ALL, By.PERSON) == before
    await in_state(runs, RunState.DONE, a_run(estimate=CENT * 7), cost=CENT * 3)
    assert (await usage.sums(ALL, By.PERSON))["alice"].runs == 2


def _as_before(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    command.downgrade(config, "0010")


# ── any runs ─────────────────────────────────────────────────────────────────────────────────

ENDS = st.tuples(
    st.sampled_from(sorted(RunState)),
    st.sampled_from(("alice", "bob")),
    st.sampled_from(("", "Spring")),
    st.booleans(),
    st.integers(0, 60),
    st.none() | st.integers(0, 90_000),
    st.sampled_from(("no", "yes", "unknown")),
    st.lists(st.integers(0, 90_000), max_size=2),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lives=st.lists(ENDS, max_size=8))
def test_whatever_became_of_runs_every_way_to_group_them_adds_up_to_what_they_are_worth(
    database_url: str | None, tmp_path: Path, lives: list[tuple[Any, ...]]
) -> None:
    asyncio.run(_adds_up(database_url, tmp_path, lives))


async def _adds_up(url: str | None, folder: Path, lives: list[tuple[Any, ...]]) -> None:
    database = open_database(url, folder)
    await migrate(database.engine)
    store, usage = SqlRunStore(database, TestClock()), SqlUsageStore(database)
    for life in lives:
        await _live(store, SqlBillStore(database), *life)
    all_runs = await store.in_states(tuple(RunState))
    for which in (ALL, ALICE):
        expected = total(
            tally_of(run)
            for run in all_runs
            if Month.of(run.created_at) == MARCH and which.person_id in (None, run.person_id)
        )
        for by in By:
            assert total((await usage.sums(which, by)).values()) == expected
        assert total(run.tally for run in await one_by_one(usage, which)) == expected
    async with database.read() as connection:
        counts = (await connection.execute(select(spending.c.runs))).scalars().all()
    assert sum(counts) == len(all_runs)
    await database.close()


async def _live(store: SqlRunStore, books: SqlBillStore, *life: Any) -> None:
    state, person_id, project, practice, day, micros, says, bills = life
    run = a_run(
        person_id=person_id,
        project=project,
        practice=practice,
        created_at=datetime(2025, 2, 15, tzinfo=UTC) + timedelta(days=day),
    )
    if not state.ended:
        await in_state(store, state, run)
        return
    cost = None if micros is None else Decimal(micros) / 1_000_000
    await in_state(store, state, run, cost=cost, problem=a_problem(charged=says))
    for bill in bills:
        await books.write(run.id, Decimal(bill) / 1_000_000, NOON)
