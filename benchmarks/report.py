"""The table that people read, and the JSON that is kept."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.row import Row

LATEST = Path(__file__).parent / "results" / "latest.json"
HEADINGS = ("what", "ours", "floor", "limit", "met")
MET = {True: "yes", False: "NO", None: ""}


def table(rows: Sequence[Row]) -> str:
    """Columns in plain text, numbers to the right."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(_line(line, widths) for line in lines)


def keep(file: Path, rows: Iterable[Row], machine: Mapping[str, Any], *, quick: bool) -> None:
    """Write everything that was measured."""
    measured = {
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "quick": quick,
        "machine": machine,
        "rows": [row.to_json() for row in rows],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.what,
        f"{number(row.ours)} {row.unit}".rstrip(),
        "" if row.floor is None else number(row.floor),
        "" if row.limit is None else number(row.limit),
        MET[row.met],
    )


def number(value: float) -> str:
    """Three digits are as many as a measurement has."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join(
        [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    ).rstrip()
