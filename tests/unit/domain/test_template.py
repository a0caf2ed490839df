import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.combination import MOST_COUNTED, combinations
from backend.domain.template import (
    MOST_DEEP,
    Choice,
    Lists,
    TemplateRefused,
    check,
    escaped,
    is_list_name,
    parse,
    resolve,
)
from backend.domain.words import folded

LONGEST = 20_000
PRESETS = Path(__file__).parents[3] / "presets"
#: letters and all marks of the grammar, many of them beside each other
MARKS = st.text(alphabet='ab_{}|\\" :é', max_size=60)


def filled(template: str, seed: int = 1, lists: Lists | None = None, **values: str) -> str:
    return resolve(parse(template), values, lists or {}, seed, longest=LONGEST)


def lines(*texts: str) -> tuple[object, ...]:
    return tuple(parse(text) for text in texts)


def several(template: str, lists: Lists | None = None, many: int = 200) -> set[str]:
    return {filled(template, seed, lists) for seed in range(many)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a cat",
        "a lone { brace",
        "a lone } brace, a | bar",
        "{}",
        "{ }",
        "{a cat}",
        "{{masterpiece of all}}",
        "{{masterpiece}}, {{{best}}}",
        "{1:2}",
        '{"scene": "a|b", "colors": {"main": "red|blue"}}',
        '[{"a": "x|y"}, {"b": 1}]',
        r"C:\new\_x and \\server\share",
        "a\\|b \\| \\n",
        r"¯\_(ツ)_/¯",
        "______ name: ____",
        "snake__case__name",
        "_a_ __ a __ -__-__",
        "{a|b",
        "a|b}",
        "\\",
        "{" * 5_000,
        "{a " * 3_000 + "}" * 3_000,
        "\\" * 20_000,
    ],
)
def test_what_is_not_the_grammar_is_text(text: str) -> None:
    assert filled(text) == text
    assert parse(text).is_plain
    assert escaped(text) == text


def test_every_shipped_prompt_is_sent_as_it_stands() -> None:
    prompts = [
        json.loads(file.read_text(encoding="utf-8")).get("values", {}).get("prompt")
        for file in PRESETS.glob("*/*.json")
    ]
    found = [prompt for prompt in prompts if prompt]
    assert len(found) > 20
    for prompt in found:
        assert filled(prompt) == prompt


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (r"\{subject\}", "{subject}"),
        (r"\{a|b\}", "{a|b}"),
        (r"\__list__", "__list__"),
        (r"\\{a|a}", r"\a"),
        (r"\\\{a}", r"\{a}"),
        (r"{a\|b|a\|b}", "a|b"),
        (r"{a\}|a\}}", "a}"),
        (r"{\__x__|\__x__}", "__x__"),
        (r"{a\\|a\\}", "a\\"),
    ],
)
def test_a_backslash_makes_a_mark_text(template: str, text: str) -> None:
    assert filled(template) == text


@given(MARKS)
@settings(max_examples=400)
def test_an_escaped_text_becomes_itself(text: str) -> None:
    assert filled(escaped(text)) == text


@given(MARKS)
def test_a_value_is_put_in_as_it_is(value: str) -> None:
    if value.strip():
        assert filled("a {x}, {x}!", x=value) == f"a {value}, {value}!"


def test_only_what_would_be_filled_in_is_escaped() -> None:
    assert escaped("${a=1} {x} {b c} __l__") == r"${a=1} \{x\} {b c} \__l__"


def test_variables_are_told_in_their_order_once() -> None:
    pattern = parse("{subject} with {hat|{colour} {hat}} and {subject} in {größe-2}")
    assert pattern.variables == ("subject", "colour", "hat", "größe-2")


@pytest.mark.parametrize("values", [{}, {"x": " "}, {"y": "1", "x": "1"}, {"x": "a" * 10_001}])
def test_each_variable_needs_a_value_and_no_other_is_taken(values: dict[str, str]) -> None:
    with pytest.raises(TemplateRefused):
        filled("{x}", **values)


@given(MARKS, st.integers(), st.integers(0, 3))
def test_the_same_seed_makes_the_same_prompt(template: str, seed: int, line: int) -> None:
    lists = {"a": lines("one", "{two|three}", "four", "five")}
    pattern = parse(template)
    values = dict.fromkeys(pattern.variables, "v")
    try:
        first = resolve(pattern, values, lists, seed, longest=LONGEST)
    except TemplateRefused:
        return
    assert resolve(parse(template), values, lists, seed, longest=LONGEST) == first


def test_the_choice_for_a_seed_stays_in_later_versions() -> None:
    found = [filled("{a|b|c|d} {a|b|c|d} {x|{y|z}}", seed) for seed in (0, 1, 2, -(2**63))]
    assert found == ["c d z", "d c y", "d c x", "a c z"]


def test_choices_of_one_prompt_are_independent() -> None:
    assert len(several("{a|b} {a|b} {a|b}")) == 8
    assert several("{a|b|}") == {"a", "b", ""}
    assert several("{a|{b|{c|d}}}") == {"a", "b", "c", "d"}


def test_each_option_is_about_as_likely() -> None:
    found = [filled("{a|b|c|d}", seed) for seed in range(4_000)]
    assert all(900 < found.count(letter) < 1_100 for letter in "abcd")


def test_other_words_and_values_leave_a_choice_as_it_is() -> None:
    for seed in range(50):
        one, other = filled("{x} {a|b|c}", seed, x="cat"), filled("big {x}: {a|b|c}", seed, x="dog")
        assert one[-1] == other[-1]


def test_lists_bring_lines_and_may_name_others() -> None:
    lists = {"light": lines("dawn", "__lamp__ light"), "lamp": lines("{neon|gas}")}
    assert several("__Light__", lists) == {"dawn", "neon light", "gas light"}
    assert combinations(parse("__light__ {a|b}"), lists) == 6


def test_a_circle_of_lists_is_told() -> None:
    lists = {"a": lines("x", "{y|__b__}"), "b": lines("__c__"), "c": lines("__a__")}
    for ask in (check, combinations):
        with pytest.raises(TemplateRefused, match="circle: __a__ → __b__ → __c__ → __a__"):
            ask(parse("__a__"), lists)
    with pytest.raises(TemplateRefused, match="circle"):
        filled("__a__", 1, lists)
    with pytest.raises(TemplateRefused, match="circle"):
        filled("__self__", 1, {"self": lines("__self__")})


def test_a_list_that_is_not_there_is_told() -> None:
    with pytest.raises(TemplateRefused, match="no list __nothing__"):
        filled("{a|__nothing__}", 1)
    with pytest.raises(TemplateRefused, match="no list __empty__"):
        filled("__empty__", 1, {"empty": ()})


def test_nesting_has_a_limit() -> None:
    def nested(depth: int) -> str:
        return "{a|" * depth + "b" + "}" * depth

    assert isinstance(parse(nested(MOST_DEEP)).parts[0], Choice)
    with pytest.raises(TemplateRefused, match="too deep"):
        parse(nested(MOST_DEEP + 1))
    assert filled(escaped(nested(4_000))) == nested(4_000)
    chain = {f"l{n}": lines(f"__l{n + 1}__") for n in range(30)} | {"l30": lines("end")}
    assert filled(f"__l{31 - MOST_DEEP}__", 1, chain) == "end"
    with pytest.raises(TemplateRefused, match="too deep"):
        filled(f"__l{30 - MOST_DEEP}__", 1, chain)


def test_a_prompt_that_grows_out_of_lists_has_a_limit() -> None:
    grows = {f"l{n}": lines(f"__l{n + 1}__" * 50) for n in range(8)} | {"l8": lines("x", "{|}")}
    with pytest.raises(TemplateRefused, match="too long"):
        filled("__l0__", 1, grows)
    assert combinations(parse("__l0__"), grows) == MOST_COUNTED


def test_combinations_are_arithmetic() -> None:
    ten = "{0|1|2|3|4|5|6|7|8|9}"
    assert combinations(parse("a cat"), {}) == 1
    assert combinations(parse(ten * 9), {}) == 10**9
    assert combinations(parse(ten * 30), {}) == 10**30
    assert combinations(parse(ten * 500), {}) == MOST_COUNTED
    assert combinations(parse("{a|{b|c}|__l__}"), {"l": lines("x", "y", "{z|z}")}) == 7


@pytest.mark.parametrize("name", ["colors", "größe", "a", "warm-light_2", "2"])
def test_a_list_can_be_called(name: str) -> None:
    assert is_list_name(name)
    assert parse(f"x __{name}__s").lists == (folded(name),)


@pytest.mark.parametrize("name", ["", "a b", "_a", "a_", "a__b", "x" * 41, "<b>", "a\n", "-a"])
def test_a_list_can_not_be_called(name: str) -> None:
    assert not is_list_name(name)
