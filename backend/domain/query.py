"""What people type into the gallery's search box (docs/gallery.md), read into clauses.

Nothing that is typed is an error, but for a text that is too long: what is no filter is looked
for as words, and `Query.notices` says so.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from backend.domain.errors import InputRefused
from backend.domain.run import RunState
from backend.domain.sentence import Sentence
from backend.domain.words import words_of

LONGEST: Final = 1_000
MOST_CLAUSES: Final = 40
#: whole numbers that both databases hold
SEED_DIGITS: Final = 18
YEARS: Final = range(1970, 2200)

#: a minus, an operator, and a quoted or a bare text; what opens a quote ends at the next one
_PIECE: Final = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)("|$)|([^\s"]+)|(?<=:))')
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_DAY: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_COST: Final = re.compile(r"(<=|>=|<|>|=)?\$?(\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6})")
_RATIO: Final = re.compile(r"([1-9]\d{0,4})[:x/]([1-9]\d{0,4})")

NameKind = Literal["endpoint", "by", "project", "tag", "preset"]
Comparison = Literal["<", "<=", ">", ">=", "="]


@dataclass(frozen=True)
class Text:
    """Words that follow each other; with `open_end` the last one may go on."""

    words: tuple[str, ...]
    open_end: bool = False


@dataclass(frozen=True)
class Name:
    """Something by its name, as it was typed."""

    kind: NameKind
    name: str


@dataclass(frozen=True)
class Days:
    """From one day on, until another one begins; None: without an end on that side."""

    first: date | None
    until: date | None


@dataclass(frozen=True)
class Seed:
    """A seed; None: any that is known."""

    value: int | None


@dataclass(frozen=True)
class State:
    """A state of the run."""

    state: RunState


@dataclass(frozen=True)
class Is:
    """Something about whoever asks."""

    what: Literal["starred", "mine"]


@dataclass(frozen=True)
class Shape:
    """Portrait, landscape or square, or a ratio."""

    shape: Literal["portrait", "landscape", "square"] | tuple[int, int]


@dataclass(frozen=True)
class Cost:
    """US dollars compared with a run's cost."""

    comparison: Comparison
    usd: Decimal


Term = Text | Name | Days | Seed | State | Is | Shape | Cost


@dataclass(frozen=True)
class Clause:
    """One thing that is asked for, or not wanted."""

    term: Term
    wanted: bool = True


@dataclass(frozen=True)
class Query:
    """All of them, and what is to be said about how they were read."""

    clauses: tuple[Clause, ...] = ()
    notices: tuple[str, ...] = ()


def read_query(text: str, today: date) -> Query:
    """The clauses of a text; `today` is where the person is. Raises InputRefused if it is long."""
    if len(text) > LONGEST:
        raise _refused(
            Sentence("search.too_long", "Search for at most {most:n} characters.", most=LONGEST)
        )
    clauses: list[Clause] = []
    notices: list[str] = []
    for minus, operator, quoted, end, bare in _pieces(text.translate(_QUOTES)):
        clause, notice = _clause(minus == "-", operator.lower(), quoted, bare, today)
        if quoted is not None and not end:
            notices.append(Sentence("search.unclosed", "A quotation mark is not closed."))
        notices += [notice] if notice is not None else []
        clauses += [clause] if clause is not None else []
    if len(clauses) > MOST_CLAUSES:
        told = "Search for at most {most} things at once."
        raise _refused(Sentence("search.too_many", told, most=MOST_CLAUSES))
    return Query(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(notices)))


def _refused(told: Sentence) -> InputRefused:
    return InputRefused(told, fields={"q": told})


def _pieces(text: str) -> Iterator[tuple[str, str, str | None, str, str]]:
    for found in _PIECE.finditer(text):
        if found[0]:
            yield found[1], found[2] or "", found[3], found[4] or "", found[5] or ""


def _clause(
    minus: bool, operator: str, quoted: str | None, bare: str, today: date
) -> tuple[Clause | None, str | None]:
    value = bare if quoted is None else quoted
    notice: str | None = None
    if operator in _TERMS:
        if not value.strip():
            told = "{operator}: needs something behind it."
            return None, Sentence("search.nothing_behind", told, operator=operator)
        read, hint = _TERMS[operator]
        term = read(value.strip(), today)
        if term is not None:
            return Clause(term, not minus), None
        told = "{operator}: is read as words here: {hint}"
        notice = Sentence("search.read_as_words", told, operator=operator, hint=hint)
    elif operator and not value.startswith("//"):
        told = "There is no filter called {operator}: it is searched for as words."
        notice = Sentence("search.no_filter", told, operator=operator)
    words = words_of(f"{operator} {value}")
    if not words:
        return None, notice
    return Clause(Text(words, open_end=quoted is None), not minus), notice


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _name(kind: NameKind) -> Callable[[str, date], Term | None]:
    return lambda value, _today: Name(kind, " ".join(value.split()))


def _before(value: str, today: date) -> Term | None:
    days = _days(value, today)
    return None if days is None else Days(None, days.first)


def _after(value: str, today: date) -> Term | None:
    days = _days(value, today)
    return None if days is None else Days(days.first, None)


def _days(value: str, today: date) -> Days | None:
    """A day, a month or a year."""
    word = value.lower()
    if word in ("today", "yesterday"):
        first = today if word == "today" else today - timedelta(days=1)
        return Days(first, first + timedelta(days=1))
    found = _DAY.fullmatch(value)
    if found is None or not value.isascii() or int(found[1]) not in YEARS:
        return None
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    if found[3]:
        return Days(first, first + timedelta(days=1))
    after = date(year + month // 12, month % 12 + 1, 1) if found[2] else date(year + 1, 1, 1)
    return Days(first, after)


def _seed(value: str, _today: date) -> Term | None:
    if value.lower() == "any":
        return Seed(None)
    if re.fullmatch(rf"-?[0-9]{{1,{SEED_DIGITS}}}", value) is None:
        return None
    return Seed(int(value))


def _state(value: str, _today: date) -> Term | None:
    return State(RunState(value.lower())) if value.lower() in frozenset(RunState) else None


def _is(value: str, _today: date) -> Term | None:
    match value.lower():
        case "starred" | "mine" as what:
            return Is(what)
    return None


def _shape(value: str, _today: date) -> Term | None:
    match value.lower():
        case "portrait" | "landscape" | "square" as shape:
            return Shape(shape)
    found = _RATIO.fullmatch(value.lower()) if value.isascii() else None
    return None if found is None else Shape((int(found[1]), int(found[2])))


def _cost(value: str, _today: date) -> Term | None:
    found = _COST.fullmatch(value.replace(" ", "")) if value.isascii() else None
    if found is None:
        return None
    usd = Decimal(found[2].replace(",", "."))
    match found[1]:
        case "<" | "<=" | ">" | ">=" as comparison:
            return Cost(comparison, usd)
    return Cost("=", usd)


_A_DATE: Final = Sentence("search.hint.date", "write 2026-11-21, 2026-11, 2026 or today.")

#: how the value behind an operator is read, and what is said where it can't be
_TERMS: Final[Mapping[str, tuple[Callable[[str, date], Term | None], str]]] = {
    **{kind: (_name(kind), "") for kind in ("endpoint", "by", "project", "tag", "preset")},
    "before": (_before, _A_DATE),
    "after": (_after, _A_DATE),
    "on": (_days, _A_DATE),
    "seed": (_seed, Sentence("search.hint.seed", "write a whole number, or any.")),
    "state": (_state, Sentence("search.hint.state", "write a state, such as done or failed.")),
    "is": (_is, Sentence("search.hint.is", "write starred or mine.")),
    "aspect": (
        _shape,
        Sentence("search.hint.aspect", "write portrait, landscape, square or 16:9."),
    ),
    "cost": (_cost, Sentence("search.hint.cost", "write an amount, such as >0.05.")),
}
#: in the order of docs/gallery.md
OPERATORS: Final = tuple(_TERMS)
