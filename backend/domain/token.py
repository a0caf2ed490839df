"""Personal tokens: a program asks for a person, and may do less than they."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Scope(StrEnum):
    """What a token may do; each one includes those above it."""

    READ = "read"  # look and estimate
    RUN = "run"  # start runs and change what its person may change as a member
    ADMIN = "admin"  # what an admin may


@dataclass(frozen=True, kw_only=True)
class Token:
    """One token. What a program carries is kept as a hash only."""

    #: names it where its person looks at their tokens; opens nothing
    id: str
    person_id: str
    name: str
    scope: Scope
    #: its beginning, to recognise it by; not a part of what is secret
    prefix: str
    token_hash: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


class TokenStore(Protocol):
    """Tokens, by the hash of what a program carries."""

    async def add(self, token: Token, most: int) -> bool:
        """Write it; False, and nothing happens, where its person has that many already."""
        ...

    async def by_hash(self, token_hash: str) -> Token | None:
        """A token, expired or not; None where there is none."""
        ...

    async def of(self, person_id: str) -> Sequence[Token]:
        """A person's tokens, newest first."""
        ...

    async def used(self, token_id: str, at: datetime) -> None:
        """Remember when it was last used."""
        ...

    async def remove(self, person_id: str, token_id: str) -> bool:
        """Revoke one of a person's; False where there is none."""
        ...
