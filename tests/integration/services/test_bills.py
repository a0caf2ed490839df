"""fal's bill comes beside the estimate by itself, and corrects what the run counts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from backend.domain.errors import NotAllowed, Slow
from backend.domain.person import Role
from backend.domain.run import RunState
from backend.fal.billing import FalBilling
from backend.fal.hosts import FalHosts
from backend.fal.practice_script import Answer
from backend.services.bills import KNOWN_FOR, next_ask
from tests.integration.playground import KEY, SHORT, Fal, QuickClock, World, started
from tests.unit.services.clocks import NOON

BILLING_KEY = "marked-billing-id:marked-billing-secret"
CENT = Decimal("0.01")


@pytest.fixture
async def billed(fal: Fal, tmp_path: Path) -> AsyncIterator[World]:
    """A playground whose second key may read bills; the minutes until then pass in two seconds."""
    fal.clock = QuickClock(speed=120)
    async with started(fal, tmp_path, fal_billing_key=BILLING_KEY) as world:
        yield world


async def spent(world: World) -> str:
    """Today's sum as the page shows it."""
    return str((await world.services.status.me(world.alice))["spent_today_usd"])


async def test_a_bill_comes_by_itself_some_minutes_after_the_end(billed: World) -> None:
    run = await billed.done(await billed.start())
    assert run.billed is None
    found = await billed.until_it(run, lambda now: now.billed is not None, "billed")
    assert (found.billed, found.cost) == (CENT * 4, CENT * 4)
    shown = await billed.services.view.one(found, billed.alice)
    assert shown["billed_usd"] == "0.04"


async def test_another_bill_than_the_cost_corrects_the_days_sum(billed: World) -> None:
    run = await billed.done(await billed.start())
    billed.script.bills[run.request_id or ""] = CENT * 9
    found = await billed.until_it(run, lambda now: now.billed is not None, "billed")
    assert (found.cost, found.billed) == (CENT * 4, CENT * 9)
    assert await spent(billed) == "0.09"


async def test_fal_is_asked_again_until_it_knows_the_bill(fal: Fal, tmp_path: Path) -> None:
    billing = FalBilling(BILLING_KEY, FalHosts.stand_in_at(fal.base), "1", SHORT)
    async with started(fal, tmp_path) as world:
        bills = replace(world.services.bills, billing=billing)
        run = await world.done(await world.start())
        assert await bills.ask_due() == 0
        assert world.script.calls["billing"] == 0
        world.clock.ahead += timedelta(minutes=4)
        world.script.push("billing", Answer(500))
        with pytest.raises(Slow):
            await bills.ask_due()
        world.script.bills[run.request_id or ""] = None
        assert await bills.ask_due() == 0
        assert await bills.ask_due() == 0
        assert world.script.calls["billing"] == 2
        del world.script.bills[run.request_id or ""]
        world.clock.ahead += timedelta(minutes=11)
        assert await bills.ask_due() == 1
        assert await bills.ask_due() == 0
        assert (await world.get(run)).billed == CENT * 4
    await billing.aclose()


async def test_the_second_key_reads_bills_and_nothing_else(billed: World) -> None:
    run = await billed.done(await billed.start())
    await billed.until_it(run, lambda now: now.billed is not None, "billed")
    with_it = {path for path, keys in billed.script.keys.items() if f"Key {BILLING_KEY}" in keys}
    assert with_it == {"/v1/models/billing-events"}
    assert billed.script.keys["/v1/models/billing-events"] == {f"Key {BILLING_KEY}"}
    assert any(f"Key {KEY}" in keys for keys in billed.script.keys.values())


async def test_without_a_second_key_nobody_asks(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path) as world:
        await world.done(await world.start())
        assert world.services.bills.billing is None
        assert await world.services.bills.ask_due() == 0
        assert world.script.calls["billing"] == 0


async def test_a_run_that_may_have_been_charged_counts_with_its_bill_once_it_is_known(
    billed: World,
) -> None:
    billed.script.hold("running")
    run = await billed.until(await billed.start(), RunState.RUNNING)
    await billed.services.control.cancel(billed.alice, run.id)
    ended = await billed.until(run, RunState.CANCELLED)
    assert ended.problem is not None
    assert ended.problem.charged == "unknown"
    assert await spent(billed) == "0.04"
    await billed.services.bills.store.write(run.id, Decimal(0), billed.clock.now())
    assert await spent(billed) == "0.00"


async def test_the_balance_is_for_admins(billed: World) -> None:
    with pytest.raises(NotAllowed):
        await billed.services.bills.balance(billed.alice)
    local = await billed.services.people.local()
    assert local.role is Role.ADMIN
    told = await billed.services.bills.balance(local)
    assert told == {"balance_usd": "100.00", "billing_key": "accepted"}
    billed.script.push("balance", Answer(403, {"error": {"type": "authorization_error"}}))
    told = await billed.services.bills.balance(local)
    assert told == {"balance_usd": None, "billing_key": "refused"}
    billed.script.push("balance", Answer(500))
    assert (await billed.services.bills.balance(local))["billing_key"] == "unknown"


def test_a_bill_that_does_not_come_is_asked_for_ever_less_often_for_ninety_days() -> None:
    asked, now = 0, NOON
    pauses = []
    while (later := next_ask(NOON, now)) is not None:
        pauses.append(later - now)
        asked, now = asked + 1, later
    assert pauses == sorted(pauses)
    assert asked < 120
    assert now - NOON >= KNOWN_FOR
