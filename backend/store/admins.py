"""Whether somebody looks after this server who can come in."""

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.person import LOCAL_ID, Role
from backend.store.tables import identities, passwords, people


def comes_in(way: str) -> ColumnElement[bool]:
    """Whether a person of `people` has what this way of coming in asks for."""
    if way == "none":
        return true()
    if way == "password":
        return exists().where(passwords.c.person_id == people.c.id)
    return exists().where(identities.c.person_id == people.c.id, identities.c.provider == way)


async def there_is_an_admin(connection: AsyncConnection, way: str) -> bool:
    """Whether an active admin can come in this way."""
    statement = select(people.c.id).where(
        people.c.role == Role.ADMIN, people.c.deactivated_at.is_(None), comes_in(way)
    )
    return await connection.scalar(statement.limit(1)) is not None


async def may_be_claimed(connection: AsyncConnection) -> bool:
    """Whether there is a local person of a time without sign-in whom nobody has become yet."""
    known = or_(
        exists().where(passwords.c.person_id == LOCAL_ID),
        exists().where(identities.c.person_id == LOCAL_ID),
    )
    local = select(people.c.id).where(people.c.id == LOCAL_ID, ~known)
    return await connection.scalar(local) is not None
