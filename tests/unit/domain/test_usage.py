"""Months, sums, and names of projects."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.ledger import day_of
from backend.domain.usage import LONGEST_PROJECT, Month, Tally, project_name, total

CENTS = st.integers(0, 10_000_000).map(lambda micros: Decimal(micros) / 1_000_000)
TALLIES = st.builds(
    Tally,
    runs=st.integers(0, 50),
    practice_runs=st.integers(0, 50),
    estimate=CENTS,
    reserved=CENTS,
    charged=CENTS,
)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by hypothesis


@pytest.mark.parametrize("text", ["2026-11", "1999-01", "2024-12"])
def test_a_month_is_read_as_it_is_written(text: str) -> None:
    assert str(Month.read(text)) == text


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "0001-01", "2026-11\n"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026-11"):
        Month.read(text)


@given(moment=MOMENTS)
def test_a_moment_lies_in_its_month_by_the_clock_and_by_the_ledgers_day(moment: datetime) -> None:
    month = Month.of(moment)
    begin, end = month.moments
    assert begin <= moment < end
    first, last = month.days
    assert first <= day_of(moment) <= last
    for outside in (begin - timedelta(microseconds=1), end):
        assert not first <= day_of(outside) <= last
        assert Month.of(outside) != month


def test_a_month_is_that_of_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert str(Month.of(datetime(2026, 12, 1, 1, 0, tzinfo=east))) == "2026-11"


@given(tallies=st.lists(TALLIES))
def test_a_total_is_the_sum_of_its_parts(tallies: list[Tally]) -> None:
    whole = total(tallies)
    assert whole.runs == sum(one.runs for one in tallies)
    assert whole.practice_runs == sum(one.practice_runs for one in tallies)
    assert whole.worth == sum(one.worth for one in tallies)
    assert whole.estimate + whole.difference == whole.worth


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  Spring\n\tcampaign ", "Spring campaign"),
        ("x" * 80, "x" * LONGEST_PROJECT),
        ("x" * (LONGEST_PROJECT - 1) + " y", "x" * (LONGEST_PROJECT - 1)),
    ],
)
def test_a_projects_name_is_one_short_line(typed: str, kept: str) -> None:
    assert project_name(typed) == kept
