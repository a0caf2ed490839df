"""A preset: a named, possibly partial input for one endpoint."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.domain.field import Input
from backend.domain.sharing import Possession, Visibility

#: characters of a name, of a description and of a tag; how many tags one has
NAME_LENGTH: Final = 80
DESCRIPTION_LENGTH: Final = 300
TAG_LENGTH: Final = 30
MOST_TAGS: Final = 10


#: how long a deleted preset can be brought back
KEPT_DELETED: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """The picture beside a preset's name: an image of a run."""

    run_id: str
    index: int
    #: whose that run is; None where it is gone or was not asked for
    run: Possession | None = None


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
    cover: Cover | None = None
    person_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    visibility: Visibility = Visibility.PRIVATE
    #: only its owner or an admin changes it; else whoever of the team sees it
    locked: bool = False
    #: one more with each change of what it says
    version: int = 1
    #: its place in lists: smaller first; 0 for those that nobody has put anywhere
    place: int = 0
    deleted_at: datetime | None = None

    @property
    def shipped(self) -> bool:
        """True for a file in presets/, which nobody can change from the page."""
        return self.person_id is None


@dataclass(frozen=True, kw_only=True)
class PresetVersion:
    """What a preset said at one time, and who made it say so."""

    version: int
    person_id: str
    at: datetime
    name: str
    description: str
    tags: tuple[str, ...]
    cover: Cover | None
    values: Input


@dataclass(frozen=True, kw_only=True)
class PresetUse:
    """How often a preset was put into a form, by all; and when the one who asks did so last."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PresetFilter:
    """Which saved presets to list: one's own first, in their places, then last updated first."""

    person_id: str
    #: what others share, too
    with_team: bool = False
    #: one's own, too
    with_own: bool = True
    endpoint_id: str | None = None
    #: texts that name, description, tags or prompt hold, all of them
    words: tuple[str, ...] = ()
    #: those that were deleted, and no others
    deleted: bool = False
    #: last used by this person first, whatever their place
    by_use: bool = False
    offset: int = 0
    #: None: all of them
    limit: int | None = None


def says_the_same(one: Preset, other: Preset) -> bool:
    """Whether a change from the one to the other would change anything."""
    return _said(one) == _said(other)


def _said(preset: Preset) -> tuple[object, ...]:
    cover = None if preset.cover is None else (preset.cover.run_id, preset.cover.index)
    values = dict(preset.values)
    return (preset.endpoint_id, preset.name, preset.description, preset.tags, cover, values)


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
