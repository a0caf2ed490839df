"""What a search asks the store for, and what it finds. No names and no dates of people: those
have been looked up (backend/services/search.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from backend.domain.query import Comparison
from backend.domain.run import Run, RunState


@dataclass(frozen=True)
class Tokens:
    """Tokens (backend/domain/findable.py) that follow each other in a document."""

    tokens: tuple[str, ...]
    #: whether the last one may go on
    open_end: bool = False


@dataclass(frozen=True)
class CostRange:
    """US dollars that a run's cost is, or is not, compared with."""

    comparison: Comparison
    usd: Decimal
    wanted: bool = True


@dataclass(frozen=True)
class Span:
    """Runs that were started in it, or were not: since one moment, before another."""

    since: datetime | None
    until: datetime | None
    wanted: bool = True


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which pictures, newest run first."""

    #: of each of these at least one; the first says what may be seen at all
    all_of: tuple[tuple[Tokens, ...], ...]
    none_of: tuple[Tokens, ...] = ()
    spans: tuple[Span, ...] = ()
    costs: tuple[CostRange, ...] = ()
    #: where a fact does not tell states apart (findable.OPEN): one of them, if there are any
    states: tuple[RunState, ...] = ()
    not_states: tuple[RunState, ...] = ()
    #: runs of one page
    limit: int = 24
    #: opaque; from an earlier page
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of runs, and which of their pictures fit."""

    runs: tuple[Run, ...]
    #: indexes by run id; 0 for a run without pictures
    pictures: Mapping[str, tuple[int, ...]]
    next_cursor: str | None


class RunSearch(Protocol):
    """Finds runs by their pictures. Deleted runs are not found."""

    async def find(self, wanted: Wanted) -> Found:
        """A page. Raises InputRefused for a cursor that is not of a search."""
        ...

    async def projects(self, person_id: str) -> tuple[str, ...]:
        """Names of the projects that this person's runs were for, at most 50."""
        ...
