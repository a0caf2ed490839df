"""Money is Decimal US dollars in code and integer micro-dollars in the database, never a float."""

from decimal import ROUND_HALF_UP, Decimal

MICROS_PER_USD = 1_000_000


def to_micros(usd: Decimal) -> int:
    """Whole micro-dollars of an amount, rounded half up at the sixth decimal."""
    return int((usd * MICROS_PER_USD).to_integral_value(rounding=ROUND_HALF_UP))


def from_micros(micros: int) -> Decimal:
    """The amount in US dollars that a database column of micro-dollars stands for."""
    return Decimal(micros) / MICROS_PER_USD


def plain(usd: Decimal) -> str:
    """A decimal string with at least two decimals and no more than it needs: 0.06, 1.20, 0.0025."""
    text = format(usd.normalize(), "f")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"
