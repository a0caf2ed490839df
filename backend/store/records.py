"""A run and its images as rows, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import RowMapping

from backend.domain.run import Handle, Image, Output, Run, RunProblem, RunState
from backend.domain.sentence import kept, kept_from
from backend.domain.sharing import Visibility
from backend.domain.template import PromptTemplate

#: fields of Run whose value is a column of the same name
PLAIN = frozenset(field.name for field in fields(Run)) - {
    "id",
    "state",
    "handle",
    "output",
    "problem",
    "images",
    "visibility",
    "template",
    "warnings",
}


def row_of(run: Run) -> dict[str, Any]:
    """All columns of a run, without its images."""
    names = (*PLAIN, "handle", "output", "problem", "visibility", "template")
    changes = {name: getattr(run, name) for name in names}
    return {"id": run.id, "state": run.state, **columns_of(changes)}


def columns_of(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for changed fields of Run; images have rows of their own and are left out.

    Raises ValueError for a name that is no field of Run, or that can't be changed this way.
    """
    columns: dict[str, Any] = {}
    for name, value in changes.items():
        if name in PLAIN or name == "visibility":
            columns[name] = value
        elif name == "handle":
            columns |= _handle_columns(value)
        elif name == "output":
            columns["output"] = None if value is None else _output_as_json(value)
        elif name == "problem":
            columns["problem"] = None if value is None else _problem_as_json(value)
            columns["charged"] = None if value is None else value.charged
        elif name == "template":
            columns["template"] = None if value is None else asdict(value)
        elif name != "images":
            raise ValueError(f"a run's {name} can't be changed this way")
    return columns


def run_from(row: RowMapping, images: Sequence[Image]) -> Run:
    """The run that a row and its images stand for."""
    plain = {name: row[name] for name in PLAIN}
    return Run(
        id=row["id"],
        state=RunState(row["state"]),
        visibility=Visibility(row["visibility"]),
        handle=_handle_from(row),
        output=None if row["output"] is None else Output(**row["output"]),
        problem=None if row["problem"] is None else _problem_from(row["problem"]),
        template=None if row["template"] is None else PromptTemplate(**row["template"]),
        images=tuple(images),
        **plain,
    )


def image_row(run_id: str, image: Image) -> dict[str, Any]:
    """The columns of one image. SQL reserves the word index."""
    columns = asdict(image)
    return {"run_id": run_id, "position": columns.pop("index"), **columns}


def image_from(row: RowMapping) -> Image:
    """The image that a row stands for."""
    columns = dict(row)
    del columns["run_id"]
    return Image(index=columns.pop("position"), **columns)


def _handle_columns(handle: Handle | None) -> dict[str, str | None]:
    names = (field.name for field in fields(Handle))
    return {name: None if handle is None else getattr(handle, name) for name in names}


def _handle_from(row: RowMapping) -> Handle | None:
    if row["request_id"] is None:
        return None
    return Handle(**{field.name: row[field.name] for field in fields(Handle)})


def _output_as_json(output: Output) -> dict[str, Any]:
    return {"seed": output.seed, "prompt": output.prompt, "timings": output.timings}


def _problem_as_json(problem: RunProblem) -> dict[str, Any]:
    columns = {field.name: getattr(problem, field.name) for field in fields(RunProblem)}
    said = {name: kept(text) for name, text in problem.fields.items()}
    return {**columns, "message": kept(problem.message), "fields": said}


def _problem_from(columns: Mapping[str, Any]) -> RunProblem:
    said = {name: kept_from(text) for name, text in columns["fields"].items()}
    return RunProblem(**{**columns, "message": kept_from(columns["message"]), "fields": said})
