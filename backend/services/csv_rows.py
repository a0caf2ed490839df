"""Rows as CSV (RFC 4180) that a spreadsheet only shows: no cell of it is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

#: a cell that begins with one of these is run by spreadsheets (OWASP, CSV injection, 2026-11)
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
#: an amount below zero is one, too, and stays a number
NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
Cell = str | int | None


def csv_rows(rows: Iterable[Sequence[Cell]]) -> str:
    """Lines that end in CRLF; cells are quoted where they have to be.

    A text that a spreadsheet would run begins with an apostrophe, which it shows as text.
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([_cell(one) for one in row] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> str | int:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULAS) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value
