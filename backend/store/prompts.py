"""Prompts in the database: one row for each text of a person's, which its runs refer to."""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, exists, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.prompts import PastPrompt, PromptFilter, PromptPage, prompt_id, prompt_of
from backend.domain.run import Run
from backend.domain.words import folded
from backend.store import database as db
from backend.store.columns import Moment, Words
from backend.store.paging import cursor_at, position_of
from backend.store.tables import prompts, runs

MOST_AT_ONCE = 200


class SqlPromptStore:
    """The prompt store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def list(self, which: PromptFilter) -> PromptPage:
        """A page of them. Raises InputRefused for a cursor not of ours."""
        limit = max(1, min(which.limit, MOST_AT_ONCE))
        listed = select(prompts).where(prompts.c.person_id == which.person_id)
        if which.starred:
            listed = listed.where(prompts.c.starred_at.is_not(None))
        for word in which.words:
            listed = listed.where(prompts.c.words.contains(folded(word), autoescape=True))
        if which.cursor is not None:
            last_at, last = position_of(which.cursor)
            here = tuple_(literal(last_at, Moment), literal(last, Words))
            listed = listed.where(tuple_(prompts.c.last_at, prompts.c.id) < here)
        newest = listed.order_by(prompts.c.last_at.desc(), prompts.c.id.desc())
        async with self._database.read() as connection:
            rows = (await connection.execute(newest.limit(limit + 1))).mappings().all()
        shown = tuple(_prompt(row) for row in rows[:limit])
        more = len(rows) > limit
        cursor = cursor_at(shown[-1].last_at, shown[-1].id) if more else None
        return PromptPage(prompts=shown, next_cursor=cursor)

    async def star(self, person_id: str, prompt_id: str, at: datetime | None) -> PastPrompt | None:
        """Keep it, or with None let it go with its runs; None where this person has no such one."""
        which = (prompts.c.person_id == person_id) & (prompts.c.id == prompt_id)
        starred = update(prompts).where(which).values(starred_at=at).returning(prompts)
        async with self._database.write() as connection:
            row = (await connection.execute(starred)).mappings().first()
            if row is None:
                return None
            await let_go(connection, person_id, prompt_id)
        return _prompt(row)

    async def forget(self, person_id: str, prompt_id: str) -> PastPrompt | None:
        """Take it out of the history, its runs stay; None where this person has no such one."""
        which = (prompts.c.person_id == person_id) & (prompts.c.id == prompt_id)
        async with self._database.write() as connection:
            gone = delete(prompts).where(which).returning(prompts)
            row = (await connection.execute(gone)).mappings().first()
        return None if row is None else _prompt(row)


async def remember(connection: AsyncConnection, run: Run) -> str | None:
    """Its prompt was used now. What the run refers to; None where it has no prompt.

    Of a template, what was written: that is what one wants to have in the box again.
    """
    text = prompt_of(run.input) if run.template is None else run.template.prompt
    if not text:
        return None
    row: dict[str, Any] = {
        "person_id": run.person_id,
        "id": prompt_id(text),
        "text": text,
        "words": folded(text),
        "last_at": run.created_at,
    }
    used = db.insert(connection, prompts).values(row)
    again = used.on_conflict_do_update(
        index_elements=["person_id", "id"], set_={"last_at": run.created_at}
    )
    await connection.execute(again)
    return str(row["id"])


async def let_go(connection: AsyncConnection, person_id: str, prompt_id: str) -> None:
    """Forget a prompt that no run refers to any more, unless it has a star."""
    used = exists().where(runs.c.person_id == person_id, runs.c.prompt_id == prompt_id)
    one = (prompts.c.person_id == person_id) & (prompts.c.id == prompt_id)
    # a run that is being written with it comes first, and is seen by what follows
    await connection.execute(select(prompts.c.id).where(one).with_for_update())
    await connection.execute(delete(prompts).where(one, prompts.c.starred_at.is_(None), ~used))


def _prompt(row: RowMapping) -> PastPrompt:
    return PastPrompt(
        id=row["id"],
        text=row["text"],
        last_at=row["last_at"],
        starred=row["starred_at"] is not None,
    )
