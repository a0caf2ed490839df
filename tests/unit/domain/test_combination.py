"""All prompts of a template by their numbers, held to a list that is made by brute force."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.domain.combination import MOST_COUNTED, combinations, combined
from backend.domain.template import (
    MOST_DEEP,
    Choice,
    FromList,
    Lists,
    Pattern,
    TemplateRefused,
    Variable,
    parse,
)

LONGEST = 20_000
MOST_TRIED = 300
#: prompts of words, choices in choices, two lists of which one names the other, and a variable
PROMPTS = st.recursive(
    st.sampled_from(["", "a", "b ", "__l__", "__m__", "{x}"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: "{" + "|".join(some) + "}"),
    ),
    max_leaves=12,
)
LINES = st.lists(st.sampled_from(["one", "{two|2}", "three", "{|four}"]), min_size=1, max_size=3)


def lines(*texts: str) -> tuple[Pattern, ...]:
    return tuple(parse(text) for text in texts)


def by_brute_force(pattern: Pattern, values: dict[str, str], lists: Lists) -> Iterator[str]:
    """Every way to choose, as loops in loops."""

    def of(part: object) -> list[str]:
        if isinstance(part, Choice | FromList):
            options = part.options if isinstance(part, Choice) else lists[part.name]
            return [text for option in options for text in by_brute_force(option, values, lists)]
        return [values[part.name]] if isinstance(part, Variable) else [str(part)]

    return ("".join(words) for words in product(*(of(part) for part in pattern.parts)))


def every(template: str, lists: Lists | None = None) -> list[str]:
    pattern = parse(template)
    many = combinations(pattern, lists or {})
    return [combined(pattern, {}, lists or {}, n, longest=LONGEST) for n in range(many)]


@given(PROMPTS, LINES)
@settings(max_examples=300)
def test_the_numbers_make_every_prompt_once_in_the_order_of_loops_in_loops(
    template: str, of_l: list[str]
) -> None:
    pattern = parse(template)
    lists = {"l": lines(*of_l), "m": lines("m", "__l__ {m|n}")}
    values = dict.fromkeys(pattern.variables, "v|{w}")
    many = combinations(pattern, lists)
    assume(many <= MOST_TRIED)
    made = [combined(pattern, values, lists, n, longest=LONGEST) for n in range(many)]
    assert made == list(by_brute_force(pattern, values, lists))


def test_the_last_choice_changes_first() -> None:
    assert every("{a|b} {c|d|e}") == ["a c", "a d", "a e", "b c", "b d", "b e"]
    assert every("{a|{b|c} {d|e}|f}") == ["a", "b d", "b e", "c d", "c e", "f"]
    light = {"light": lines("dawn", "__lamp__ light"), "lamp": lines("{neon|gas}")}
    assert every("__Light__!", light) == ["dawn!", "neon light!", "gas light!"]


def test_options_of_the_same_words_are_two() -> None:
    assert every("{a|a}") == ["a", "a"]


def test_a_mere_text_is_one() -> None:
    assert every("a cat") == ["a cat"]


@pytest.mark.parametrize("number", [-1, 3, 10**30, -(10**30)])
def test_a_number_beyond_them_is_told(number: int) -> None:
    with pytest.raises(TemplateRefused, match="no such combination: the prompt has 3"):
        combined(parse("{a|b|c}"), {}, {}, number, longest=LONGEST)


def test_any_of_very_many_is_found_at_once() -> None:
    ten = "{0|1|2|3|4|5|6|7|8|9}"
    number = int("31415926535897932384626433832795")
    found = combined(parse(ten * 500), {}, {}, number, longest=LONGEST)
    assert found == str(number).rjust(500, "0")
    last = combined(parse(ten * 500), {}, {}, MOST_COUNTED - 1, longest=LONGEST)
    assert last == ("9" * 100).rjust(500, "0")
    with pytest.raises(TemplateRefused, match="no such combination"):
        combined(parse(ten * 500), {}, {}, MOST_COUNTED, longest=LONGEST)


def test_lists_of_many_lines_in_many_places_are_no_hang() -> None:
    lists = {"l": lines(*(f"{n}" for n in range(5_000))), "m": lines("__l__" * 100)}
    pattern = parse("__m__" * 90)
    assert combinations(pattern, lists) == MOST_COUNTED
    found = combined(pattern, {}, lists, MOST_COUNTED - 1, longest=60_000)
    assert found.endswith("4999")


def test_what_can_not_be_filled_in_is_told() -> None:
    with pytest.raises(TemplateRefused, match="Say what"):
        combined(parse("{x} {a|b}"), {}, {}, 1, longest=LONGEST)
    with pytest.raises(TemplateRefused, match="no list __l__"):
        combined(parse("__l__"), {}, {}, 0, longest=LONGEST)
    with pytest.raises(TemplateRefused, match="circle"):
        combined(parse("__l__"), {}, {"l": lines("__l__")}, 0, longest=LONGEST)
    with pytest.raises(TemplateRefused, match="too long"):
        combined(parse("{a|bbbb}"), {}, {}, 1, longest=3)
    assert combined(parse("{a|bbbb}"), {}, {}, 0, longest=3) == "a"


def test_nested_as_deep_as_a_prompt_may_be() -> None:
    deep = "{a|" * MOST_DEEP + "b" + "}" * MOST_DEEP
    assert every(deep) == ["a"] * MOST_DEEP + ["b"]
