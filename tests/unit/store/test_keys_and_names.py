"""Which keys are keys, and which names are one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.words import folded
from backend.store.keys import LONGEST_KEY, LONGEST_PART, checked_key


@pytest.mark.parametrize(
    "key", ["a", "runs/2025/03/x_1-0.png", "A.b.c", "-", "0", "a" * LONGEST_PART]
)
def test_ordinary_keys_are_taken_as_they_are(key: str) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        ".",
        "..",
        "/",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/..",
        "a/./b",
        "a..b",
        ".a",
        "a/.b",
        "a\\b",
        "a\n",
        "a\x00",
        "a b",
        "é",
        "a:b",
        "~",
        "%2e%2e/a",
        "a" * (LONGEST_PART + 1),
        "a/" * (LONGEST_KEY // 2) + "a",
    ],
)
def test_every_other_text_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        checked_key(key)


@given(st.text(st.sampled_from("ab./\\-_ \x00~")))
def test_a_key_that_is_taken_stays_below_its_folder(key: str) -> None:
    try:
        checked_key(key)
    except ValueError:
        return
    assert Path("/base", key).resolve().is_relative_to("/base/")
    assert Path("/base", key).resolve() != Path("/base")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Alice", "aLICE"), ("Straße", "STRASSE"), ("e\u0301", "É"), (" bob ", "Bob"), ("ﬁn", "FIN")],
)
def test_names_that_read_alike_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_different_names_stay_different() -> None:
    assert len({folded(name) for name in ("alice", "alic", "al ice", "älice", "")}) == 5


@given(st.text())
def test_folding_again_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)
