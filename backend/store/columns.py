"""Column types whose values mean and sort the same in SQLite and in PostgreSQL."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from backend.domain.money import from_micros, to_micros

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

SURROGATE = re.compile("[\ud800-\udfff]")
#: what no UTF-8 text column can hold: half a surrogate pair, and NUL in PostgreSQL
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _as_plain(value: object) -> Any:
    """Read-only mappings and sets of our dataclasses, as JSON knows them."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} can't be kept as JSON")


def to_json(value: Any, *, sort_keys: bool = False) -> str:
    """JSON text with every character readable, but for those that no database takes.

    json escapes NUL by itself; half surrogate pairs (a program can send them) are escaped here.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, default=_as_plain)
    return SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


class Words(TypeDecorator[str]):
    """Text. A character that no database can hold becomes U+FFFD, so no input breaks a query."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Text that both databases take."""
        return None if value is None else UNSTORABLE.sub("\ufffd", str(value))


class Json(TypeDecorator[Any]):
    """A JSON value as text: PostgreSQL's jsonb refuses NUL and changes numbers, text keeps both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """None is SQL's NULL."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """Aware time as whole microseconds since 1970 in UTC; the integer sorts as the time does."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be kept")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Aware UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Money(TypeDecorator[Decimal]):
    """US dollars as whole micro-dollars."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Micro-dollars."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """US dollars."""
        return None if value is None else from_micros(value)


class Units(TypeDecorator[Decimal]):
    """An exact decimal number as text: fal's billable units have no fixed number of decimals."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Its digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """The same number."""
        return None if value is None else Decimal(value)
