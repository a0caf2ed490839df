"""What is wrong with an input, field by field, before anything is spent.

The JSON Schema of the endpoint has the last word, by the jsonschema library. What it can't say is
checked first, and so strictly by type that no hostile value (a list a million deep, a number of a
million digits) reaches code that would walk or print it. No message repeats a value.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from unicodedata import category
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind, Value
from backend.endpoints.json_size import json_bytes

MAX_PROMPT: Final = 20_000
MAX_TEXT: Final = 2_000
MAX_LINK: Final = 4_096
#: 50 MB as base64, and its header
MAX_DATA_URL: Final = 70_000_000
MAX_JSON_BYTES: Final = 64 * 1024
MIN_INT64: Final = -(2**63)
MAX_INT64: Final = 2**63 - 1

_MAX_UNKNOWN: Final = 20
_UPLOAD: Final = re.compile(r"upload:[A-Za-z0-9_-]{1,100}")
_DATA_URL: Final = re.compile(r"data:image/[a-z0-9.+-]{1,40};base64,", re.IGNORECASE)
_RATIO: Final = re.compile(r"[1-9][0-9]{0,4}:[1-9][0-9]{0,4}")


def check_input(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, str]:
    """Messages by field name; empty where the input is fine."""
    too_large = _too_large(endpoint, given)
    if too_large:
        return too_large
    messages = _unknown(endpoint, given)
    for field in endpoint.fields:
        if field.name not in given:
            if field.required:
                messages[field.name] = f"{field.label} is missing: it has to be {allowed(field)}."
            continue
        message = _CHECKS[field.kind](field, given[field.name])
        if message is not None:
            messages[field.name] = message
    sound = {f.name: given[f.name] for f in endpoint.fields if f.name in given}
    sound = {name: value for name, value in sound.items() if name not in messages}
    return messages | _against_schema(endpoint, sound)


def allowed(field: Field) -> str:
    """What a field takes, as the end of a sentence: "a whole number from 1 to 4"."""
    match field.kind:
        case Kind.LONG_TEXT:
            return f"a text of at most {MAX_PROMPT:,} characters"
        case Kind.TEXT:
            return f"a text in one line of at most {MAX_TEXT:,} characters"
        case Kind.INTEGER | Kind.NUMBER:
            noun = "a whole number" if field.kind is Kind.INTEGER else "a number"
            return noun + _between(field)
        case Kind.SEED:
            return f"a whole number from {MIN_INT64:,} to {MAX_INT64:,}"
        case Kind.BOOLEAN:
            return "true or false"
        case Kind.CHOICE:
            return "one of " + ", ".join(field.choices)
        case Kind.ASPECT_RATIO:
            names = ", ".join(field.choices)
            return f"one of {names}, or another width:height in whole numbers such as 5:4"
        case Kind.IMAGE_SIZE:
            names = ", ".join(field.choices)
            return f"one of {names}, or a width and a height in whole pixels{_between(field)}"
        case Kind.IMAGE | Kind.MASK:
            return "an uploaded picture, a link that begins with https:// or http://, or a data URL"


def _between(field: Field) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f" from {_plain(low)} to {_plain(high)}"
    if low is not None:
        return f" of at least {_plain(low)}"
    return "" if high is None else f" of at most {_plain(high)}"


def _plain(number: float) -> str:
    return f"{int(number):,}" if number == int(number) else str(number)


def _too_large(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, str]:
    """All texts together have a limit; the largest field is told."""
    sizes = {}
    for name, value in given.items():
        field = endpoint.field(name)
        inline = field is not None and field.is_picture and isinstance(value, str)
        sizes[name] = 0 if inline else json_bytes(name, MAX_JSON_BYTES)
        sizes[name] += 0 if inline else json_bytes(value, MAX_JSON_BYTES)
    if sum(sizes.values()) <= MAX_JSON_BYTES:
        return {}
    largest = max(sizes, key=lambda name: sizes[name])
    label = _label(endpoint, largest)
    return {largest: f"{label} is too large: all fields together take at most 64 KB of text."}


def _unknown(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, str]:
    known = ", ".join(field.name for field in endpoint.fields)
    names = [name for name in given if endpoint.field(name) is None]
    return {
        name: f"{_label(endpoint, name)} is not a field of this endpoint; it has {known}."
        for name in names[:_MAX_UNKNOWN]
    }


def _label(endpoint: Endpoint, name: str) -> str:
    """A field's label, or a name that somebody made up, in a form that can be shown."""
    field = endpoint.field(name)
    if field is not None:
        return field.label
    shown = "".join(c if c.isprintable() else "�" for c in name[:60])
    return f"“{shown}{'…' if len(name) > 60 else ''}”"


def _wrong(field: Field) -> str:
    if field.required:
        return f"{field.label} has to be {allowed(field)}."
    return f"{field.label} has to be {allowed(field)}, or be left out."


def _check_text(field: Field, value: Value) -> str | None:
    most = MAX_PROMPT if field.kind is Kind.LONG_TEXT else MAX_TEXT
    if not isinstance(value, str):
        return _wrong(field)
    if len(value) > most:
        return f"{field.label} is too long: at most {most:,} characters, it has {len(value):,}."
    if any("\ud800" <= c <= "\udfff" for c in value):
        return f"{field.label} has half a character in it (a lone surrogate): type it again."
    if field.kind is Kind.TEXT and any(category(c) in ("Cc", "Zl", "Zp") for c in value):
        return f"{field.label} has to be {allowed(field)}, without control characters."
    if field.required and is_blank(value):
        return f"{field.label} is empty: it has to be {allowed(field)}."
    return None


def is_blank(text: str) -> bool:
    """True where nothing of it can be seen: spaces, controls, zero-width characters."""
    return all(c.isspace() or category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp") for c in text)


def _check_integer(field: Field, value: Value) -> str | None:
    if type(value) is not int or not MIN_INT64 <= value <= MAX_INT64 or _outside(field, value):
        return _wrong(field)
    return None


def _check_number(field: Field, value: Value) -> str | None:
    if type(value) is int:
        return _check_integer(field, value)
    if type(value) is not float or not math.isfinite(value) or _outside(field, value):
        return _wrong(field)
    return None


def _outside(field: Field, value: float) -> bool:
    low, high = field.minimum, field.maximum
    return (low is not None and value < low) or (high is not None and value > high)


def _check_boolean(field: Field, value: Value) -> str | None:
    return None if isinstance(value, bool) else _wrong(field)


def _check_choice(field: Field, value: Value) -> str | None:
    return None if isinstance(value, str) and value in field.choices else _wrong(field)


def _check_aspect_ratio(field: Field, value: Value) -> str | None:
    fits = isinstance(value, str) and (value in field.choices or _RATIO.fullmatch(value))
    return None if fits else _wrong(field)


def _check_image_size(field: Field, value: Value) -> str | None:
    if isinstance(value, str):
        return None if value in field.choices else _wrong(field)
    # fal fills in 512 for a side that is missing: nobody means that
    if not isinstance(value, Mapping) or set(value) != {"width", "height"}:
        return _wrong(field)
    wrong = any(_check_integer(field, value[side]) for side in ("width", "height"))
    return _wrong(field) if wrong else None


def _check_picture(field: Field, value: Value) -> str | None:
    if not isinstance(value, str):
        return _wrong(field)
    if not value.strip():
        return f"{field.label} is empty: it has to be {allowed(field)}."
    if _UPLOAD.fullmatch(value):
        return None
    if value[:5].lower() == "data:":
        fits = len(value) <= MAX_DATA_URL and _DATA_URL.match(value) is not None
        return None if fits else f"{field.label} is not a data URL of a picture of at most 50 MB."
    return None if len(value) <= MAX_LINK and _is_link(value) else _wrong(field)


def _is_link(text: str) -> bool:
    if not all(c.isprintable() and not c.isspace() for c in text):
        return False
    try:
        parts = urlsplit(text)
        # reading the port checks it
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_CHECKS: Final[Mapping[Kind, Callable[[Field, Value], str | None]]] = {
    Kind.TEXT: _check_text,
    Kind.LONG_TEXT: _check_text,
    Kind.INTEGER: _check_integer,
    Kind.SEED: _check_integer,
    Kind.NUMBER: _check_number,
    Kind.BOOLEAN: _check_boolean,
    Kind.CHOICE: _check_choice,
    Kind.ASPECT_RATIO: _check_aspect_ratio,
    Kind.IMAGE_SIZE: _check_image_size,
    Kind.IMAGE: _check_picture,
    Kind.MASK: _check_picture,
}


def _against_schema(endpoint: Endpoint, sound: Mapping[str, Any]) -> dict[str, str]:
    """What the schema refuses of the values that are of the right type."""
    messages: dict[str, str] = {}
    for error in Draft202012Validator(endpoint.schema).iter_errors(dict(sound)):
        field = endpoint.field(str(error.absolute_path[0])) if error.absolute_path else None
        # missing and unknown names are told already: they are not in `sound`
        if field is not None:
            message = _wrong_by(field, error.validator, error.validator_value)
            messages.setdefault(field.name, message)
    return messages


def _wrong_by(field: Field, rule: object, value: object) -> str:
    """A rule of the schema that a field does not carry by itself."""
    match rule:
        case "minLength":
            return f"{field.label} has to have at least {value} characters."
        case "maxLength":
            return f"{field.label} has to have at most {value} characters."
        case "pattern":
            return f"{field.label} has to have the form {value}."
        case "multipleOf":
            return f"{field.label} has to be a multiple of {value}."
        case "exclusiveMinimum":
            return f"{field.label} has to be more than {value}."
        case "exclusiveMaximum":
            return f"{field.label} has to be less than {value}."
    return _wrong(field)
