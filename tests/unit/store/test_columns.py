"""Columns keep values exactly, and in the order of the values."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from backend.store.columns import Json, Moment, Money, Units, Words, to_json

DIALECT = postgresql.dialect()

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(VALUES)
def test_json_is_read_as_it_was_written(value: Any) -> None:
    stored = Json().process_bind_param(value, DIALECT)
    assert Json().process_result_value(stored, DIALECT) == value


@given(st.text(st.characters(exclude_categories=[])))
def test_json_text_is_always_text_that_a_database_takes(value: str) -> None:
    stored = to_json({"prompt": value})
    assert "\x00" not in stored
    assert json.loads(stored.encode("utf-8")) == {"prompt": value}


def test_json_stays_readable() -> None:
    assert to_json({"b": "ü🐈", "a": 1}) == '{"b": "ü🐈", "a": 1}'
    assert to_json({"b": 1, "a": 2}, sort_keys=True) == '{"a": 2, "b": 1}'


def test_json_takes_read_only_mappings_and_nothing_unknown() -> None:
    assert to_json(MappingProxyType({"a": MappingProxyType({})})) == '{"a": {}}'
    with pytest.raises(TypeError, match="Decimal"):
        to_json({"a": Decimal(1)})


@given(st.text(st.characters(exclude_categories=[])))
def test_words_are_text_that_a_database_takes_and_change_no_other_letter(value: str) -> None:
    stored = Words().process_bind_param(value, DIALECT)
    assert stored is not None
    assert "\x00" not in stored
    stored.encode("utf-8")
    assert len(stored) == len(value)
    assert all(a == b or b == "\ufffd" for a, b in zip(value, stored, strict=True))


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_moments_are_exact_and_sort_as_the_times_do(first: datetime, second: datetime) -> None:
    a, b = (Moment().process_bind_param(time, DIALECT) for time in (first, second))
    assert a is not None
    assert b is not None
    assert (a < b) == (first < second)
    assert Moment().process_result_value(a, DIALECT) == first


def test_a_moment_of_another_zone_is_the_same_in_utc_and_one_without_is_refused() -> None:
    west = datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=-5)))
    stored = Moment().process_bind_param(west, DIALECT)
    back = Moment().process_result_value(stored, DIALECT)
    assert back == west
    assert back is not None
    assert back.tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(west.replace(tzinfo=None), DIALECT)


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_money_is_exact_to_the_micro_dollar(amount: Decimal) -> None:
    stored = Money().process_bind_param(amount, DIALECT)
    assert isinstance(stored, int)
    assert Money().process_result_value(stored, DIALECT) == amount


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_units_keep_every_digit(units: Decimal) -> None:
    stored = Units().process_bind_param(units, DIALECT)
    assert str(Units().process_result_value(stored, DIALECT)) == str(units)


@pytest.mark.parametrize("column", [Json(), Words(), Moment(), Money(), Units()])
def test_nothing_is_null(column: Any) -> None:
    assert column.process_bind_param(None, DIALECT) is None
    read = column.result_processor(DIALECT, None)
    assert read is None or read(None) is None
