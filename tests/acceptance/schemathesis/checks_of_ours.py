"""A request that fits the document is refused only for what no schema can say, and no answer tells
a secret."""

import os
from typing import Any

import schemathesis

#: they name something that may not be there, or a text with rules of its own
PICTURES = {"image_url", "mask_url", "run_id", "index"}
PEOPLE = {"person", "to", "old", "new"}
NAMES = {*PICTURES, *PEOPLE, "cursor", "name", "lines", "finetune_id", "endpoint_id", "zone"}
#: a file's text in a field: what is wrong inside is told of the whole
FILES = {"/api/v1/presets/import"}
KINDS = {"link_refused", "picture_refused"}


@schemathesis.check
def explained_refusals(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """Each fault of such a 422 is about one of these names, or about 2.0 for a whole number."""
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    if not fits or response.status_code != 422:
        return
    unexplained = [
        fault
        for fault in _faults(response.json())
        if case.path not in FILES
        and fault["loc"][-1] not in NAMES
        and fault["type"] not in KINDS
        and not _is_float(case.body, str(fault["loc"][-1]))
        and not (fault["loc"][-1] == "prompt" and _has_template(case.body))
    ]
    assert unexplained == [], f"refused without a reason that a schema can't give: {unexplained}"


@schemathesis.check
def no_secrets(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """Neither in the body nor in a header."""
    told = f"{response.headers}\n{response.text}"
    for secret in os.environ["PLAYGROUND_SECRETS"].split("\n"):
        assert secret not in told, "an answer tells a secret"


def _faults(problem: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = problem["detail"]
    return found


def _has_template(body: Any) -> bool:
    """What is wrong with a template, or with a prompt beside it, is told of the prompt."""
    return isinstance(body, dict) and body.get("template") is not None


def _is_float(body: Any, name: str) -> bool:
    """2.0 is an integer in JSON Schema, and none here; width and height stand one deeper."""
    if not isinstance(body, dict):
        return False
    places = [body.get(part) or {} for part in ("input", "values", "template")]
    given = next((place[name] for place in places if name in place), None)
    values = given.values() if isinstance(given, dict) else [given]
    return any(isinstance(value, float) for value in values)
