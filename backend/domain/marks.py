"""What people put on a picture of the gallery: star, tags, title and note (docs/gallery.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, order=True)
class PictureId:
    """One picture of the gallery."""

    run_id: str
    index: int


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What is on one picture. All but the star is the same for everybody who sees it."""

    title: str = ""
    note: str = ""
    #: as they were typed, in the order in which they came
    tags: tuple[str, ...] = ()
    #: by the one who asks
    starred: bool = False
    #: of how many people
    stars: int = 0


@dataclass(frozen=True, kw_only=True)
class TagCount:
    """A tag, and on how many pictures it is."""

    name: str
    pictures: int


class MarkStore(Protocol):
    """Marks, by picture. What is written is found by a search as soon as the call returns."""

    async def of(self, run_ids: Sequence[str], person_id: str) -> Mapping[PictureId, Marks]:
        """The marks on these runs' pictures, as this person sees them; bare ones are left out."""
        ...

    async def star(
        self, person_id: str, pictures: Sequence[PictureId], at: datetime | None
    ) -> None:
        """This person's star on each of them since then; None takes it away."""
        ...

    async def tag(
        self, pictures: Sequence[PictureId], add: Sequence[str], remove: Sequence[str], at: datetime
    ) -> None:
        """Put tags on each of them, and take tags away; case does not tell two apart."""
        ...

    async def write(
        self, picture: PictureId, *, title: str | None = None, note: str | None = None
    ) -> None:
        """Another title or note; None leaves it as it is."""
        ...

    async def tags(
        self, person_id: str, prefix: str, *, with_team: bool, limit: int
    ) -> tuple[TagCount, ...]:
        """Tags that begin so, on what is this person's (and the team's), the most used first."""
        ...
