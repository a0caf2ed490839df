"""What one person made becomes another's, in one transaction."""

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.findable import fact
from backend.domain.words import folded
from backend.store.database import Database, alone
from backend.store.tables import documents, presets, prompts, runs, snippets, uploads, wordlists


class SqlHandOver:
    """The port HandOver. The ledger stays: money was spent by whoever started the run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, source: str, target: str) -> tuple[int, int]:
        """All that one person made to another; (runs, presets)."""
        async with self._database.write() as connection:
            await alone(connection)
            await _free_keys(connection, source, target)
            theirs = update(runs).where(runs.c.person_id == source).values(person_id=target)
            await _move_documents(connection, source, target)
            moved = (await connection.execute(theirs)).rowcount
            # what somebody else typed is not in the target's history, but with the runs themselves
            await connection.execute(delete(prompts).where(prompts.c.person_id == source))
            kept = await _move_presets(connection, source, target)
            await _move_snippets(connection, source, target)
            # a team has each name of a list once
            lists = update(wordlists).where(wordlists.c.person_id == source)
            await connection.execute(lists.values(person_id=target))
            await _move_uploads(connection, source, target)
        return moved, kept


async def _move_documents(connection: AsyncConnection, source: str, target: str) -> None:
    """Whose they are is one of the facts by which runs are found."""
    theirs = select(runs.c.id).where(runs.c.person_id == source)
    renamed = func.replace(documents.c.tokens, fact("by", source), fact("by", target))
    found = update(documents).where(documents.c.run_id.in_(theirs))
    await connection.execute(found.values(tokens=renamed))


async def _free_keys(connection: AsyncConnection, source: str, target: str) -> None:
    """An idempotency key that both have used goes on meaning the target's own run."""
    others = runs.alias()
    same = exists().where(
        others.c.person_id == target, others.c.idempotency_key == runs.c.idempotency_key
    )
    both = update(runs).where(runs.c.person_id == source, same)
    await connection.execute(both.values(idempotency_key=None))


async def _move_presets(connection: AsyncConnection, source: str, target: str) -> int:
    mine = select(presets.c.id, presets.c.endpoint_id, presets.c.name)
    theirs = presets.c.person_id == source
    there = mine.where(theirs, presets.c.deleted_at.is_(None))
    rows = (await connection.execute(there)).all()
    for preset_id, endpoint_id, name in rows:
        taken = select(presets.c.folded_name).where(
            presets.c.person_id == target, presets.c.endpoint_id == endpoint_id
        )
        shown = _free_name(name, set(await connection.scalars(taken)))
        changes = {"person_id": target, "name": shown, "folded_name": folded(shown)}
        which = presets.c.id == preset_id
        await connection.execute(update(presets).where(which).values(changes))
    # the name of a deleted one is free already
    await connection.execute(update(presets).where(theirs).values(person_id=target))
    return len(rows)


async def _move_snippets(connection: AsyncConnection, source: str, target: str) -> None:
    theirs = snippets.c.person_id == source
    there = select(snippets.c.id, snippets.c.name).where(theirs, snippets.c.deleted_at.is_(None))
    known = select(snippets.c.folded_name).where(snippets.c.person_id == target)
    taken = set(await connection.scalars(known))
    for snippet_id, name in (await connection.execute(there)).all():
        shown = _free_name(name, taken)
        taken.add(folded(shown))
        changes = {"person_id": target, "name": shown, "folded_name": folded(shown)}
        which = snippets.c.id == snippet_id
        await connection.execute(update(snippets).where(which).values(changes))
    await connection.execute(update(snippets).where(theirs).values(person_id=target))


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or with a number where the target has something of it."""
    number, shown = 1, name
    while folded(shown) in taken:
        number += 1
        shown = f"{name} {number}"
    return shown


async def _move_uploads(connection: AsyncConnection, source: str, target: str) -> None:
    """One that the target has as well stays where it is: it is kept as long as a run needs it."""
    others = uploads.alias()
    same = exists().where(
        others.c.person_id == target,
        others.c.sha256 == uploads.c.sha256,
        others.c.content_type == uploads.c.content_type,
    )
    theirs = update(uploads).where(uploads.c.person_id == source, ~same)
    await connection.execute(theirs.values(person_id=target))
