"""What `check_input` takes, as JSON Schema, for the OpenAPI document and whoever reads it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from backend.domain.endpoint import Endpoint
from backend.domain.field import UNSET, Field, Kind
from backend.endpoints.check_input import MAX_INT64, MAX_PROMPT, MAX_TEXT, MIN_INT64

Schema = dict[str, Any]

_CONTROLS: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
#: spaces, controls and characters without a width; a required text needs another one
_UNSEEN: Final = rf"\s{_CONTROLS}\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_RATIO: Final = "^[1-9][0-9]{0,4}:[1-9][0-9]{0,4}$"
_PICTURE: Final = "^(upload:[A-Za-z0-9_-]{1,100}|https?://[^/\\s]+.*|data:image/.+;base64,.+)$"


def input_schema(endpoint: Endpoint, *, partial: bool = False) -> Schema:
    """The schema of an input; of a part of one, as a preset keeps it, where `partial`."""
    return {
        "type": "object",
        "title": f"Input of {endpoint.label}",
        "additionalProperties": False,
        "required": [] if partial else [field.name for field in endpoint.fields if field.required],
        "properties": {field.name: _described(field) for field in endpoint.fields},
    }


def _described(field: Field) -> Schema:
    shape = {"title": field.label, "description": field.help, **_SHAPES[field.kind](field)}
    return shape if field.default is UNSET else {**shape, "default": _plain(field.default)}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | int | dict) else float(value)


def _long_text(field: Field) -> Schema:
    shape: Schema = {"type": "string", "maxLength": MAX_PROMPT}
    return {**shape, "minLength": 1, "pattern": f"[^{_UNSEEN}]"} if field.required else shape


def _text(field: Field) -> Schema:
    line = f"[^{_CONTROLS}]*"
    pattern = f"^{line}[^{_UNSEEN}]{line}$" if field.required else f"^{line}$"
    return {"type": "string", "maxLength": MAX_TEXT, "pattern": pattern}


def _whole(field: Field) -> Schema:
    low, high = field.minimum, field.maximum
    return {
        "type": "integer",
        "minimum": MIN_INT64 if low is None else int(low),
        "maximum": MAX_INT64 if high is None else int(high),
    }


def _number(field: Field) -> Schema:
    limits = {"minimum": field.minimum, "maximum": field.maximum}
    return {
        "type": "number",
        **{name: value for name, value in limits.items() if value is not None},
    }


def _names(field: Field) -> Schema:
    return {"type": "string", "enum": list(field.choices)}


def _ratio(field: Field) -> Schema:
    return {"anyOf": [_names(field), {"type": "string", "pattern": _RATIO}]}


def _size(field: Field) -> Schema:
    sides = {
        "type": "object",
        "additionalProperties": False,
        "required": ["width", "height"],
        "properties": {"width": _whole(field), "height": _whole(field)},
    }
    return {"anyOf": [_names(field), sides]}


def _picture(_: Field) -> Schema:
    return {"type": "string", "pattern": _PICTURE}


_SHAPES: Final[Mapping[Kind, Callable[[Field], Schema]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.INTEGER: _whole,
    Kind.SEED: _whole,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: lambda _: {"type": "boolean"},
    Kind.CHOICE: _names,
    Kind.ASPECT_RATIO: _ratio,
    Kind.IMAGE_SIZE: _size,
    Kind.IMAGE: _picture,
    Kind.MASK: _picture,
}
