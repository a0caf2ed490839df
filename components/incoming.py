"""Input from elsewhere for a form: pasted JSON, a run's input, a preset's values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.domain.endpoint import Endpoint
from backend.domain.errors import InputRefused
from backend.domain.field import Input
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
            "This text is too long. Leave pictures out of it and choose them in their fields."
        )
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputRefused(f"This is not JSON: {error.msg.lower()} at {place}.") from error
    except (RecursionError, ValueError) as error:
        raise InputRefused("This is not JSON that can be read.") from error
    if not isinstance(found, dict):
        raise InputRefused('The input has to be a JSON object: {"prompt": "…"}.')
    for name in _WRAPPERS:
        if isinstance(found.get(name), dict) and endpoint.field(name) is None:
            inner: dict[str, Any] = found[name]
            return inner
    return found


def fit(endpoint: Endpoint, given: Mapping[str, Any]) -> Fitting:
    """The fields that this endpoint has and whose values it allows."""
    wrong = check_input(endpoint, given)
    values = {}
    notes = []
    unknown = []
    for name, value in given.items():
        if endpoint.field(name) is None:
            if name in _RETIRED:
                notes.append(f"{name} is no longer a field of fal's; left out.")
            else:
                unknown.append(_shown(name))
        elif value is None:
            continue
        elif name in wrong:
            notes.append(f"{wrong[name]} Left out.")
        else:
            values[name] = value
    if unknown:
        notes.append(_unknown(endpoint, unknown))
    return Fitting(values=values, notes=tuple(notes))


def _unknown(endpoint: Endpoint, names: list[str]) -> str:
    named = ", ".join(names[:_MAX_NAMED])
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    verb, noun = ("is", "a field") if len(names) == 1 else ("are", "fields")
    return f"{named}{more} {verb} not {noun} of {endpoint.label}; left out."


def _shown(name: str) -> str:
    printable = "".join(c if c.isprintable() else "�" for c in name[:_MAX_NAME])
    return printable + ("…" if len(name) > _MAX_NAME else "")
