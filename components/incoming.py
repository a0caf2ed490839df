"""Input from elsewhere for a form: pasted JSON, a run's input, a preset's values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.domain.endpoint import Endpoint
from backend.domain.errors import InputRefused
from backend.domain.field import Input
from backend.domain.sentence import Sentence
from backend.endpoints.check_input import check_input

MAX_TEXT: Final = 1_000_000
#: where a snippet of fal's clients and pages has the input itself
_WRAPPERS: Final = ("input", "arguments")
#: fields of older pages of fal that its endpoints no longer have
_RETIRED: Final = ("enable_safety_checker",)
_MAX_NAMED: Final = 12
_MAX_NAME: Final = 60


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """What of an input fits a form, and a sentence for everything that does not."""

    values: Input
    notes: tuple[str, ...]


def read_json(endpoint: Endpoint, text: str) -> Mapping[str, Any]:
    """The input that a pasted text holds. Raises InputRefused with what is wrong with the text."""
    if len(text) > MAX_TEXT:
        raise InputRefused(
            Sentence(
                "paste.too_long",
                "This text is too long. Leave pictures out of it and choose them in their fields.",
            )
        )
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        told = Sentence(
            "paste.not_json",
            "This is not JSON: {why} at line {line}, column {column}.",
            why=error.msg.lower(),
            line=error.lineno,
            column=error.colno,
        )
        raise InputRefused(told) from error
    except (RecursionError, ValueError) as error:
        raise InputRefused(
            Sentence("paste.unreadable", "This is not JSON that can be read.")
        ) from error
    if not isinstance(found, dict):
        example = '{"prompt": "…"}'
        english = "The input has to be a JSON object: {example}."
        raise InputRefused(Sentence("paste.no_object", english, example=example))
    for name in _WRAPPERS:
        if isinstance(found.get(name), dict) and endpoint.field(name) is None:
            inner: dict[str, Any] = found[name]
            return inner
    return found


def fit(endpoint: Endpoint, given: Mapping[str, Any]) -> Fitting:
    """The fields that this endpoint has and whose values it allows."""
    wrong = check_input(endpoint, given)
    values = {}
    notes: list[str] = []
    unknown: list[str] = []
    for name, value in given.items():
        if endpoint.field(name) is None:
            if name in _RETIRED:
                english = "{name} is no longer a field of fal's; left out."
                notes.append(Sentence("fit.retired", english, name=name))
            else:
                unknown.append(_shown(name))
        elif value is None:
            continue
        elif name in wrong:
            notes.append(Sentence("fit.wrong", "{why} Left out.", why=wrong[name]))
        else:
            values[name] = value
    if unknown:
        notes.append(_unknown(endpoint, unknown))
    return Fitting(values=values, notes=tuple(notes))


def _unknown(endpoint: Endpoint, names: list[str]) -> str:
    named: str = ", ".join(names[:_MAX_NAMED])
    if len(names) > _MAX_NAMED:
        more = len(names) - _MAX_NAMED
        named = Sentence("fit.and_more", "{names} and {more} more", names=named, more=more)
    return Sentence.counted(
        "fit.unknown",
        len(names),
        one="{names} is not a field of {endpoint}; left out.",
        other="{names} are not fields of {endpoint}; left out.",
        names=named,
        endpoint=endpoint.label,
    )


def _shown(name: str) -> str:
    printable = "".join(c if c.isprintable() else "�" for c in name[:_MAX_NAME])
    return printable + ("…" if len(name) > _MAX_NAME else "")
