"""The ledger only grows, and says at each moment what every run is worth."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from backend.domain.ledger import day_of, worth
from backend.domain.run import ARROWS, ENDED, Run, RunState
from backend.store.bills import SqlBillStore
from backend.store.database import Database, open_database
from backend.store.migrate import FOLDER, migrate
from backend.store.records import row_of
from backend.store.runs import BILL_AFTER, SqlRunStore
from backend.store.tables import ledger, spending
from backend.store.tables import runs as runs_table
from tests.integration.store.making import (
    NOON,
    TestClock,
    a_handle,
    a_problem,
    a_run,
    in_state,
    new,
    written,
)

CENT = Decimal("0.01")


async def entries_of(database: Database, run_id: str) -> list[tuple[str, Decimal]]:
    """The kinds and amounts of a run's entries, in their order."""
    statement = select(ledger.c.kind, ledger.c.amount).where(ledger.c.run_id == run_id)
    async with database.read() as connection:
        rows = await connection.execute(statement.order_by(ledger.c.id))
        return [(row.kind, row.amount) for row in rows]


async def assert_adds_up(database: Database) -> None:
    """Each run's entries are what it is worth; each total is what its runs are worth."""
    async with database.read() as connection:
        lines = (await connection.execute(select(ledger))).mappings().all()
        totals = (await connection.execute(select(spending))).mappings().all()
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        booked[line["run_id"]] += line["amount"]
    all_runs = await SqlRunStore(database, TestClock()).in_states(tuple(RunState))
    assert booked == {run.id: worth(run) for run in all_runs}
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for run in all_runs:
        sums[run.practice, day_of(run.created_at), run.person_id, run.endpoint_id] += worth(run)
    assert {
        (row["practice"], row["day"], row["person_id"], row["endpoint_id"]): row["reserved"]
        + row["charged"]
        for row in totals
    } == sums


@pytest.mark.parametrize("state", sorted(frozenset(RunState) - ENDED))
async def test_a_run_that_has_not_ended_keeps_its_reservation(
    database: Database, runs: SqlRunStore, state: RunState
) -> None:
    run = await in_state(runs, state, a_run(estimate=CENT * 7))
    assert await entries_of(database, run.id) == [("reserve", CENT * 7)]


@pytest.mark.parametrize(
    ("state", "end", "settled"),
    [
        (RunState.DONE, {"cost": CENT * 3}, CENT * 3),
        (RunState.DONE, {"cost": CENT * 9}, CENT * 9),
        (RunState.DONE, {}, CENT * 7),
        (RunState.LOST, {"problem": a_problem(charged="yes")}, CENT * 7),
        (RunState.LOST, {}, CENT * 7),
        (RunState.FAILED, {"problem": a_problem(charged="unknown")}, CENT * 7),
        (RunState.CANCELLED, {"problem": a_problem(charged="unknown")}, CENT * 7),
        (RunState.FAILED, {"problem": a_problem(charged="no")}, None),
        (RunState.CANCELLED, {"problem": a_problem(charged="no")}, None),
        (RunState.DONE, {"cost": Decimal(0)}, None),
    ],
)
async def test_an_end_releases_the_reservation_and_settles_what_was_charged(
    database: Database,
    runs: SqlRunStore,
    state: RunState,
    end: dict[str, Any],
    settled: Decimal | None,
) -> None:
    run = await in_state(runs, state, a_run(estimate=CENT * 7), **end)
    charge = [] if settled is None else [("settle", settled)]
    expected = [("reserve", CENT * 7), ("release", CENT * -7), *charge]
    assert await entries_of(database, run.id) == expected
    await assert_adds_up(database)


async def test_an_uncertain_run_that_never_ran_gives_its_reservation_back(
    database: Database, runs: SqlRunStore
) -> None:
    run = await in_state(runs, RunState.UNCERTAIN, a_run(), problem=a_problem(charged="unknown"))
    assert await entries_of(database, run.id) == [("reserve", run.estimate)]
    await runs.move(run.id, RunState.UNCERTAIN, RunState.FAILED, problem=a_problem(charged="no"))
    assert (await entries_of(database, run.id))[1:] == [("release", -run.estimate)]


async def test_a_change_after_the_end_is_a_correction(
    database: Database, runs: SqlRunStore
) -> None:
    run = await in_state(runs, RunState.DONE, a_run(estimate=CENT * 7), cost=CENT * 3)
    await runs.note(run.id, cost=CENT * 5)
    await runs.note(run.id, cost=CENT * 5)
    await runs.note(run.id, cancel_requested=True)
    assert (await entries_of(database, run.id))[2:] == [("settle", CENT * 3), ("bill", CENT * 2)]
    await assert_adds_up(database)


async def test_fals_bill_corrects_what_was_settled_once(
    database: Database, runs: SqlRunStore
) -> None:
    bills = SqlBillStore(database)
    run = await in_state(runs, RunState.DONE, a_run(estimate=CENT * 7), cost=CENT * 3)
    for _ in range(2):
        billed = await bills.write(run.id, CENT * 5, NOON)
        assert billed is not None
        assert (billed.cost, billed.billed) == (CENT * 3, CENT * 5)
    assert (await entries_of(database, run.id))[2:] == [("settle", CENT * 3), ("bill", CENT * 2)]
    free = await in_state(runs, RunState.CANCELLED, a_run(), problem=a_problem(charged="unknown"))
    await bills.write(free.id, Decimal(0), NOON)
    assert (await entries_of(database, free.id))[2:] == [
        ("settle", free.estimate),
        ("bill", -free.estimate),
    ]
    await assert_adds_up(database)


async def test_a_run_that_has_not_ended_takes_no_bill(
    database: Database, runs: SqlRunStore
) -> None:
    run = await in_state(runs, RunState.UNCERTAIN, a_run())
    assert await SqlBillStore(database).write(run.id, CENT, NOON) is None
    assert await entries_of(database, run.id) == [("reserve", run.estimate)]


async def test_ended_runs_that_fal_knows_wait_for_their_bill(
    database: Database, runs: SqlRunStore, clock: TestClock
) -> None:
    bills = SqlBillStore(database)
    done = await in_state(runs, RunState.DONE, a_run(), handle=a_handle(1))
    await in_state(runs, RunState.CANCELLED, a_run())
    await in_state(runs, RunState.QUEUED, a_run(), handle=a_handle(2))
    await in_state(runs, RunState.DONE, a_run(practice=True), handle=a_handle(3))

    async def due_at(now: datetime) -> list[str]:
        found = await bills.due(now, practice=False, limit=9)
        return [one.run_id for one in found]

    assert await due_at(clock.now()) == []
    assert await due_at(clock.now() + BILL_AFTER) == [done.id]
    await bills.later([done.id], clock.now() + timedelta(hours=1))
    assert await due_at(clock.now() + BILL_AFTER) == []
    assert await due_at(clock.now() + timedelta(hours=1)) == [done.id]
    await bills.later([done.id], None)
    assert await due_at(clock.now() + timedelta(days=1)) == []


async def test_entries_of_a_run_that_was_handed_on_stay_with_who_started_it(
    database: Database, runs: SqlRunStore
) -> None:
    run = await in_state(runs, RunState.SAVING, a_run(estimate=CENT))
    async with database.write() as connection:
        this = runs_table.c.id == run.id
        await connection.execute(update(runs_table).where(this).values(person_id="bob"))
    await runs.move(run.id, RunState.SAVING, RunState.DONE, cost=CENT * 2)
    async with database.read() as connection:
        rows = (await connection.execute(select(spending))).mappings().all()
    assert [(row["person_id"], row["reserved"], row["charged"]) for row in rows] == [
        ("alice", 0, CENT * 2)
    ]


async def test_a_change_that_another_was_quicker_with_books_nothing(
    database: Database, runs: SqlRunStore
) -> None:
    run = await in_state(runs, RunState.SAVING, a_run())
    ends = (
        runs.move(run.id, RunState.SAVING, RunState.DONE, cost=CENT * number)
        for number in range(1, 9)
    )
    assert len([one for one in await asyncio.gather(*ends) if one is not None]) == 1
    assert len(await entries_of(database, run.id)) == 3
    await assert_adds_up(database)


@pytest.mark.parametrize("statement", [update(ledger).values(amount=CENT), delete(ledger)])
async def test_the_database_refuses_to_change_or_remove_an_entry(
    database: Database, runs: SqlRunStore, statement: Any
) -> None:
    run = await written(runs)
    with pytest.raises(IntegrityError, match="the ledger only grows"):
        async with database.write() as connection:
            await connection.execute(statement)
    assert await entries_of(database, run.id) == [("reserve", run.estimate)]


async def test_runs_of_an_earlier_version_are_entered_by_the_migration(
    database: Database,
) -> None:
    earlier = list(_ends())
    async with database.write() as connection:
        await connection.run_sync(_as_the_first_version)
        await connection.run_sync(_insert, earlier)
    await migrate(database.engine)
    await assert_adds_up(database)
    async with database.read() as connection:
        entered = await connection.scalar(select(func.count(ledger.c.run_id.distinct())))
    assert entered == len(earlier)


def _ends() -> Iterator[Run]:
    """A run in each state, and each way to end, around midnight."""
    for state in RunState:
        for cost in (None, CENT * 2):
            for charged in (None, "no", "yes", "unknown"):
                problem = None if charged is None else a_problem(charged=charged)
                midnight = NOON.replace(hour=0)
                for at in (midnight, midnight - timedelta(microseconds=1)):
                    yield a_run(state=state, cost=cost, problem=problem, created_at=at)


def _as_the_first_version(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    command.downgrade(config, "0001")


def _insert(connection: Connection, earlier: list[Run]) -> None:
    known = {column["name"] for column in inspect(connection).get_columns("runs")}
    rows = ({**row_of(run), "idempotency_key": None} for run in earlier)
    connection.execute(
        insert(runs_table),
        [{name: value for name, value in row.items() if name in known} for row in rows],
    )


# ── any life of any runs ─────────────────────────────────────────────────────────────────────

#: (which run, what happens to it): a start where it is not there yet, else one of its arrows
STEPS = st.tuples(
    st.integers(0, 5),
    st.sampled_from(sorted(RunState)),
    st.sampled_from((None, "no", "yes", "unknown")),
    st.none() | st.integers(0, 90_000),
)
#: steps of one batch happen at once; between batches the process may be killed
LIVES = st.lists(st.tuples(st.lists(STEPS, min_size=1, max_size=6), st.booleans()), max_size=12)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=LIVES)
def test_whatever_happens_to_runs_in_whatever_order_the_ledger_adds_up(
    database_url: str | None, tmp_path: Path, life: list[tuple[list[Any], bool]]
) -> None:
    asyncio.run(_live(database_url, tmp_path, life))


async def _live(url: str | None, folder: Path, life: list[tuple[list[Any], bool]]) -> None:
    database = open_database(url, folder)
    await migrate(database.engine)
    store = SqlRunStore(database, TestClock())
    ids: dict[int, str] = {}
    for batch, killed in life:
        await asyncio.gather(*(_step(store, ids, *step) for step in batch))
        if killed:
            await database.close()
            database = open_database(url, folder)
            store = SqlRunStore(database, TestClock())
            for run in await store.in_states((RunState.SUBMITTING,)):
                await store.move(run.id, RunState.SUBMITTING, RunState.UNCERTAIN)
        await assert_adds_up(database)
    await database.close()


async def _step(
    store: SqlRunStore, ids: dict[int, str], number: int, target: RunState, *end: Any
) -> None:
    """Start the run, or walk the arrow to `target` if it has one; others may walk it as well."""
    charged, micros = end
    known = ids.get(number)
    if known is None:
        day = NOON + timedelta(days=number % 2)
        run = a_run(person_id=f"p{number % 3}", estimate=CENT * (number + 1), created_at=day)
        ids[number] = run.id
        await store.add(new(run))
        return
    current = await store.get(known)
    if current is None:  # its start is under way
        return
    problem = None if charged is None else a_problem(charged=charged)
    cost = None if micros is None else Decimal(micros) / 1_000_000
    if current.state.ended:
        if charged is None and cost is not None:
            await SqlBillStore(store._database).write(current.id, cost, NOON)
        else:
            await store.note(current.id, cost=cost, problem=problem)
    elif target in ARROWS[current.state]:
        await store.move(current.id, current.state, target, problem=problem, cost=cost)
