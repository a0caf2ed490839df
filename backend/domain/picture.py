"""Pictures as data: what people bring, and what a check of their bytes found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.domain.field import Input

MAX_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 64_000_000
#: types that people may bring (docs/pictures.md)
ACCEPTED_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")


@dataclass(frozen=True, kw_only=True)
class CheckedPicture:
    """A picture after the check: decoded once, oriented, other metadata dropped."""

    data: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A picture that somebody brought; `upload:{id}` in an image field stands for it."""

    id: str
    person_id: str
    sha256: str
    content_type: str
    width: int
    height: int
    bytes: int
    #: where the picture store keeps it
    key: str
    created_at: datetime
    #: the copy at fal, and until when it may be used
    fal_url: str | None = None
    fal_expires_at: datetime | None = None
    #: the picture of a run that it is, where it was last taken from one
    source_run_id: str | None = None
    source_index: int | None = None


@dataclass(frozen=True, kw_only=True)
class Preserved:
    """What a stored picture keeps about its run (docs/pictures.md)."""

    run_id: str
    endpoint_id: str
    request_id: str | None
    input: Input
    seed: int | None
    created_at: datetime
    app_version: str
    #: the prompt as it was written and what its variables stood for, where it was a template
    template: Mapping[str, Any] | None = None
