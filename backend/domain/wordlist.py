"""A list of the team: lines that prompts choose from by its name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from backend.domain.sharing import Visibility

#: lists of a team, lines of a list, characters of a line and of all its lines together
MOST_LISTS: Final = 200
MOST_LINES: Final = 5_000
LONGEST_LINE: Final = 1_000
MOST_CHARACTERS: Final = 100_000

#: how long a deleted list can be brought back
KEPT_DELETED: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class WordList:
    """Everybody in the team uses and edits it; who made it, and admins, may delete it."""

    id: str
    name: str
    #: each a template without variables
    lines: tuple[str, ...]
    person_id: str
    updated_at: datetime
    #: one more with each change
    version: int = 1
    deleted_at: datetime | None = None

    @property
    def visibility(self) -> Visibility:
        """All lists are the team's."""
        return Visibility.TEAM

    @property
    def locked(self) -> bool:
        """None is."""
        return False


class WordListStore(Protocol):
    """Where lists are kept, deleted ones for a while."""

    async def all(self) -> tuple[WordList, ...]:
        """Those that are not deleted, by name."""
        ...

    async def deleted(self, person_id: str) -> tuple[WordList, ...]:
        """A person's that are, last deleted first."""
        ...

    async def get(self, list_id: str) -> WordList | None:
        """One, deleted or not, or None."""
        ...

    async def named(self, names: tuple[str, ...]) -> tuple[WordList, ...]:
        """Those of these folded names that there are."""
        ...

    async def add(self, new: WordList, most: int) -> WordList:
        """Write it. Raises NameTaken, or Conflict where there are that many already."""
        ...

    async def update(self, changed: WordList) -> WordList:
        """Overwrite it; its version was read before, and is one more then.

        Raises NotFound, NameTaken, or ListChanged where it has another version by now.
        """
        ...

    async def remove(self, list_id: str) -> None:
        """Delete it; its name is free."""
        ...

    async def restore(self, list_id: str, most: int) -> WordList:
        """Bring a deleted one back.

        Raises NotFound, NameTaken, or Conflict where there are that many already.
        """
        ...

    async def clean(self, before: datetime) -> int:
        """Remove for good what was deleted before that moment; how many."""
        ...
