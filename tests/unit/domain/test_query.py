"""What is typed into the search box, read into clauses."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import InputRefused
from backend.domain.query import (
    LONGEST,
    MOST_CLAUSES,
    OPERATORS,
    Clause,
    Cost,
    Days,
    Is,
    Name,
    Query,
    Seed,
    Shape,
    State,
    Term,
    Text,
    read_query,
)
from backend.domain.run import RunState

TODAY = date(2026, 11, 21)


def read(text: str) -> Query:
    return read_query(text, TODAY)


def terms(text: str) -> list[Term]:
    """The terms of a text that is read without a word about it."""
    query = read(text)
    assert query.notices == ()
    assert all(clause.wanted for clause in query.clauses)
    return [clause.term for clause in query.clauses]


def test_words_and_phrases() -> None:
    assert terms("A fox, asleep") == [
        Text(("a",), True),
        Text(("fox",), True),
        Text(("asleep",), True),
    ]
    assert terms('"a fox" Café') == [Text(("a", "fox")), Text(("cafe",), True)]
    assert terms("light-house 猫犬") == [
        Text(("light", "house"), True),
        Text(("猫", "犬"), True),
    ]
    assert terms("“a fox”") == [Text(("a", "fox"))]
    assert terms("  \n ") == []
    assert terms("!!! - -- \x00") == []


def test_a_minus_says_what_is_not_wanted() -> None:
    assert read('-fog -"a fox" -tag:sea').clauses == (
        Clause(Text(("fog",), True), False),
        Clause(Text(("a", "fox")), False),
        Clause(Name("tag", "sea"), False),
    )


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("tag:sea", Name("tag", "sea")),
        ('TAG:"by  the sea"', Name("tag", "by the sea")),
        ("endpoint:v1.1-ultra", Name("endpoint", "v1.1-ultra")),
        ("by:ada", Name("by", "ada")),
        ("project:Spring", Name("project", "Spring")),
        ("preset:wide", Name("preset", "wide")),
        ("seed:42", Seed(42)),
        ("seed:-1", Seed(-1)),
        ("seed:any", Seed(None)),
        ("state:Done", State(RunState.DONE)),
        ("is:starred", Is("starred")),
        ("is:MINE", Is("mine")),
        ("aspect:portrait", Shape("portrait")),
        ("aspect:16:9", Shape((16, 9))),
        ("aspect:16x9", Shape((16, 9))),
        ("cost:>0.05", Cost(">", Decimal("0.05"))),
        ("cost:<=$1", Cost("<=", Decimal(1))),
        ("cost:0,06", Cost("=", Decimal("0.06"))),
        ("before:2026-11-21", Days(None, date(2026, 11, 21))),
        ("after:2026-11", Days(date(2026, 11, 1), None)),
        ("on:2026-2-3", Days(date(2026, 2, 3), date(2026, 2, 4))),
        ("on:2026-12", Days(date(2026, 12, 1), date(2027, 1, 1))),
        ("on:2024", Days(date(2024, 1, 1), date(2025, 1, 1))),
        ("on:today", Days(TODAY, date(2026, 11, 22))),
        ("on:Yesterday", Days(date(2026, 11, 20), TODAY)),
    ],
)
def test_filters(text: str, term: Term) -> None:
    assert terms(text) == [term]


@pytest.mark.parametrize(
    "text",
    [
        "before:soon",
        "on:2026-02-30",
        "on:0001",
        "on:9999-12-31",
        "seed:1.5",
        "seed:" + "9" * 19,
        "state:asleep",
        "is:nice",
        "aspect:0:9",
        "aspect:wide",
        "cost:cheap",
        "cost:>>1",
        "cost:1e9",
    ],
)
def test_a_filter_with_what_it_can_t_take_is_read_as_words_and_says_so(text: str) -> None:
    query = read(text)
    assert [type(clause.term) for clause in query.clauses] == [Text]
    [notice] = query.notices
    assert notice.startswith(f"{text.partition(':')[0]}: is read as words here: write ")


def test_an_unknown_filter_is_searched_for_as_words_and_says_so() -> None:
    query = read("colour:red")
    assert query.clauses == (Clause(Text(("colour", "red"), True)),)
    assert query.notices == ("There is no filter called colour: it is searched for as words.",)
    assert read("https://fal.ai/x").notices == ()


def test_a_filter_without_a_value_asks_for_one_and_limits_nothing() -> None:
    for text in ("tag:", 'tag:""', "tag: "):
        assert read(text) == Query((), ("tag: needs something behind it.",))


def test_a_quotation_mark_that_is_not_closed_goes_to_the_end_and_is_told() -> None:
    query = read('fox "in the fog')
    assert query.clauses[1] == Clause(Text(("in", "the", "fog")))
    assert query.notices == ("A quotation mark is not closed.",)


def test_what_is_too_long_is_refused_with_a_sentence() -> None:
    for text in ("x" * 10_000, "x" * (LONGEST + 1)):
        with pytest.raises(InputRefused, match="at most 1,000 characters") as refused:
            read(text)
        assert list(refused.value.fields) == ["q"]
    with pytest.raises(InputRefused, match=f"at most {MOST_CLAUSES} things"):
        read(" ".join(map(str, range(MOST_CLAUSES + 1))))
    assert len(read(" ".join(map(str, range(MOST_CLAUSES)))).clauses) == MOST_CLAUSES


FRAGMENTS = st.sampled_from(
    [
        *(f"{name}:" for name in OPERATORS),
        '"',
        "-",
        "NEAR(",
        "*",
        "^",
        "'",
        "OR",
        "{a b}:",
        ":",
        "\\",
    ]
)


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=12)), max_size=30).map("".join))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        query = read(text)
    except InputRefused:
        return
    for clause in query.clauses:
        if isinstance(clause.term, Text):
            assert clause.term.words
            assert all(word and not set(word) & set("'\"\\: ()*\x00") for word in clause.term.words)
