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
from backend.domain.sentence import Param, Sentence
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
_WHOLE: Final = Sentence("check.whole", "a whole number")
_NUMBER: Final = Sentence("check.number", "a number")
_SIDES: Final = Sentence("check.sides", "a width and a height in whole pixels")
_EMPTY: Final = "{label} is empty: it has to be {allowed}."
#: rules of a schema that a field does not carry by itself
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "minLength": ("check.min_length", "{label} has to have at least {value} characters."),
    "maxLength": ("check.max_length", "{label} has to have at most {value} characters."),
    "pattern": ("check.pattern", "{label} has to have the form {value}."),
    "multipleOf": ("check.multiple", "{label} has to be a multiple of {value}."),
    "exclusiveMinimum": ("check.more", "{label} has to be more than {value}."),
    "exclusiveMaximum": ("check.less", "{label} has to be less than {value}."),
}
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
                messages[field.name] = _about(
                    "check.missing", "{label} is missing: it has to be {allowed}.", field
                )
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
            return Sentence(
                "check.long_text", "a text of at most {most:n} characters", most=MAX_PROMPT
            )
        case Kind.TEXT:
            return Sentence(
                "check.text", "a text in one line of at most {most:n} characters", most=MAX_TEXT
            )
        case Kind.INTEGER | Kind.NUMBER:
            noun = _WHOLE if field.kind is Kind.INTEGER else _NUMBER
            return _between(noun, field.minimum, field.maximum)
        case Kind.SEED:
            return _between(_WHOLE, MIN_INT64, MAX_INT64)
        case Kind.BOOLEAN:
            return Sentence("check.boolean", "true or false")
        case Kind.CHOICE:
            return Sentence("check.one_of", "one of {names}", names=", ".join(field.choices))
        case Kind.ASPECT_RATIO:
            return Sentence(
                "check.ratio",
                "one of {names}, or another width:height in whole numbers such as 5:4",
                names=", ".join(field.choices),
            )
        case Kind.IMAGE_SIZE:
            return Sentence(
                "check.size",
                "one of {names}, or {sides}",
                names=", ".join(field.choices),
                sides=_between(_SIDES, field.minimum, field.maximum),
            )
        case Kind.IMAGE | Kind.MASK:
            return Sentence(
                "check.image",
                "an uploaded picture, a link that begins with https:// or http://, or a data URL",
            )


def _between(what: Sentence, low: float | None, high: float | None) -> Sentence:
    if low is not None and high is not None:
        english = "{what} from {low:n} to {high:n}"
        return Sentence("check.between", english, what=what, low=_plain(low), high=_plain(high))
    if low is not None:
        return Sentence("check.at_least", "{what} of at least {low:n}", what=what, low=_plain(low))
    if high is not None:
        return Sentence("check.at_most", "{what} of at most {high:n}", what=what, high=_plain(high))
    return what


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _about(key: str, english: str, field: Field, **params: Param) -> Sentence:
    """A sentence about a field; {label} and {allowed} are put in where it has them."""
    if "{allowed}" in english:
        params["allowed"] = allowed(field)
    return Sentence(key, english, label=field.label, **params)


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
    english = "{label} is too large: all fields together take at most 64 KB of text."
    return {largest: Sentence("check.too_large", english, label=label)}


def _unknown(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, str]:
    known = ", ".join(field.name for field in endpoint.fields)
    names = [name for name in given if endpoint.field(name) is None]
    english = "{label} is not a field of this endpoint; it has {known}."
    return {
        name: Sentence("check.unknown", english, label=_label(endpoint, name), known=known)
        for name in names[:_MAX_UNKNOWN]
    }


def _label(endpoint: Endpoint, name: str) -> str:
    """A field's label, or a name that somebody made up, in a form that can be shown."""
    field = endpoint.field(name)
    if field is not None:
        return field.label
    shown = "".join(c if c.isprintable() else "�" for c in name[:60])
    return Sentence("check.made_up", "“{name}”", name=f"{shown}{'…' if len(name) > 60 else ''}")


def _wrong(field: Field) -> str:
    if field.required:
        return _about("check.wrong", "{label} has to be {allowed}.", field)
    return _about("check.wrong_or_out", "{label} has to be {allowed}, or be left out.", field)


def _check_text(field: Field, value: Value) -> str | None:
    most = MAX_PROMPT if field.kind is Kind.LONG_TEXT else MAX_TEXT
    if not isinstance(value, str):
        return _wrong(field)
    if len(value) > most:
        english = "{label} is too long: at most {most:n} characters, it has {length:n}."
        return _about("check.too_long", english, field, most=most, length=len(value))
    if any("\ud800" <= c <= "\udfff" for c in value):
        english = "{label} has half a character in it (a lone surrogate): type it again."
        return _about("check.half", english, field)
    if field.kind is Kind.TEXT and any(category(c) in ("Cc", "Zl", "Zp") for c in value):
        english = "{label} has to be {allowed}, without control characters."
        return _about("check.control", english, field)
    if field.required and is_blank(value):
        return _about("check.empty", _EMPTY, field)
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
        return _about("check.empty", _EMPTY, field)
    if _UPLOAD.fullmatch(value):
        return None
    if value[:5].lower() == "data:":
        fits = len(value) <= MAX_DATA_URL and _DATA_URL.match(value) is not None
        english = "{label} is not a data URL of a picture of at most 50 MB."
        return None if fits else _about("check.data_url", english, field)
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
    known = RULES.get(str(rule))
    if known is not None:
        return _about(known[0], known[1], field, value=str(value))
    return _wrong(field)
