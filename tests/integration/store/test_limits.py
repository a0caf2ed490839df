"""What a new run has to pass, in the transaction that writes it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.domain.errors import KeyReused, MoneyLimitReached, TooManyWaiting
from backend.domain.ports import RunFilter
from backend.domain.run import UNFINISHED, RunState
from backend.store.runs import SqlRunStore
from tests.integration.store.making import NOON, a_problem, a_run, in_state, new, written

CENT = Decimal("0.01")


async def test_the_same_key_gives_the_run_that_it_was_first_used_with(runs: SqlRunStore) -> None:
    first, _ = await runs.add(new(a_run(input={"a": 1, "b": "ü"}), idempotency_key="key"))
    moved = await runs.move(first.id, RunState.CREATED, RunState.SUBMITTING)
    again = a_run(input={"b": "ü", "a": 1}, created_at=NOON + timedelta(hours=23, minutes=59))
    found, fresh = await runs.add(new(again, idempotency_key="key"))
    assert not fresh
    assert found == moved
    assert await runs.get(again.id) is None


async def test_a_key_belongs_to_one_person(runs: SqlRunStore) -> None:
    await runs.add(new(a_run(), idempotency_key="key"))
    _, fresh = await runs.add(new(a_run(person_id="bob"), idempotency_key="key"))
    assert fresh


@pytest.mark.parametrize(
    "other",
    [
        {"input": {"prompt": "another"}},
        {"endpoint_id": "fal-ai/flux-pro"},
        {"input": {"prompt": "a lighthouse", "seed": 1}},
    ],
)
async def test_a_key_used_for_something_else_is_refused(
    runs: SqlRunStore, other: dict[str, Any]
) -> None:
    await runs.add(new(a_run(), idempotency_key="key"))
    with pytest.raises(KeyReused):
        await runs.add(new(a_run(**other), idempotency_key="key"))


async def test_one_and_one_point_nought_and_true_are_different_inputs(runs: SqlRunStore) -> None:
    await runs.add(new(a_run(input={"n": 1}), idempotency_key="key"))
    for value in (1.0, True):
        with pytest.raises(KeyReused):
            await runs.add(new(a_run(input={"n": value}), idempotency_key="key"))


async def test_a_key_is_free_again_after_a_day(runs: SqlRunStore) -> None:
    first, _ = await runs.add(new(a_run(), idempotency_key="key"))
    later = a_run(input={"prompt": "another"}, created_at=NOON + timedelta(hours=24))
    second, fresh = await runs.add(new(later, idempotency_key="key"))
    assert fresh
    assert (second, fresh) != (first, True)
    found, fresh = await runs.add(
        new(
            replace(later, id="run-third", created_at=NOON + timedelta(hours=25)),
            idempotency_key="key",
        )
    )
    assert (found, fresh) == (second, False)


async def test_a_double_click_writes_one_run(runs: SqlRunStore) -> None:
    clicks = [new(a_run(), idempotency_key="press") for _ in range(10)]
    answers = await asyncio.gather(*(runs.add(click) for click in clicks))
    assert sum(fresh for _, fresh in answers) == 1
    assert len({run.id for run, _ in answers}) == 1


async def test_a_resent_run_is_answered_even_when_the_limits_are_reached(
    runs: SqlRunStore,
) -> None:
    limits = {"max_usd_per_day": Decimal("0.04"), "max_waiting": 1, "idempotency_key": "key"}
    first, _ = await runs.add(new(a_run(), **limits))
    assert await runs.add(new(a_run(), **limits)) == (first, False)


async def test_too_many_waiting_runs_close_the_door_until_one_has_gone(runs: SqlRunStore) -> None:
    first = await written(runs)
    await written(runs, person_id="bob")
    with pytest.raises(TooManyWaiting):
        await runs.add(new(max_waiting=2))
    await runs.move(first.id, RunState.CREATED, RunState.SUBMITTING)
    _, fresh = await runs.add(new(max_waiting=2))
    assert fresh


async def test_two_hundred_at_once_write_exactly_what_the_budget_has(runs: SqlRunStore) -> None:
    budget = {"max_usd_per_day": Decimal("2.00"), "max_waiting": 1000}
    presses = [new(a_run(person_id=f"p{number % 7}"), **budget) for number in range(200)]
    answers = await asyncio.gather(*(runs.add(press) for press in presses), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, MoneyLimitReached)]
    assert len(refused) == 150
    assert len([answer for answer in answers if isinstance(answer, tuple)]) == 50
    assert len((await runs.list(RunFilter(limit=1000))).runs) == 50
    assert await runs.spent_today(NOON, practice=False) == Decimal("2.00")


async def test_two_hundred_at_once_fill_the_waiting_room_and_no_more(runs: SqlRunStore) -> None:
    presses = [new(max_waiting=50) for _ in range(200)]
    answers = await asyncio.gather(*(runs.add(press) for press in presses), return_exceptions=True)
    assert len([answer for answer in answers if isinstance(answer, tuple)]) == 50


async def test_the_budget_s_sentence_has_the_amounts(runs: SqlRunStore) -> None:
    await written(runs, estimate=Decimal("0.9975"))
    with pytest.raises(MoneyLimitReached) as caught:
        await runs.add(new(a_run(estimate=CENT), max_usd_per_day=Decimal(1)))
    for amount in ("$1.00", "$0.9975", "$0.01"):
        assert amount in caught.value.message
    _, fresh = await runs.add(new(a_run(estimate=Decimal("0.0025")), max_usd_per_day=Decimal(1)))
    assert fresh


async def test_practice_and_real_money_are_counted_apart(runs: SqlRunStore) -> None:
    await written(runs, practice=True, estimate=Decimal(5))
    await written(runs, estimate=Decimal(3))
    assert await runs.spent_today(NOON, practice=True) == Decimal(5)
    assert await runs.spent_today(NOON, practice=False) == Decimal(3)
    _, fresh = await runs.add(new(a_run(estimate=Decimal(1)), max_usd_per_day=Decimal(4)))
    assert fresh


async def test_a_day_begins_and_ends_at_midnight_utc(runs: SqlRunStore) -> None:
    midnight = NOON.replace(hour=0)
    await written(runs, created_at=midnight - timedelta(microseconds=1), estimate=CENT)
    await written(runs, created_at=midnight, estimate=CENT * 2)
    await written(
        runs, created_at=midnight + timedelta(hours=24, microseconds=-1), estimate=CENT * 4
    )
    await written(runs, created_at=midnight + timedelta(hours=24), estimate=CENT * 8)
    assert await runs.spent_today(NOON, practice=False) == CENT * 6
    assert await runs.spent_today(NOON - timedelta(days=1), practice=False) == CENT
    assert await runs.spent_today(NOON - timedelta(days=9), practice=False) == 0


@pytest.mark.parametrize("state", sorted(UNFINISHED))
async def test_what_has_not_ended_counts_with_its_estimate(
    runs: SqlRunStore, state: RunState
) -> None:
    await in_state(runs, state, a_run(estimate=CENT * 7))
    assert await runs.spent_today(NOON, practice=False) == CENT * 7


@pytest.mark.parametrize(
    ("state", "end", "counted"),
    [
        (RunState.DONE, {"cost": CENT * 3}, 3),
        (RunState.DONE, {"cost": Decimal(0)}, 0),
        (RunState.DONE, {}, 7),
        (RunState.LOST, {}, 7),
        (RunState.FAILED, {"problem": a_problem(charged="no")}, 0),
        (RunState.FAILED, {"problem": a_problem(charged="yes")}, 7),
        (RunState.FAILED, {"problem": a_problem(charged="unknown")}, 7),
        (RunState.FAILED, {"problem": a_problem(charged="unknown"), "cost": CENT}, 1),
        (RunState.CANCELLED, {"problem": a_problem(charged="unknown")}, 7),
        (RunState.CANCELLED, {}, 0),
    ],
)
async def test_what_has_ended_counts_with_its_bill_or_what_it_may_be(
    runs: SqlRunStore, state: RunState, end: dict[str, Any], counted: int
) -> None:
    run = await in_state(runs, state, a_run(estimate=CENT * 7), **end)
    await runs.delete(run.id, NOON)
    assert await runs.spent_today(NOON, practice=False) == CENT * counted
