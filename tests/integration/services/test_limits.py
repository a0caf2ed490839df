"""Limits before anything is spent: the day's budget, how many wait, how often one writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.domain.errors import InputRefused, MoneyLimitReached, TooManyWaiting, TooQuick
from backend.domain.run import Run, RunState
from backend.fal.practice_script import Answer, Ends
from tests.integration.playground import V11, Fal, World, started
from tests.integration.services.conftest import turn, until
from tests.unit.services.inputs import PROMPT

# ── the day's budget ─────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def at_noon(fal: Fal, folder: Path, **settings: Any) -> AsyncIterator[World]:
    """A playground at noon: a day's budget is not to meet midnight."""
    async with started(fal, folder, **settings) as world:
        now = world.clock.now()
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        # once: for a second start of the same test no time may go back
        to_noon = (noon if noon > now else noon + timedelta(days=1)) - now
        turn(fal, world, fal.clock.ahead or to_noon)
        yield world


async def test_a_run_over_the_days_budget_is_refused_with_both_amounts(
    fal: Fal, tmp_path: Path
) -> None:
    async with at_noon(fal, tmp_path, max_usd_per_day=Decimal("0.10")) as world:
        for _ in range(2):
            await world.done(await world.start())
        with pytest.raises(MoneyLimitReached) as caught:
            await world.start()
        assert "$0.10" in caught.value.message
        assert "$0.08" in caught.value.message
        assert "$0.04" in caught.value.message
        assert (world.posts, len(await world.runs())) == (2, 2)


async def test_the_budget_is_everybodys_and_counts_what_is_under_way(
    fal: Fal, tmp_path: Path
) -> None:
    fal.script.hold("running")
    async with at_noon(fal, tmp_path, max_usd_per_day=Decimal("0.10")) as world:
        runs = await asyncio.gather(*(world.start() for _ in range(10)), return_exceptions=True)
        assert sum(isinstance(run, Run) for run in runs) == 2
        assert sum(isinstance(run, MoneyLimitReached) for run in runs) == 8
        with pytest.raises(MoneyLimitReached):
            await world.services.generate.start(world.bob, V11, {"prompt": PROMPT})
        await until(lambda: world.posts == 2, "sent")


@pytest.mark.parametrize("where", ["at the door", "at the end"])
async def test_a_run_that_failed_without_a_charge_frees_its_money(
    fal: Fal, tmp_path: Path, where: str
) -> None:
    async with at_noon(fal, tmp_path, max_usd_per_day=Decimal("0.04")) as world:
        if where == "at the door":
            world.script.push("submit", Answer(400, {"detail": "no"}))
        else:
            world.script.ends(
                Ends(error="broke", error_type="internal_error", status=500, body={"detail": "b"})
            )
        failed = await world.until(await world.start(), RunState.FAILED)
        assert failed.problem is not None
        assert failed.problem.charged == "no"
        await world.done(await world.start())
        with pytest.raises(MoneyLimitReached):
            await world.start()


async def test_a_cancelled_run_that_never_left_frees_its_money(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("running")
    limits: dict[str, Any] = {"max_usd_per_day": Decimal("0.08"), "max_runs_in_flight": 1}
    async with at_noon(fal, tmp_path, **limits) as world:
        await world.until(await world.start(), RunState.QUEUED, RunState.RUNNING)
        waiting = await world.start()
        with pytest.raises(MoneyLimitReached):
            await world.start()
        await world.services.control.cancel(world.alice, waiting.id)
        assert (await world.start()).state is RunState.CREATED


async def test_practice_and_real_money_are_counted_apart(fal: Fal, tmp_path: Path) -> None:
    limit = Decimal("0.04")
    async with at_noon(fal, tmp_path, max_usd_per_day=limit) as real:
        await real.done(await real.start())
        with pytest.raises(MoneyLimitReached):
            await real.start()
    async with at_noon(fal, tmp_path, max_usd_per_day=limit, practice="on") as practice:
        assert (await practice.done(await practice.start())).practice
        with pytest.raises(MoneyLimitReached):
            await practice.start()
        spent = (await practice.services.status.me(practice.alice))["spent_today_usd"]
    assert spent == "0.04"


async def test_a_new_day_has_a_new_budget(fal: Fal, tmp_path: Path) -> None:
    async with at_noon(fal, tmp_path, max_usd_per_day=Decimal("0.04")) as world:
        await world.done(await world.start())
        with pytest.raises(MoneyLimitReached):
            await world.start()
        turn(fal, world, timedelta(days=1))
        await world.done(await world.start())


async def test_a_budget_of_nothing_lets_nothing_through(fal: Fal, tmp_path: Path) -> None:
    async with at_noon(fal, tmp_path, max_usd_per_day=Decimal(0)) as world:
        with pytest.raises(MoneyLimitReached):
            await world.start()
        assert world.posts == 0


# ── other limits ─────────────────────────────────────────────────────────────────────────────


async def test_so_many_may_wait_and_no_more(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("running")
    async with started(fal, tmp_path, max_runs_in_flight=1, max_waiting=2) as world:
        first = await world.start()
        await world.until(first, RunState.QUEUED, RunState.RUNNING)
        for _ in range(2):
            await world.start()
        with pytest.raises(TooManyWaiting):
            await world.start()
        with pytest.raises(TooManyWaiting):
            await world.services.generate.start(world.bob, V11, {"prompt": PROMPT})
        assert len(await world.runs()) == 3
        fal.script.release()
        await world.done(first)
        await until(lambda: world.services.runner.waiting < 2, "a turn given")


async def test_who_writes_too_often_waits_and_nobody_else_does(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path, rate_limit="3/hour") as world:
        for _ in range(3):
            await world.start()
        with pytest.raises(TooQuick) as caught:
            await world.start()
        assert caught.value.retry_after >= 1
        assert len(await world.runs()) == 3
        await world.services.generate.start(world.bob, V11, {"prompt": PROMPT})


async def test_refused_tries_count_as_writes_too(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path, rate_limit="2/hour") as world:
        for _ in range(2):
            with pytest.raises(InputRefused):
                await world.start(prompt="")
        with pytest.raises(TooQuick):
            await world.start()
