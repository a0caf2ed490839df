"""fal's prices of today, in estimates, bills and the day's budget."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.domain.errors import MoneyLimitReached
from backend.domain.run import RunState
from backend.fal.practice_script import Answer, Drop
from tests.integration.playground import V11, Fal, World, started
from tests.integration.services.conftest import until
from tests.unit.services.inputs import PROMPT


def telling(unit_price: float, **more: Any) -> Answer:
    row = {"endpoint_id": V11, "unit_price": unit_price, "unit": "megapixels", "currency": "USD"}
    return Answer(body={"prices": [{**row, **more}], "next_cursor": None, "has_more": False})


async def told(world: World) -> None:
    await until(lambda: world.services.prices.read_at is not None, "prices")


async def test_prices_are_asked_for_once_at_start_and_tell_of_the_key(
    fal: Fal, tmp_path: Path
) -> None:
    async with started(fal, tmp_path) as world:
        await told(world)
        assert fal.script.calls["pricing"] == 1
        assert world.services.status.key.state == "accepted"
        assert world.services.prices.changed == ()


async def test_a_run_is_estimated_and_billed_by_the_price_of_its_day(
    fal: Fal, tmp_path: Path
) -> None:
    fal.script.push("pricing", telling(0.07), telling(0.02))
    async with started(fal, tmp_path) as world:
        await told(world)
        fal.script.hold("running")
        run = await world.start()
        price = await world.services.generate.estimate(world.alice, V11, {"prompt": PROMPT})
        await world.until(run, RunState.RUNNING)
        await world.services.prices.ask()
        fal.script.release()
        done = await world.done(run)
        later = await world.start()
    assert (price.usd, price.text) == (Decimal("0.07"), "$0.07")
    assert (done.estimate, done.unit_price, done.cost) == (Decimal("0.07"),) * 3
    assert (later.estimate, later.unit_price) == (Decimal("0.02"), Decimal("0.02"))


async def test_the_days_budget_counts_todays_prices(fal: Fal, tmp_path: Path) -> None:
    fal.script.push("pricing", telling(0.07))
    async with started(fal, tmp_path, max_usd_per_day=Decimal("0.10")) as world:
        await told(world)
        await world.start()
        with pytest.raises(MoneyLimitReached):
            await world.start()


async def test_a_price_in_another_unit_is_not_used(fal: Fal, tmp_path: Path) -> None:
    fal.script.push("pricing", telling(0.07, unit="images"))
    async with started(fal, tmp_path) as world:
        await told(world)
        assert (await world.start()).unit_price == Decimal("0.04")


async def test_runs_do_not_wait_for_prices(fal: Fal, tmp_path: Path) -> None:
    fal.script.push("pricing", Drop())
    async with started(fal, tmp_path) as world:
        await world.done(await world.start())
        # the retry, a minute later by the quick clock
        await told(world)
        assert fal.script.calls["pricing"] == 2


async def test_practice_mode_has_the_files_prices(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path, fal_key=None, fal_stand_in_url=None) as world:
        await world.done(await world.start())
        assert world.services.prices.read_at is None
        assert world.services.status.key.state == "missing"
