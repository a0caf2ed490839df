"""Budgets hold for every start, however many come at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.domain.budget import Budget, Period, Scope, Strictness
from backend.domain.errors import ConfirmCost, IntakePaused, MoneyLimitReached
from backend.domain.intake import Intake
from backend.domain.run import RunState
from backend.store.budgets import SqlBudgetStore
from backend.store.database import Database
from backend.store.intake import SqlIntakeStore
from backend.store.runs import SqlRunStore
from tests.integration.store.making import NOON, a_problem, a_run, in_state, new, written

CENT = Decimal("0.01")
ULTRA = "fal-ai/flux-pro/v1.1-ultra"


@pytest.fixture
def budgets(database: Database) -> SqlBudgetStore:
    """The budget store."""
    return SqlBudgetStore(database)


@pytest.fixture
def intake(database: Database) -> SqlIntakeStore:
    """The switch."""
    return SqlIntakeStore(database)


def a_budget(**changes: Any) -> Budget:
    """Twenty cents for all together today, hard."""
    budget = Budget(
        id="budget-1",
        scope=Scope.TEAM,
        person_id=None,
        endpoint_id=None,
        period=Period.DAY,
        kind=Strictness.HARD,
        usd=CENT * 20,
    )
    return replace(budget, **changes)


async def fits(runs: SqlRunStore, **changes: Any) -> bool:
    """Whether a run of four cents starts."""
    try:
        await runs.add(new(a_run(**changes)))
    except MoneyLimitReached:
        return False
    return True


@pytest.mark.parametrize("scope", [Scope.TEAM, Scope.EACH, Scope.PERSON])
@pytest.mark.parametrize("period", list(Period))
async def test_two_hundred_starts_at_once_buy_exactly_the_fifty_that_a_budget_has(
    runs: SqlRunStore, budgets: SqlBudgetStore, scope: Scope, period: Period
) -> None:
    of_one = "alice" if scope is Scope.PERSON else None
    await budgets.put(a_budget(scope=scope, person_id=of_one, period=period, usd=CENT * 200))
    presses = [new(a_run(), max_waiting=1000) for _ in range(200)]
    answers = await asyncio.gather(*(runs.add(one) for one in presses), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, MoneyLimitReached)]
    bought = [answer for answer in answers if isinstance(answer, tuple)]
    assert (len(bought), len(refused)) == (50, 150)
    assert len(await runs.in_states(tuple(RunState))) == 50


async def test_a_budget_for_the_team_counts_everybody(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(usd=CENT * 8))
    assert await fits(runs, person_id="alice")
    assert await fits(runs, person_id="bob")
    assert not await fits(runs, person_id="carol")


async def test_a_budget_for_each_counts_everybody_apart(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(scope=Scope.EACH, usd=CENT * 4))
    assert await fits(runs, person_id="alice")
    assert await fits(runs, person_id="bob")
    assert not await fits(runs, person_id="alice")


async def test_a_person_s_own_budget_takes_the_place_of_the_one_for_each(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(id="each", scope=Scope.EACH, usd=CENT * 4))
    await budgets.put(a_budget(id="own", scope=Scope.PERSON, person_id="alice", usd=CENT * 8))
    assert [await fits(runs, person_id="alice") for _ in range(3)] == [True, True, False]
    assert [await fits(runs, person_id="bob") for _ in range(2)] == [True, False]


async def test_a_budget_for_an_endpoint_counts_its_runs_alone(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(endpoint_id=ULTRA, usd=CENT * 4))
    assert await fits(runs)
    assert await fits(runs, endpoint_id=ULTRA)
    assert not await fits(runs, endpoint_id=ULTRA)
    assert await fits(runs)


async def test_a_day_and_a_month_begin_and_end_in_utc(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(id="day", usd=CENT * 4))
    await budgets.put(a_budget(id="month", period=Period.MONTH, usd=CENT * 8))
    first = NOON.replace(day=1, hour=0)
    last = NOON.replace(day=31, hour=23, minute=59)
    assert await fits(runs, created_at=first)
    assert not await fits(runs, created_at=first + timedelta(hours=23))
    assert await fits(runs, created_at=last)
    assert not await fits(runs, created_at=NOON)
    assert await fits(runs, created_at=first - timedelta(microseconds=1))
    assert await fits(runs, created_at=last + timedelta(minutes=1))


async def test_what_a_run_did_not_cost_can_be_spent_again(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(usd=CENT * 4))
    free = {"problem": a_problem(charged="no")}
    for _ in range(3):
        await in_state(runs, RunState.FAILED, a_run(), **free)
    await in_state(runs, RunState.UNCERTAIN, a_run())
    assert not await fits(runs)


async def test_practice_runs_count_apart(runs: SqlRunStore, budgets: SqlBudgetStore) -> None:
    await budgets.put(a_budget(usd=CENT * 4))
    assert await fits(runs, practice=True)
    assert await fits(runs)
    assert not await fits(runs, practice=True)


async def test_beyond_a_soft_budget_a_run_starts_with_a_warning(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(a_budget(kind=Strictness.SOFT, usd=CENT * 4))
    first = await written(runs)
    second = await written(runs)
    assert first.warnings == ()
    assert second.warnings == (
        "This run goes beyond a budget (all together, today: $0.04): $0.08 with it.",
    )
    assert (await runs.in_states((RunState.CREATED,)))[1].warnings == ()


async def test_a_refusal_names_budget_and_amounts(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await budgets.put(
        a_budget(scope=Scope.EACH, period=Period.MONTH, endpoint_id=ULTRA, usd=CENT * 5)
    )
    await written(runs, endpoint_id=ULTRA)
    with pytest.raises(MoneyLimitReached) as caught:
        await runs.add(new(a_run(endpoint_id=ULTRA)))
    assert caught.value.message == (
        f"This run would go beyond a budget (you, this month, {ULTRA}: $0.05). $0.04 is spent or "
        "under way, and this run can cost $0.04. Nothing was sent and nothing was charged."
    )


async def test_the_same_budget_with_another_amount_replaces_it(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    first = await budgets.put(a_budget(usd=CENT))
    second = await budgets.put(a_budget(id="another", usd=CENT * 4))
    assert second == replace(first, usd=CENT * 4)
    assert len(await budgets.standings(NOON, practice=False)) == 1
    assert await fits(runs)
    assert await budgets.remove(first.id)
    assert not await budgets.remove(first.id)
    assert await fits(runs)


async def test_standings_say_what_counts_against_each(
    runs: SqlRunStore, budgets: SqlBudgetStore
) -> None:
    await written(runs, person_id="alice")
    await written(runs, person_id="bob", estimate=CENT)
    await budgets.put(a_budget(id="team"))
    await budgets.put(a_budget(id="each", scope=Scope.EACH, usd=CENT))
    await budgets.put(a_budget(id="bobs", scope=Scope.PERSON, person_id="bob", usd=CENT))
    of = {
        who: {
            one.budget.id: (one.spent, one.left)
            for one in await budgets.standings(NOON, practice=False, person_id=who)
        }
        for who in ("alice", "bob", None)
    }
    assert of["alice"] == {"team": (CENT * 5, CENT * 15), "each": (CENT * 4, 0)}
    assert of["bob"] == {"team": (CENT * 5, CENT * 15), "bobs": (CENT, 0)}
    assert of[None] == {
        "team": (CENT * 5, CENT * 15),
        "each": (0, CENT),
        "bobs": (CENT, 0),
    }


# ── asking first ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("server", "own", "confirmed", "starts"),
    [
        (None, None, None, True),
        (4, None, None, True),
        (3, None, None, False),
        (None, 3, None, False),
        (9, 3, None, False),
        (3, 9, None, False),
        (3, None, 3, False),
        (3, None, 4, True),
        (3, 2, 5, True),
    ],
)
async def test_above_the_lower_amount_a_run_needs_a_yes_to_its_whole_estimate(
    runs: SqlRunStore,
    budgets: SqlBudgetStore,
    server: int | None,
    own: int | None,
    confirmed: int | None,
    starts: bool,
) -> None:
    def cents(count: int | None) -> Decimal | None:
        return None if count is None else CENT * count

    await budgets.set_ask_above("bob", CENT)
    await budgets.set_ask_above("alice", CENT)
    await budgets.set_ask_above("alice", cents(own))
    assert await budgets.ask_above("alice") == cents(own)
    start = runs.add(new(ask_above=cents(server), confirmed=cents(confirmed)))
    if starts:
        await start
        return
    with pytest.raises(ConfirmCost) as caught:
        await start
    assert caught.value.facts == {"estimate_usd": "0.04"}


# ── the switch ───────────────────────────────────────────────────────────────────────────────


async def test_a_closed_intake_stops_starts_and_what_waits_until_it_is_open(
    runs: SqlRunStore, intake: SqlIntakeStore
) -> None:
    assert await intake.get() == Intake()
    waiting = await written(runs)
    closed = Intake(open=False, reason="The card expired", person_id="carol", changed_at=NOON)
    await intake.put(closed)
    assert await intake.get() == closed
    with pytest.raises(IntakePaused, match=r"The card expired\. Nothing was sent"):
        await runs.add(new())
    assert await runs.move(waiting.id, RunState.CREATED, RunState.SUBMITTING) is None
    assert await runs.get(waiting.id) == waiting
    await intake.put(Intake())
    assert await runs.move(waiting.id, RunState.CREATED, RunState.SUBMITTING) is not None
    await runs.add(new())


async def test_a_closed_intake_does_not_hold_what_is_at_fal_nor_a_cancel(
    runs: SqlRunStore, intake: SqlIntakeStore
) -> None:
    waiting = await written(runs)
    queued = await in_state(runs, RunState.QUEUED, a_run())
    await intake.put(Intake(open=False))
    assert await runs.move(queued.id, RunState.QUEUED, RunState.RUNNING) is not None
    assert await runs.move(waiting.id, RunState.CREATED, RunState.CANCELLED) is not None


async def test_a_resent_run_is_answered_although_the_intake_is_closed(
    runs: SqlRunStore, intake: SqlIntakeStore
) -> None:
    first, _ = await runs.add(new(a_run(), idempotency_key="press"))
    await intake.put(Intake(open=False))
    assert await runs.add(new(a_run(), idempotency_key="press")) == (first, False)
