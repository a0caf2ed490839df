"""Text as it is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.words import LONGEST_WORD, MOST_WORDS, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A Lighthouse, at dusk!", ("a", "lighthouse", "at", "dusk")),
        ("v1.1-ultra", ("v1", "1", "ultra")),
        ("Café STRASSE Straße", ("cafe", "strasse", "strasse")),
        ("ﬁne ½", ("fine", "1", "2")),
        ("猫が好き fox", ("猫", "か", "好", "き", "fox")),
        ("Москва שלום", ("москва", "שלום")),
        ("snake_case it's", ("snake", "case", "it", "s")),
        ("\ud800 \x00 🐉", ()),
        ("", ()),
    ],
)
def test_words_are_letters_and_digits_without_case_and_accents(
    text: str, words: tuple[str, ...]
) -> None:
    assert words_of(text) == words


def test_endless_words_and_texts_are_cut() -> None:
    assert words_of("x" * 10_000) == ("x" * LONGEST_WORD,)
    assert len(words_of("x " * 10_000)) == MOST_WORDS


@given(st.text())
def test_words_stay_what_they_are_when_they_are_read_again(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words
