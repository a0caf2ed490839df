"""Whether what fal says of a price can be computed with."""

from decimal import Decimal
from typing import Final

from backend.domain.endpoint import Endpoint
from backend.domain.money import MICROS_PER_USD, from_micros
from backend.domain.ports import UnitPrice

#: a price that many times the file's, or that small a part of it, is more likely misread than true
FACTOR: Final = 10


class PriceUnusable(ValueError):
    """Why fal's price is not used. The message is one sentence, for the log."""


def live_price(endpoint: Endpoint, said: UnitPrice) -> Decimal:
    """US dollars for one unit, in whole micro-dollars. Raises PriceUnusable.

    A unit that is not the file's would need another rule, not only another number.
    """
    pricing = endpoint.pricing
    if said.currency.upper() != "USD":
        raise PriceUnusable("its currency is not USD")
    if said.unit.lower().removesuffix("s") != pricing.unit:
        raise PriceUnusable(f"its unit is not {pricing.unit}")
    if not pricing.amount_usd / FACTOR <= said.amount <= pricing.amount_usd * FACTOR:
        raise PriceUnusable(f"it is not within {FACTOR} times the file's price")
    return from_micros(round(said.amount * MICROS_PER_USD))
