"""A preset: a named, possibly partial input for one endpoint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.domain.field import Input
from backend.domain.sharing import Visibility

#: characters of a name, of a description and of a tag; how many tags one has
NAME_LENGTH: Final = 80
DESCRIPTION_LENGTH: Final = 300
TAG_LENGTH: Final = 30
MOST_TAGS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Shipped ones are files in presets/ (person_id is None), others belong to a person."""

    id: str
    endpoint_id: str
    name: str
    description: str
    values: Input
    #: words to find it by
    tags: tuple[str, ...] = ()
    person_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    visibility: Visibility = Visibility.PRIVATE

    @property
    def shipped(self) -> bool:
        """True for a file in presets/, which nobody can change from the page."""
        return self.person_id is None


def clean_text(text: str) -> str:
    """Without space around it and with single spaces inside."""
    return " ".join(text.split())


def is_name(text: str) -> bool:
    """Whether a preset can be called that."""
    shown = clean_text(text)
    return 0 < len(shown) <= NAME_LENGTH and shown.isprintable()


def clean_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, whatever its case, in their order."""
    shown = {clean_text(tag).casefold(): clean_text(tag) for tag in reversed(tags)}
    return tuple(reversed([tag for tag in shown.values() if tag]))


def are_tags(tags: tuple[str, ...]) -> bool:
    """Whether a preset can have them."""
    cleaned = clean_tags(tags)
    readable = all(len(tag) <= TAG_LENGTH and tag.isprintable() for tag in cleaned)
    return readable and len(cleaned) <= MOST_TAGS
