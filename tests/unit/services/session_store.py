"""Sessions in memory, which count how often they were asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backend.domain.sign_in import Session


class SessionsInMemory:
    """The port SessionStore."""

    def __init__(self) -> None:
        self.rows: dict[str, Session] = {}
        self.reads = 0
        self.writes = 0

    async def add(self, session: Session) -> None:
        """Write it."""
        self.rows[session.id] = session

    async def by_hash(self, token_hash: str) -> Session | None:
        """A session by its hash."""
        self.reads += 1
        return next((one for one in self.rows.values() if one.token_hash == token_hash), None)

    async def of(self, person_id: str) -> Sequence[Session]:
        """A person's."""
        return [one for one in self.rows.values() if one.person_id == person_id]

    async def used(self, session_id: str, at: datetime) -> None:
        """Remember when."""
        self.writes += 1
        self.rows[session_id] = replace(self.rows[session_id], last_used_at=at)

    async def remove(self, person_id: str, session_id: str | None, but: str | None) -> int:
        """End one, or all but one."""
        ended = [
            one.id
            for one in self.rows.values()
            if one.person_id == person_id and session_id in (None, one.id) and one.id != but
        ]
        for one in ended:
            del self.rows[one]
        return len(ended)

    async def remove_expired(self, now: datetime) -> int:
        """End what has expired."""
        ended = [one.id for one in self.rows.values() if one.expires_at <= now]
        for one in ended:
            del self.rows[one]
        return len(ended)
