"""A snippet: a text for prompts under a name, one's own or the team's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from backend.domain.sharing import Visibility

NAME_LENGTH: Final = 80
TEXT_LENGTH: Final = 10_000

#: how long a deleted snippet can be brought back
KEPT_DELETED: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """What a person has kept."""

    id: str
    person_id: str
    name: str
    text: str
    created_at: datetime
    updated_at: datetime
    visibility: Visibility
    #: only its owner or an admin changes it; else whoever of the team sees it
    locked: bool = False
    #: one more with each change of what it says
    version: int = 1
    deleted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SnippetFilter:
    """Which snippets to list: one's own first, each by name."""

    person_id: str
    #: what others share, too
    with_team: bool = False
    #: texts that name or text hold, all of them
    words: tuple[str, ...] = ()
    #: those that were deleted, last deleted first
    deleted: bool = False
    offset: int = 0
    limit: int = 100


class SnippetStore(Protocol):
    """Everybody's snippets. Deleted ones are kept for a while."""

    async def add(self, snippet: Snippet) -> Snippet:
        """Write it. Raises NameTaken where its owner has one of that name."""
        ...

    async def get(self, snippet_id: str) -> Snippet | None:
        """One, deleted or not."""
        ...

    async def named(self, person_id: str, name: str) -> Snippet | None:
        """A person's snippet of that name, whatever its case."""
        ...

    async def list(self, which: SnippetFilter) -> Sequence[Snippet]:
        """Those of the filter."""
        ...

    async def update(self, snippet: Snippet) -> Snippet:
        """Let it say something else; its version is one more then.

        Raises NotFound, NameTaken, or SnippetChanged where it has another version by now.
        """
        ...

    async def share(
        self, snippet_id: str, visibility: Visibility | None, locked: bool | None
    ) -> Snippet:
        """Who sees it and who changes it; None: as it is. Raises NotFound."""
        ...

    async def remove(self, snippet_id: str) -> None:
        """Delete it; its name is free."""
        ...

    async def restore(self, snippet_id: str) -> Snippet:
        """Bring a deleted one back. Raises NotFound, NameTaken."""
        ...

    async def clean(self, before: datetime) -> int:
        """Remove for good what was deleted before that moment; how many."""
        ...
