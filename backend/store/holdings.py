"""How much people keep here, out of sums that triggers keep beside the pictures."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, select, type_coerce

from backend.domain.holdings import BROUGHT, By, Holding
from backend.store import database as db
from backend.store.columns import EPOCH, Words
from backend.store.tables import holdings, uploads

SUMS = ("pictures", "bytes", "deleted_pictures", "deleted_bytes")
GROUPS = {
    By.ENDPOINT: holdings.c.endpoint_id,
    By.MONTH: holdings.c.month,
    By.PERSON: holdings.c.person_id,
}
DAY_US = timedelta(days=1) // timedelta(microseconds=1)


class SqlHoldingsStore:
    """On SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def sums(self, person_id: str | None, by: By) -> Mapping[str, Holding]:
        """By the id of an endpoint or a person, or by month as 2026-11; None: everybody's."""
        async with self._database.read() as connection:
            made = (await connection.execute(_made(person_id, by))).all()
            brought = (await connection.execute(_brought(person_id, by))).all()
        # PostgreSQL adds whole numbers up to decimals without a fraction
        found = {
            key: Holding(**dict(zip(SUMS, map(int, counted), strict=True)))
            for key, *counted in made
        }
        for group, count, size in brought:
            key = _month(group) if by is By.MONTH else group
            more = Holding(uploads=count, upload_bytes=int(size))
            found[key] = found.get(key, Holding()) + more
        return {key: one for key, one in found.items() if one != Holding()}


def _made(person_id: str | None, by: By) -> Select[Any]:
    key = GROUPS[by]
    found = select(key, *(func.sum(holdings.c[name]) for name in SUMS)).group_by(key)
    return found if person_id is None else found.where(holdings.c.person_id == person_id)


def _brought(person_id: str | None, by: By) -> Select[Any]:
    """Months by the days in them, which both databases count alike."""
    groups: Mapping[By, ColumnElement[Any]] = {
        By.ENDPOINT: literal(BROUGHT, Words),
        By.MONTH: type_coerce(uploads.c.created_at, BigInteger) // DAY_US,
        By.PERSON: uploads.c.person_id,
    }
    key = groups[by].label("key")
    found = select(key, func.count(), func.sum(uploads.c.bytes)).group_by(key)
    return found if person_id is None else found.where(uploads.c.person_id == person_id)


def _month(day: int) -> str:
    moment: datetime = EPOCH + timedelta(days=day)
    return f"{moment.astimezone(UTC):%Y-%m}"
