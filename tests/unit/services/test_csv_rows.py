"""CSV that other programs read, and that no spreadsheet runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.csv_rows import FORMULAS, csv_rows

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_lines_end_as_the_standard_says_and_cells_are_quoted_where_they_must_be() -> None:
    assert csv_rows([("a", 'b "c"', "d,e"), (1, None, "f\ng")]) == (
        'a,"b ""c""","d,e"\r\n1,,"f\ng"\r\n'
    )


@pytest.mark.parametrize("begin", FORMULAS)
def test_no_text_begins_as_a_formula(begin: str) -> None:
    ((cell,),) = read(csv_rows([(f"{begin}cmd|' /C calc'!A0",)]))
    assert cell == f"'{begin}cmd|' /C calc'!A0"


@pytest.mark.parametrize("amount", ["-0.06", "-3", "0.06"])
def test_an_amount_stays_a_number(amount: str) -> None:
    assert csv_rows([(amount,)]) == f"{amount}\r\n"


@pytest.mark.parametrize("text", ["-1+1", "-0.06=", "+1", "-", "-.5"])
def test_what_only_looks_like_an_amount_is_text(text: str) -> None:
    assert read(csv_rows([(text,)])) == [[f"'{text}"]]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=4), max_size=5))
def test_whatever_people_type_is_read_again(rows: list[list[str]]) -> None:
    found = [[cell.removeprefix("'") for cell in row] for row in read(csv_rows(rows))]
    assert found == [[cell.removeprefix("'") for cell in row] for row in rows]
