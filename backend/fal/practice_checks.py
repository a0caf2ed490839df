"""Checks an input as the model at fal would, and says so in fal's shape.

One problem is `{"loc": ["body", field], "msg", "type", "ctx", "input"}`
(https://fal.ai/docs/documentation/model-apis/errors, read 2026-11).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from backend.domain.endpoint import Endpoint

Problem = dict[str, Any]

_TYPES = {
    "string": ("string_type", "Input should be a valid string"),
    "integer": ("int_type", "Input should be a valid integer"),
    "number": ("float_type", "Input should be a valid number"),
    "boolean": ("bool_type", "Input should be a valid boolean"),
    "object": ("dict_type", "Input should be a valid object"),
}


def problem(  # the five parts of fal's shape
    loc: Iterable[str | int],
    kind: str,
    msg: str,
    *,
    given: Any,
    ctx: Mapping[str, Any] | None = None,
) -> Problem:
    """One problem in fal's shape."""
    return {"loc": ["body", *loc], "msg": msg, "type": kind, "ctx": dict(ctx or {}), "input": given}


def known(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the endpoint has. fal ignores any other without a word."""
    names = endpoint.schema["properties"]
    return {name: value for name, value in given.items() if name in names}


def problems(endpoint: Endpoint, given: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the known fields of an input; an empty list where nothing is."""
    validator = Draft202012Validator(dict(endpoint.schema))
    found: list[Problem] = []
    for error in validator.iter_errors(known(endpoint, given)):
        found.extend(_translate(error))
    return sorted(found, key=lambda one: [str(part) for part in one["loc"]])


def _translate(error: ValidationError) -> list[Problem]:
    rule = str(error.validator)
    if rule == "anyOf":
        return _closest(error)
    if rule == "required":
        return _missing(error)
    translate = _RULES.get(rule, _otherwise)
    kind, msg, ctx = translate(error)
    return [problem(error.absolute_path, kind, msg, given=error.instance, ctx=ctx)]


def _missing(error: ValidationError) -> list[Problem]:
    path: list[str | int] = list(error.absolute_path)
    instance: Any = error.instance
    required: Any = error.validator_value
    names = [name for name in required if name not in instance]
    # jsonschema reports every missing name on its own; the message names it first
    name = next((name for name in names if error.message.startswith(repr(name))), names[0])
    return [problem([*path, name], "missing", "Field required", given=instance)]


def _closest(error: ValidationError) -> list[Problem]:
    """The problems of the alternative whose type fits, else the type itself."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [
        errors
        for errors in branches.values()
        if not any(inner.validator == "type" and not inner.path for inner in errors)
    ]
    if not fitting:
        msg = "Input should be one of the documented types"
        return [problem(error.absolute_path, "type_error", msg, given=error.instance)]
    return [found for inner in fitting[0] for found in _translate(inner)]


_Translation = tuple[str, str, Mapping[str, Any]]


def _type(error: ValidationError) -> _Translation:
    kind, msg = _TYPES.get(str(error.validator_value), ("type_error", "Wrong type"))
    return kind, msg, {}


def _enum(error: ValidationError) -> _Translation:
    choices: Any = error.validator_value
    expected = list(choices)
    return (
        "one_of",
        f"Input should be one of {', '.join(map(str, expected))}",
        {"expected": expected},
    )


def _minimum(error: ValidationError) -> _Translation:
    limit = error.validator_value
    msg = f"Input should be greater than or equal to {limit}"
    return "greater_than_equal", msg, {"ge": limit}


def _maximum(error: ValidationError) -> _Translation:
    limit = error.validator_value
    return "less_than_equal", f"Input should be less than or equal to {limit}", {"le": limit}


def _min_length(error: ValidationError) -> _Translation:
    limit = error.validator_value
    msg = f"Input should have at least {limit} characters"
    return "sequence_too_short", msg, {"min_length": limit}


def _max_length(error: ValidationError) -> _Translation:
    limit = error.validator_value
    msg = f"Input should have at most {limit} characters"
    return "sequence_too_long", msg, {"max_length": limit}


def _otherwise(error: ValidationError) -> _Translation:
    return "value_error", f"Input does not obey '{error.validator}'", {}


_RULES: Mapping[str, Callable[[ValidationError], _Translation]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": _min_length,
    "maxLength": _max_length,
}
