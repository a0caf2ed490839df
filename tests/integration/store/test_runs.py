"""Runs: what is written is what is read, and a change happens once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from backend.domain.errors import Conflict, NotFound
from backend.domain.run import ARROWS, Image, Output, RunState
from backend.store.database import Database, open_database
from backend.store.runs import SqlRunStore
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


async def test_a_written_run_is_read_as_it_was_given(runs: SqlRunStore) -> None:
    given = a_run(
        input={"prompt": "x", "seed": 2**53 + 1, "raw": True, "strength": 0.1, "b": {"w": 3}},
        estimate=Decimal("0.055001"),
        again_of="run-earlier",
        practice=True,
        created_at=datetime(2025, 3, 14, 12, 0, 0, 123457, tzinfo=UTC),
    )
    added, fresh = await runs.add(new(given))
    assert fresh
    assert added == given
    assert await runs.get(given.id) == given


async def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc(
    runs: SqlRunStore,
) -> None:
    east = timezone(timedelta(hours=9))
    added = await written(runs, created_at=datetime(2025, 3, 14, 21, 0, tzinfo=east))
    assert added.created_at == NOON
    assert added.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat 🐈‍⬛ in the rain 🌧️",
        "مرحبا \u202eright to left\u202c שלום",
        "zero\x00byte and \x1b escape",
        "half a pair \ud83d alone",
        "${7*7} <img src=x onerror=alert(1)> '; DROP TABLE runs; --",
        "e\u0301 is not \u00e9",
        "x" * 10_000,
    ],
    ids=["emoji", "rtl", "nul", "surrogate", "hostile", "combining", "long"],
)
async def test_every_prompt_is_kept_to_the_letter(runs: SqlRunStore, prompt: str) -> None:
    run = await written(runs, input={"prompt": prompt})
    await runs.note(run.id, output=Output(prompt=prompt), problem=a_problem(message=prompt))
    found = await runs.get(run.id)
    assert found is not None
    assert found.input["prompt"] == prompt
    assert found.output == Output(prompt=prompt)
    assert found.problem is not None
    assert found.problem.message == prompt


@pytest.mark.parametrize("run_id", ["", "nothing", "\x00", "\ud800", "x" * 5000, "' OR 1=1 --"])
async def test_an_id_of_nothing_finds_nothing(runs: SqlRunStore, run_id: str) -> None:
    await written(runs)
    assert await runs.get(run_id) is None
    assert await runs.by_request_id(run_id) is None
    assert await runs.delete(run_id, NOON) is None
    assert await runs.move(run_id, RunState.CREATED, RunState.SUBMITTING) is None
    with pytest.raises(NotFound):
        await runs.note(run_id, cancel_requested=True)
    with pytest.raises(NotFound):
        await runs.put_image(run_id, Image(index=0))


async def test_a_run_begins_in_state_created(runs: SqlRunStore) -> None:
    with pytest.raises(ValueError, match="created"):
        await runs.add(new(a_run(state=RunState.QUEUED)))


async def test_two_runs_can_not_have_one_id(runs: SqlRunStore) -> None:
    run = await written(runs)
    with pytest.raises(Conflict):
        await runs.add(new(replace(run, person_id="bob")))
    found = await runs.get(run.id)
    assert found is not None
    assert found.person_id == "alice"


async def test_a_move_changes_state_and_fields_and_says_since_when(
    runs: SqlRunStore, clock: TestClock
) -> None:
    run = await written(runs)
    clock.time += timedelta(seconds=5)
    sent = {"prompt": "a lighthouse", "image_url": "https://fal.media/1.png"}
    moved = await runs.move(
        run.id, RunState.CREATED, RunState.SUBMITTING, sent_input=sent, submitted_at=clock.now()
    )
    assert moved == replace(
        run,
        state=RunState.SUBMITTING,
        state_at=clock.now(),
        sent_input=sent,
        submitted_at=clock.now(),
    )
    assert await runs.get(run.id) == moved


async def test_a_move_takes_the_moment_that_it_is_given(runs: SqlRunStore) -> None:
    run = await written(runs)
    earlier = NOON - timedelta(seconds=1)
    moved = await runs.move(run.id, RunState.CREATED, RunState.FAILED, state_at=earlier)
    assert moved is not None
    assert moved.state_at == earlier


async def test_every_field_of_the_end_is_kept(runs: SqlRunStore) -> None:
    images = (Image(index=0, fal_url="https://fal.media/0.png"), Image(index=1, flagged=True))
    run = await in_state(runs, RunState.SAVING, a_run(), handle=a_handle(), images=images)
    assert run.images == images
    assert run.handle == a_handle()
    changes = {
        "cost": Decimal("0.12"),
        "billable_units": Decimal("3.000000001"),
        "finished_at": NOON,
        "output": Output(seed=2**63, prompt="better", timings={"inference": 1.25}),
        "images": (Image(index=0, key="a/0.png", bytes=3_000_000_000, missing=False),),
        "problem": a_problem(charged="yes", fields={"prompt": "too long"}),
    }
    done = await runs.move(run.id, RunState.SAVING, RunState.DONE, **changes)
    assert done is not None
    for name, value in changes.items():
        assert getattr(done, name) == value
    assert await runs.get(run.id) == done


async def test_a_move_from_another_state_does_nothing(runs: SqlRunStore) -> None:
    run = await in_state(runs, RunState.QUEUED, a_run(), handle=a_handle())
    assert (
        await runs.move(run.id, RunState.CREATED, RunState.SUBMITTING, images=(Image(index=9),))
        is None
    )
    assert await runs.get(run.id) == run


@pytest.mark.parametrize("source", list(RunState))
async def test_an_arrow_that_the_table_does_not_have_is_refused(
    runs: SqlRunStore, source: RunState
) -> None:
    run = await in_state(runs, source, a_run())
    for target in frozenset(RunState) - ARROWS[source]:
        with pytest.raises(ValueError, match="no run goes"):
            await runs.move(run.id, source, target)
    assert await runs.get(run.id) == run


async def test_only_one_of_twenty_wins_a_move(runs: SqlRunStore) -> None:
    run = await written(runs)
    answers = await asyncio.gather(
        *(
            runs.move(run.id, RunState.CREATED, RunState.SUBMITTING, sent_input={"number": number})
            for number in range(20)
        )
    )
    winners = [answer for answer in answers if answer is not None]
    assert len(winners) == 1
    assert await runs.get(run.id) == winners[0]


async def test_a_run_is_found_by_its_request_id_which_no_other_can_take(
    runs: SqlRunStore,
) -> None:
    first = await in_state(runs, RunState.QUEUED, a_run(), handle=a_handle(7))
    second = await in_state(runs, RunState.UNCERTAIN, a_run())
    assert await runs.by_request_id("request-7") == first
    with pytest.raises(Conflict):
        await runs.move(second.id, RunState.UNCERTAIN, RunState.QUEUED, handle=a_handle(7))
    assert await runs.get(second.id) == second


async def test_a_note_changes_fields_and_not_the_state(runs: SqlRunStore) -> None:
    run = await in_state(runs, RunState.SAVING, a_run(), handle=a_handle())
    noted = await runs.note(run.id, cancel_requested=True, cost=Decimal("0.01"))
    assert noted == replace(run, cancel_requested=True, cost=Decimal("0.01"))
    assert await runs.get(run.id) == noted
    pictured = await runs.note(run.id, images=(Image(index=0),))
    assert pictured == replace(noted, images=(Image(index=0),))


@pytest.mark.parametrize("name", ["state", "id", "colour", "idempotency_key"])
async def test_what_is_no_field_or_fixed_can_not_be_noted(runs: SqlRunStore, name: str) -> None:
    run = await written(runs)
    with pytest.raises(ValueError, match=name):
        await runs.note(run.id, **{name: "done"})


async def test_a_field_can_be_emptied_again(runs: SqlRunStore) -> None:
    run = await in_state(
        runs, RunState.SUBMITTING, a_run(), problem=a_problem(), handle=a_handle(), output=Output()
    )
    noted = await runs.note(run.id, problem=None, handle=None, output=None)
    assert (noted.problem, noted.handle, noted.output) == (None, None, None)


async def test_images_are_written_one_by_one_and_come_in_order(runs: SqlRunStore) -> None:
    run = await in_state(runs, RunState.SAVING, a_run())
    await asyncio.gather(
        *(runs.put_image(run.id, Image(index=index, key=f"k/{index}")) for index in (2, 0, 1, 0, 2))
    )
    found = await runs.put_image(run.id, Image(index=1, missing=True, fal_url="https://x/1"))
    assert [image.index for image in found.images] == [0, 1, 2]
    assert found.images[1] == Image(index=1, missing=True, fal_url="https://x/1")
    assert await runs.get(run.id) == found


async def test_runs_in_states_come_oldest_first_and_deleted_ones_too(runs: SqlRunStore) -> None:
    late = await written(runs, created_at=NOON + timedelta(seconds=1))
    early = await written(runs, created_at=NOON - timedelta(days=30))
    saving = await in_state(runs, RunState.SAVING, a_run(), images=(Image(index=0),))
    await in_state(runs, RunState.DONE, a_run())
    deleted = await runs.delete(early.id, NOON)
    found = await runs.in_states([RunState.CREATED, RunState.SAVING])
    assert found == (deleted, saving, late)
    assert await runs.in_states([]) == ()


async def test_a_deleted_run_is_still_there_and_comes_back(runs: SqlRunStore) -> None:
    run = await in_state(runs, RunState.DONE, a_run())
    deleted = await runs.delete(run.id, NOON)
    assert deleted == replace(run, deleted_at=NOON)
    assert await runs.get(run.id) == deleted
    assert await runs.delete(run.id, None) == run


async def test_of_two_who_delete_a_run_at_once_one_alone_has_done_it(runs: SqlRunStore) -> None:
    run = await in_state(runs, RunState.DONE, a_run())
    both = await asyncio.gather(runs.delete(run.id, NOON), runs.delete(run.id, NOON))
    assert sorted(one is None for one in both) == [False, True]
    assert await runs.delete(run.id, NOON + timedelta(days=1)) is None
    assert await runs.get(run.id) == replace(run, deleted_at=NOON)


async def test_a_change_that_is_cut_off_leaves_the_store_usable(runs: SqlRunStore) -> None:
    made = [await written(runs) for _ in range(30)]
    for turns, run in enumerate(made[:-1]):
        task = asyncio.create_task(runs.move(run.id, RunState.CREATED, RunState.SUBMITTING))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    for run in made[:-1]:
        found = await runs.get(run.id)
        assert found is not None
        assert found.state in (RunState.CREATED, RunState.SUBMITTING)
    assert await runs.move(made[-1].id, RunState.CREATED, RunState.SUBMITTING) is not None


async def test_a_transaction_that_fails_leaves_nothing(
    runs: SqlRunStore, database: Database
) -> None:
    run = await written(runs)

    async def stop_half_way() -> None:
        async with database.write() as connection:
            await connection.exec_driver_sql("UPDATE runs SET state = 'done'")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await stop_half_way()
    assert await runs.get(run.id) == run


async def test_a_committed_run_is_there_for_another_process(
    runs: SqlRunStore, clock: TestClock, database_url: str | None, tmp_path: Path
) -> None:
    run = await written(runs)
    other = open_database(database_url, tmp_path)
    assert await SqlRunStore(other, clock).get(run.id) == run
    await other.close()
