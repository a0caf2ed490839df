"""All prompts that a template can become: how many they are, and each by its number.

They are numbered from 0, and the last choice of a prompt changes first: `{a|b} {c|d}` becomes
`a c`, `a d`, `b c`, `b d`. Two that choose differently are two, also where their words are alike.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final

from backend.domain.sentence import Sentence
from backend.domain.template import (
    Choice,
    FromList,
    Lists,
    Pattern,
    TemplateRefused,
    check,
    fill,
    options_of,
)
from backend.domain.words import folded

#: above it, combinations are only said to be more
MOST_COUNTED: Final = 10**100


def combinations(pattern: Pattern, lists: Lists) -> int:
    """How many ways there are to choose; MOST_COUNTED stands for that many or more.

    Raises TemplateRefused.
    """
    check(pattern, lists)
    return _Counting(lists).of(pattern)


def combined(
    pattern: Pattern, values: Mapping[str, str], lists: Lists, number: int, *, longest: int
) -> str:
    """The prompt of that number, of at most `longest` characters. Raises TemplateRefused."""
    check(pattern, lists)
    counting = _Counting(lists)
    many = counting.of(pattern)
    if not 0 <= number < many:
        english = "There is no such combination: the prompt has {count:n}, numbered from 0."
        raise TemplateRefused(Sentence("template.no_combination", english, count=many))
    options = dict(counting.choices(pattern, number))
    return fill(pattern, values, lists, lambda path, _: options.get(path, 0), longest=longest)


class _Counting:
    """Sums are cut off at MOST_COUNTED; no number is as large, so none reaches what is cut off."""

    def __init__(self, lists: Lists):
        self._lists = lists
        #: of each list, how many ways there are up to the end of each line
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, pattern: Pattern) -> int:
        found = 1
        for part in pattern.parts:
            if isinstance(part, Choice | FromList):
                found = min(MOST_COUNTED, found * self._ends(part)[-1])
        return found

    def choices(self, pattern: Pattern, number: int, path: str = "") -> Iterator[tuple[str, int]]:
        """Which option stands at which place; the first one where nothing is said."""
        places = [part for part in pattern.parts if isinstance(part, Choice | FromList)]
        for at in range(len(places), 0, -1):
            if number == 0:
                return
            place, here = places[at - 1], f"{path}.{at}"
            ends = self._ends(place)
            number, within = divmod(number, ends[-1])
            option = bisect_right(ends, within)
            yield here, option
            before = ends[option - 1] if option else 0
            chosen = options_of(place, self._lists)[option]
            yield from self.choices(chosen, within - before, here)

    def _ends(self, place: Choice | FromList) -> tuple[int, ...]:
        if isinstance(place, Choice):
            return self._sums(place.options)
        name = folded(place.name)
        if name not in self._known:
            self._known[name] = self._sums(self._lists[name])
        return self._known[name]

    def _sums(self, options: Iterable[Pattern]) -> tuple[int, ...]:
        counts = (self.of(option) for option in options)
        return tuple(accumulate(counts, lambda one, other: min(MOST_COUNTED, one + other)))
