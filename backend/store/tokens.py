"""Personal tokens in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, insert, select, update

from backend.domain.token import Scope, Token
from backend.store.database import Database, alone
from backend.store.tables import tokens


class SqlTokenStore:
    """The token store on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token: Token, most: int) -> bool:
        """Write it; False, and nothing happens, where its person has that many already."""
        held = select(func.count()).where(tokens.c.person_id == token.person_id)
        async with self._database.write() as connection:
            await alone(connection)
            if (await connection.scalar(held) or 0) >= most:
                return False
            await connection.execute(insert(tokens).values(asdict(token)))
            return True

    async def by_hash(self, token_hash: str) -> Token | None:
        """A token, expired or not; None where there is none."""
        statement = select(tokens).where(tokens.c.token_hash == token_hash)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return None if row is None else _token_from(row)

    async def of(self, person_id: str) -> Sequence[Token]:
        """A person's tokens, newest first."""
        statement = (
            select(tokens)
            .where(tokens.c.person_id == person_id)
            .order_by(tokens.c.created_at.desc(), tokens.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings()
            return tuple(_token_from(row) for row in rows)

    async def used(self, token_id: str, at: datetime) -> None:
        """Remember when it was last used."""
        which = tokens.c.id == token_id
        async with self._database.write() as connection:
            await connection.execute(update(tokens).where(which).values(last_used_at=at))

    async def remove(self, person_id: str, token_id: str) -> bool:
        """Revoke one of a person's; False where there is none."""
        which = (tokens.c.person_id == person_id) & (tokens.c.id == token_id)
        async with self._database.write() as connection:
            return (await connection.execute(delete(tokens).where(which))).rowcount > 0


def _token_from(row: RowMapping) -> Token:
    return Token(**{**row, "scope": Scope(row["scope"])})
