"""Who may see what and who may change it. Every face and every list asks here.

| | own | the team's, of others | private, of others | deleted runs of others |
|---|---|---|---|---|
| guest | sees, changes | | | |
| member | sees, changes | sees | | |
| admin | sees, changes | sees, changes | sees, changes, by its address | the same |

Lists hold what is one's own and what is the team's, for admins too. What may not be seen is
answered as if it were not there; what may be seen but not changed, as not allowed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backend.domain.person import Person, Role


class Visibility(StrEnum):
    """Who sees a run with its pictures, or a preset, beside its owner and the admins."""

    PRIVATE = "private"
    TEAM = "team"


class Owned(Protocol):
    """Something that belongs to a person; to nobody: it is shipped, and everybody's to see."""

    @property
    def person_id(self) -> str | None:
        """Its owner."""
        ...

    @property
    def visibility(self) -> Visibility:
        """Who else sees it."""
        ...


class Deletable(Owned, Protocol):
    """What is kept for a while after somebody deleted it."""

    @property
    def deleted_at(self) -> datetime | None:
        """When, or None."""
        ...


@dataclass(frozen=True, kw_only=True)
class Possession:
    """That something is somebody's, where no more of it is known."""

    person_id: str | None
    visibility: Visibility


def in_team(person: Person) -> bool:
    """Whether this person sees what the team shares, and may share. Guests are strangers."""
    return person.role is not Role.GUEST


def sees(person: Person, thing: Owned) -> bool:
    """Whether this person may see it at all."""
    if thing.person_id is None or changes(person, thing):
        return True
    return in_team(person) and thing.visibility is Visibility.TEAM


def sees_run(person: Person, run: Deletable) -> bool:
    """As `sees`; a deleted run is there only for those who can bring it back."""
    return changes(person, run) if run.deleted_at is not None else sees(person, run)


def changes(person: Person, thing: Owned) -> bool:
    """Whether this person may change, cancel, share or delete it. Nobody changes shipped ones."""
    if thing.person_id is None:
        return False
    return thing.person_id == person.id or person.role is Role.ADMIN


class Lockable(Owned, Protocol):
    """What the whole team may change unless it is locked."""

    @property
    def locked(self) -> bool:
        """Whether only its owner and admins may."""
        ...


def edits(person: Person, thing: Lockable) -> bool:
    """Whether this person may change what it says; sharing, locking and deleting is for others."""
    if changes(person, thing):
        return True
    return sees(person, thing) and thing.person_id is not None and not thing.locked


def may_share(person: Person, thing: Owned) -> bool:
    """Whether this person may let the team see it, or take it away from them."""
    return in_team(person) and changes(person, thing)


def begins_as(person: Person, usual: Visibility) -> Visibility:
    """What a new thing of this person's is: as is usual here, but a guest's is never the team's."""
    return usual if in_team(person) else Visibility.PRIVATE
