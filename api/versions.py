"""Which version somebody has changed, as If-Match says it."""

import re
from typing import Annotated

from fastapi import Header

from backend.domain.errors import InputRefused, VersionNeeded
from backend.domain.sentence import Sentence

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=40,
        description='The version that was changed, as its ETag says it: "3"; * for whichever.',
    ),
]
_VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


def version_of(if_match: str | None) -> int | None:
    """None: whichever is there. Raises VersionNeeded, InputRefused."""
    if if_match is None:
        raise VersionNeeded
    if if_match.strip() == "*":
        return None
    match = _VERSION.fullmatch(if_match.strip())
    if match is None:
        told = Sentence("preset.if_match", "It has to be a version's number.")
        raise InputRefused(fields={"If-Match": told})
    return int(match[1])
