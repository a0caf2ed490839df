"""What is kept of people's ways in, and the ports to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Session:
    """A browser that has come in. What it carries is kept as a hash only."""

    #: names it where people look at their sessions; opens nothing
    id: str
    person_id: str
    token_hash: str
    #: what the browser calls itself
    agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class SessionStore(Protocol):
    """Sessions, by the hash of what a browser carries."""

    async def add(self, session: Session) -> None:
        """Write it."""
        ...

    async def by_hash(self, token_hash: str) -> Session | None:
        """A session, expired or not; None where there is none."""
        ...

    async def of(self, person_id: str) -> Sequence[Session]:
        """A person's sessions, last used first."""
        ...

    async def used(self, session_id: str, at: datetime) -> None:
        """Remember when it was last used."""
        ...

    async def remove(self, person_id: str, session_id: str | None, but: str | None) -> int:
        """End one session of a person, or all but one; how many there were."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """End what has expired by then; how many there were."""
        ...
