"""What admins allow, in the database: one row, none before the first change."""

from typing import Any, Final

from sqlalchemy import select

from backend.domain.person import Role
from backend.domain.rules import Retention, Rules
from backend.store import database as db
from backend.store.tables import rules

ONLY: Final = 1


class SqlRulesStore:
    """The rules on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def get(self) -> Rules:
        """As they stand."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(rules.c.said))).first()
        return Rules() if row is None else _read(row.said)

    async def put(self, now: Rules) -> None:
        """All of them anew."""
        said = _written(now)
        async with self._database.write() as connection:
            row = db.insert(connection, rules).values(id=ONLY, said=said)
            same = row.on_conflict_do_update(index_elements=["id"], set_={"said": said})
            await connection.execute(same)


def _written(now: Rules) -> dict[str, Any]:
    return {
        "endpoints": None if now.endpoints is None else sorted(now.endpoints),
        "ceilings": {role.value: most for role, most in now.ceilings.items()},
        "payloads": now.retention.payloads,
        "pictures_s": now.retention.pictures_s,
        "keep_days": now.keep_days,
        "banner": now.banner,
    }


def _read(said: dict[str, Any]) -> Rules:
    endpoints = said["endpoints"]
    return Rules(
        endpoints=None if endpoints is None else frozenset(endpoints),
        ceilings={Role(role): most for role, most in said["ceilings"].items()},
        retention=Retention(payloads=said["payloads"], pictures_s=said["pictures_s"]),
        # rules of before have none
        keep_days=said.get("keep_days"),
        banner=said["banner"],
    )
