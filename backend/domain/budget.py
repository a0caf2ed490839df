"""Budgets: who may spend how much in which time, and what happens beyond."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from backend.domain.money import plain
from backend.domain.sentence import Sentence


class Scope(StrEnum):
    """Whose spending counts."""

    TEAM = "team"  # all people together
    EACH = "each"  # every person on their own
    PERSON = "person"  # one person; takes the place of the one for each


class Period(StrEnum):
    """Which runs count: those started in the same UTC day or month."""

    DAY = "day"
    MONTH = "month"


class Strictness(StrEnum):
    """What happens to a run that goes beyond."""

    SOFT = "soft"  # it starts, with a warning
    HARD = "hard"  # it does not start


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A limit in US dollars, set by an admin."""

    id: str
    scope: Scope
    #: only with Scope.PERSON
    person_id: str | None
    #: None: all endpoints together
    endpoint_id: str | None
    period: Period
    kind: Strictness
    usd: Decimal

    @property
    def what(self) -> tuple[str, str, str | None, str | None, str]:
        """What there is only one of: another amount for the same replaces it."""
        return (self.scope, self.period, self.person_id, self.endpoint_id, self.kind)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A budget and what counts against it now."""

    budget: Budget
    #: set aside or charged, US dollars
    spent: Decimal

    @property
    def left(self) -> Decimal:
        """US dollars that are left of it; nothing where more is spent."""
        return max(self.budget.usd - self.spent, Decimal(0))

    def exceeded_by(self, usd: Decimal) -> bool:
        """Whether so much more is too much."""
        return self.spent + usd > self.budget.usd


def in_force(
    budgets: Iterable[Budget], person_id: str, endpoint_id: str | None = None
) -> tuple[Budget, ...]:
    """Those that a run of this person has to pass; of any endpoint where none is named.

    A person's own budget takes the place of the one for each of the same endpoint, time and kind.
    """
    known = list(budgets)
    own = {_sort(one) for one in known if one.person_id == person_id}
    return tuple(
        one
        for one in known
        if (one.scope is not Scope.PERSON or one.person_id == person_id)
        and (one.scope is not Scope.EACH or _sort(one) not in own)
        and (endpoint_id is None or one.endpoint_id in (None, endpoint_id))
    )


def _sort(budget: Budget) -> tuple[str | None, str, str]:
    return budget.endpoint_id, budget.period, budget.kind


def days_of(period: Period, moment: datetime) -> tuple[str, str]:
    """The first and the last UTC day of the period that a moment is in, as 2026-11-21.

    The last of a month is written as its 31st: days compare as text.
    """
    day = moment.astimezone(UTC).date().isoformat()
    return (day, day) if period is Period.DAY else (f"{day[:8]}01", f"{day[:8]}31")


def over(standing: Standing, usd: Decimal) -> Sentence:
    """Why a run that can cost so much does not start."""
    return Sentence(
        "budget.hard",
        "This run would go beyond a budget ({budget}: ${limit}). ${spent} is spent or under way, "
        "and this run can cost ${cost}. Nothing was sent and nothing was charged.",
        budget=name_of(standing.budget),
        limit=plain(standing.budget.usd),
        spent=plain(standing.spent),
        cost=plain(usd),
    )


def warning(standing: Standing, usd: Decimal) -> Sentence:
    """What is said about a run that starts all the same."""
    return Sentence(
        "budget.soft",
        "This run goes beyond a budget ({budget}: ${limit}): ${spent} with it.",
        budget=name_of(standing.budget),
        limit=plain(standing.budget.usd),
        spent=plain(standing.spent + usd),
    )


def name_of(budget: Budget) -> Sentence:
    """A budget as the person whom it is about reads it: you, today, fal-ai/flux-pro."""
    who = (
        Sentence("budget.team", "all together")
        if budget.scope is Scope.TEAM
        else Sentence("budget.you", "you")
    )
    when = (
        Sentence("budget.day", "today")
        if budget.period is Period.DAY
        else Sentence("budget.month", "this month")
    )
    if budget.endpoint_id is None:
        return Sentence("budget.name", "{who}, {when}", who=who, when=when)
    return Sentence(
        "budget.name_endpoint",
        "{who}, {when}, {endpoint}",
        who=who,
        when=when,
        endpoint=budget.endpoint_id,
    )
