"""Sessions in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from backend.domain.sign_in import Session
from backend.store.database import Database
from backend.store.tables import sessions


class SqlSessionStore:
    """The session store on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, session: Session) -> None:
        """Write it."""
        async with self._database.write() as connection:
            await connection.execute(insert(sessions).values(asdict(session)))

    async def by_hash(self, token_hash: str) -> Session | None:
        """A session, expired or not; None where there is none."""
        statement = select(sessions).where(sessions.c.token_hash == token_hash)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return None if row is None else Session(**row)

    async def of(self, person_id: str) -> Sequence[Session]:
        """A person's sessions, last used first."""
        statement = (
            select(sessions)
            .where(sessions.c.person_id == person_id)
            .order_by(sessions.c.last_used_at.desc(), sessions.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings()
            return tuple(Session(**row) for row in rows)

    async def used(self, session_id: str, at: datetime) -> None:
        """Remember when it was last used."""
        which = sessions.c.id == session_id
        async with self._database.write() as connection:
            await connection.execute(update(sessions).where(which).values(last_used_at=at))

    async def remove(self, person_id: str, session_id: str | None, but: str | None) -> int:
        """End one session of a person, or all but one; how many there were."""
        statement = delete(sessions).where(sessions.c.person_id == person_id)
        if session_id is not None:
            statement = statement.where(sessions.c.id == session_id)
        if but is not None:
            statement = statement.where(sessions.c.id != but)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount

    async def remove_expired(self, now: datetime) -> int:
        """End what has expired by then; how many there were."""
        statement = delete(sessions).where(sessions.c.expires_at <= now)
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount
