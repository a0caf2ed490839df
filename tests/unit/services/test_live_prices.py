"""fal's prices of today: asked for at start and once a day, never in a loop."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from backend.domain.errors import AccountLocked, FalError, KeyRefused, Slow
from backend.domain.ports import Gateway, KeyState, UnitPrice
from backend.endpoints.catalogue import load_catalogue
from backend.services.live_prices import LivePrices
from tests.unit.services.clocks import NOON

CATALOGUE = load_catalogue()
V11 = CATALOGUE.by_slug("v1.1")
ULTRA = CATALOGUE.by_slug("v1.1-ultra")


def said(endpoint_id: str = V11.endpoint_id, amount: str = "0.05", **more: Any) -> UnitPrice:
    values = {"unit": "megapixels", "currency": "USD", **more}
    return UnitPrice(endpoint_id=endpoint_id, amount=Decimal(amount), **values)


@dataclass
class Telling:
    """A gateway that answers one after another; then it repeats the last."""

    answers: list[tuple[UnitPrice, ...] | FalError]
    asked: list[Sequence[str]] = field(default_factory=list)

    async def unit_prices(self, endpoint_ids: Sequence[str]) -> tuple[UnitPrice, ...]:
        self.asked.append(endpoint_ids)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, FalError):
            raise answer
        return answer


@dataclass
class CountedClock:
    """Notes how long was slept; after so many sleeps the watching ends."""

    sleeps: int
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOON

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == self.sleeps:
            raise asyncio.CancelledError


def prices(
    *answers: tuple[UnitPrice, ...] | FalError, practice: bool = False, sleeps: int = 1
) -> tuple[LivePrices, Telling, CountedClock, list[KeyState]]:
    gateway, clock, heard = Telling(list(answers)), CountedClock(sleeps), []
    made = LivePrices(
        CATALOGUE, cast(Gateway, gateway), clock, practice=practice, heard=heard.append
    )
    return made, gateway, clock, heard


async def watched(made: LivePrices) -> None:
    with pytest.raises(asyncio.CancelledError):
        await made.watch()


async def test_before_fal_has_answered_no_price_is_known() -> None:
    made, _, _, _ = prices(())
    assert made.of(V11) is None
    assert made.changed == ()


async def test_all_endpoints_are_asked_for_at_once_and_again_after_a_day() -> None:
    made, gateway, clock, heard = prices((said(),), sleeps=2)
    await watched(made)
    assert gateway.asked == [[one.endpoint_id for one in CATALOGUE.endpoints]] * 2
    assert all(24 * 3600 <= slept <= 27 * 3600 for slept in clock.slept)
    assert heard == ["accepted", "accepted"]


async def test_a_price_that_is_not_the_files_is_told_beside_it() -> None:
    made, _, _, _ = prices((said(), said(ULTRA.endpoint_id, "0.06", unit="images")))
    await made.ask()
    assert (made.of(V11), made.of(ULTRA)) == (Decimal("0.05"), Decimal("0.06"))
    (changed,) = made.changed
    assert (changed.endpoint.slug, changed.usd) == ("v1.1", Decimal("0.05"))


async def test_a_price_that_can_not_be_right_is_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made, _, _, _ = prices((said(amount="-1"), said("who/knows"), said(unit="images")))
    with caplog.at_level(logging.WARNING):
        await made.ask()
    assert made.of(V11) is None
    assert len(caplog.records) == 2


async def test_an_endpoint_that_is_missing_today_keeps_yesterdays_price() -> None:
    made, _, _, _ = prices((said(),), ())
    await made.ask()
    await made.ask()
    assert made.of(V11) == Decimal("0.05")


async def test_while_fal_can_not_be_asked_it_is_tried_again_ever_later() -> None:
    made, gateway, clock, heard = prices(Slow(), Slow(), Slow(), (said(),), sleeps=4)
    await watched(made)
    assert [round(slept, -1) // 60 for slept in clock.slept[:3]] == [1, 2, 4]
    assert (made.of(V11), len(gateway.asked)) == (Decimal("0.05"), 4)
    assert heard == ["unknown", "unknown", "unknown", "accepted"]


@pytest.mark.parametrize(
    ("error", "state"), [(KeyRefused(), "refused"), (AccountLocked(), "locked")]
)
async def test_a_refusal_is_not_repeated_before_tomorrow(error: FalError, state: str) -> None:
    made, gateway, clock, heard = prices(error)
    await watched(made)
    assert (len(gateway.asked), heard) == (1, [state])
    assert clock.slept[0] >= 24 * 3600


async def test_in_practice_mode_nobody_is_asked() -> None:
    made, gateway, _, _ = prices((said(),), practice=True)
    await made.watch()
    assert gateway.asked == []
