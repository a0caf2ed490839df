"""What runs of a month were worth, added up by person, endpoint, day or project."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from backend.domain.ledger import NOTHING
from backend.domain.run import RunState

#: characters of a project's name
LONGEST_PROJECT: Final = 60
MONTH: Final = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


class By(StrEnum):
    """What a month's runs are grouped by."""

    PERSON = "person"
    ENDPOINT = "endpoint"
    DAY = "day"
    PROJECT = "project"


@dataclass(frozen=True, kw_only=True)
class Month:
    """A calendar month in UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """The one that a moment lies in."""
        at = moment.astimezone(UTC)
        return cls(year=at.year, number=at.month)

    @classmethod
    def read(cls, text: str) -> "Month":
        """Of "2026-11". Raises ValueError."""
        found = MONTH.fullmatch(text)
        if found is None:
            raise ValueError("a month is written as 2026-11")
        return cls(year=int(found[1]), number=int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def days(self) -> tuple[str, str]:
        """Its first and a last day as the ledger writes days; days sort as text."""
        return f"{self}-01", f"{self}-31"

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first that is not of it."""
        begin = datetime(self.year, self.number, 1, tzinfo=UTC)
        return begin, (begin + timedelta(days=31)).replace(day=1)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Sums over runs. Amounts are US dollars; practice runs are only counted, they are free."""

    runs: int = 0
    practice_runs: int = 0
    #: the most that they could cost
    estimate: Decimal = NOTHING
    #: estimates of those that have not ended
    reserved: Decimal = NOTHING
    #: what those that have ended were charged
    charged: Decimal = NOTHING
    #: those whose bill is known, and what fal billed for them
    billed_runs: int = 0
    billed: Decimal = NOTHING

    def __add__(self, other: "Tally") -> "Tally":
        sums = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)
        }
        return Tally(**sums)

    @property
    def worth(self) -> Decimal:
        """US dollars that count against budgets."""
        return self.reserved + self.charged

    @property
    def difference(self) -> Decimal:
        """US dollars by which it became more than was estimated; below zero where it was less."""
        return self.worth - self.estimate


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def project_name(text: str) -> str:
    """As it is kept: on one line, without space around it, no longer than it may be."""
    return " ".join(text.split())[:LONGEST_PROJECT].rstrip()


@dataclass(frozen=True, kw_only=True)
class UsageFilter:
    """Whose runs of which month; None: everybody's."""

    month: Month
    person_id: str | None


@dataclass(frozen=True, kw_only=True)
class UsageRun:
    """A run as it stands in the books: under whoever started it."""

    id: str
    created_at: datetime
    person_id: str
    endpoint_id: str
    project: str
    state: RunState
    practice: bool
    tally: Tally


class UsageStore(Protocol):
    """The ledger's totals, and its runs one by one."""

    async def sums(self, which: UsageFilter, by: By) -> Mapping[str, Tally]:
        """By the id of a person or endpoint, a day, or the name of a project ("": none)."""
        ...

    async def runs(
        self, which: UsageFilter, after: UsageRun | None, limit: int
    ) -> tuple[UsageRun, ...]:
        """The next ones, oldest first, deleted ones too: they were paid."""
        ...

    async def projects(self, person_id: str, since: date, limit: int) -> tuple[str, ...]:
        """What this person's runs since that day were for, last used first."""
        ...
