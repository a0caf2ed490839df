"""What stands beside the pictures in a ZIP: manifest.json and manifest.csv, a row a picture."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.domain.field import Input
from backend.domain.money import plain
from backend.domain.run import Image, Run
from backend.services.csv_rows import Cell, csv_rows

#: columns of a picture; those of its settings follow, `input.` before their names
COLUMNS: Final = (
    "file",
    "problem",
    "run_id",
    "index",
    "request_id",
    "endpoint_id",
    "person_id",
    "person",
    "created_at",
    "seed",
    "width",
    "height",
    "content_type",
    "bytes",
    "sha256",
    "flagged",
    "practice",
    "project",
    "estimate_usd",
    "cost_usd",
    "billed_usd",
)


def row_of(
    run: Run, image: Image | None, index: int, *, file: str | None, problem: str | None, person: str
) -> dict[str, Cell]:
    """A picture by column; `file` is None where it is not in the ZIP. sha256 is of fal's bytes."""
    return {
        "file": file,
        "problem": problem,
        "run_id": run.id,
        "index": index,
        "request_id": run.request_id,
        "endpoint_id": run.endpoint_id,
        "person_id": run.person_id,
        "person": person,
        "created_at": run.created_at.isoformat(),
        "seed": run.output.seed if run.output else None,
        "width": image.width if image else None,
        "height": image.height if image else None,
        "content_type": image.content_type if image else None,
        "bytes": image.bytes if image else None,
        "sha256": image.sha256 if image else None,
        "flagged": str(bool(image and image.flagged)).lower(),
        "practice": str(run.practice).lower(),
        "project": run.project,
        "estimate_usd": plain(run.estimate),
        "cost_usd": None if run.cost is None else plain(run.cost),
        "billed_usd": None if run.billed is None else plain(run.billed),
    }


def lost_row(run_id: str, index: int, problem: str) -> dict[str, Cell]:
    """Of a picture about which nothing more may be said."""
    known: dict[str, Cell] = {"problem": problem, "run_id": run_id, "index": index}
    return {name: known.get(name) for name in COLUMNS}


def json_row(row: Mapping[str, Cell], given: Input) -> str:
    """One picture of manifest.json."""
    told: dict[str, Any] = {
        **row,
        "flagged": row["flagged"] == "true",
        "practice": row["practice"] == "true",
        "input": dict(given),
    }
    return json.dumps(told, ensure_ascii=False, default=str)


def csv_header(fields: Sequence[str]) -> str:
    """The first line of manifest.csv."""
    return csv_rows([[*COLUMNS, *(f"input.{name}" for name in fields)]])


def csv_row(row: Mapping[str, Cell], given: Input, fields: Sequence[str]) -> str:
    """One picture of it."""
    return csv_rows([[*(row[name] for name in COLUMNS), *(_cell(given.get(f)) for f in fields)]])


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
