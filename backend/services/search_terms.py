"""What was typed, as facts that the store knows. Pure: names of people have been looked up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo

from backend.domain.findable import (
    OPEN_STATES,
    SEEDED,
    fact,
    orientation_fact,
    ratio_facts,
    seed_fact,
    state_fact,
)
from backend.domain.query import Clause, Cost, Days, Is, Name, Query, Seed, Shape, State, Term, Text
from backend.domain.run import RunState
from backend.domain.sentence import Sentence
from backend.domain.wanted import CostRange, Span, Tokens, Wanted
from backend.domain.words import folded
from backend.endpoints.catalogue import Catalogue

#: beginnings that are shorter fit too much: they are looked for as whole words
SHORTEST_BEGINNING = 3
#: no document has it
NOTHING = (Tokens((":nothing",)),)
SHAPES = {"portrait": (1, 2), "landscape": (2, 1), "square": (1, 1)}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose words they are, and what names stand for."""

    person_id: str
    catalogue: Catalogue
    #: where the person's days begin
    zone: tzinfo
    #: ids of the people who are called so, by what was typed
    people: Mapping[str, Sequence[str]]

    def wanted(self, query: Query) -> Wanted:
        """The query as the store is asked, but for who may see what."""
        asked = query.clauses
        return Wanted(
            all_of=tuple(self._groups(asked)),
            none_of=tuple(
                token
                for clause in asked
                if not clause.wanted and not _is_open(clause.term)
                for token in self.tokens(clause.term)
            ),
            spans=tuple(
                self._span(one.term, one.wanted) for one in asked if isinstance(one.term, Days)
            ),
            costs=tuple(
                CostRange(one.term.comparison, one.term.usd, one.wanted)
                for one in asked
                if isinstance(one.term, Cost)
            ),
            states=_exact(asked),
            not_states=tuple(
                one.term.state
                for one in asked
                if isinstance(one.term, State) and not one.wanted and _is_open(one.term)
            ),
        )

    def notices(self, query: Query) -> Iterator[str]:
        """What was looked up in vain."""
        for clause in query.clauses:
            match clause.term:
                case Name("endpoint", name) if not self._endpoints(name):
                    yield Sentence("search.no_endpoint", "No endpoint is called {name}.", name=name)

    def _groups(self, asked: Sequence[Clause]) -> Iterator[tuple[Tokens, ...]]:
        """What a picture has only one of may be named twice: one of them is meant."""
        either: dict[str, tuple[Tokens, ...]] = {}
        for clause in asked:
            if not clause.wanted or isinstance(clause.term, Days | Cost):
                continue
            kind = _only_one_of(clause.term)
            found = self.tokens(clause.term)
            if kind is None:
                yield found
            else:
                either[kind] = (*either.get(kind, ()), *found)
        yield from either.values()

    def tokens(self, term: Term) -> tuple[Tokens, ...]:
        """What a picture that fits has one of."""
        match term:
            case Text(words, open_end):
                return (Tokens(words, open_end and len(words[-1]) >= SHORTEST_BEGINNING),)
            case Name():
                return _facts(*self._named(term))
            case Shape():
                return _facts(*_shaped(term))
            case Seed(value):
                return _facts(SEEDED if value is None else seed_fact(value))
            case State(state):
                return _facts(state_fact(state))
            case Is(what):
                return _facts(fact("by" if what == "mine" else "star", self.person_id))
        return ()

    def _named(self, name: Name) -> Iterator[str]:
        ids = {"by": self._people, "endpoint": self._endpoints}.get(name.kind)
        for one in [name.name] if ids is None else ids(name.name):
            yield fact(name.kind, one)

    def _people(self, name: str) -> Sequence[str]:
        return (self.person_id,) if folded(name) == "me" else self.people.get(name, ())

    def _endpoints(self, name: str) -> list[str]:
        """By slug or id; else all whose slug or label has it somewhere."""
        typed = folded(name)
        every = self.catalogue.endpoints
        exact = [one.endpoint_id for one in every if typed in (one.slug, one.endpoint_id)]
        return exact or [
            one.endpoint_id for one in every if typed in one.slug or typed in folded(one.label)
        ]

    def _span(self, days: Days, wanted: bool) -> Span:
        since, until = (
            None if day is None else datetime.combine(day, time(), self.zone).astimezone(UTC)
            for day in (days.first, days.until)
        )
        return Span(since, until, wanted)


def _facts(*tokens: str) -> tuple[Tokens, ...]:
    return tuple(Tokens((token,)) for token in tokens) or NOTHING


def _shaped(term: Shape) -> Sequence[str]:
    shape = term.shape
    if isinstance(shape, str):
        return (orientation_fact(*SHAPES[shape]),)
    return ratio_facts(*shape)


def _only_one_of(term: Term) -> str | None:
    """What the term is about, where a picture has one of it; None where it may have several."""
    match term:
        case Text() | Name("tag", _) | Is():
            return None
        case Name(kind, _):
            return kind
    return type(term).__name__


def _is_open(term: Term) -> bool:
    """True for a state that no fact tells from its neighbours."""
    return isinstance(term, State) and term.state in OPEN_STATES


def _exact(asked: Sequence[Clause]) -> tuple[RunState, ...]:
    """The states that are asked for, where facts do not tell them all apart."""
    states = [one.term for one in asked if isinstance(one.term, State) and one.wanted]
    return tuple(one.state for one in states) if any(_is_open(one) for one in states) else ()
