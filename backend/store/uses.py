"""Who refers to an upload. As long as a run or a preset does, it is kept."""

from collections.abc import Sequence

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import InputRefused
from backend.domain.field import Input
from backend.domain.sentence import Sentence
from backend.store.tables import lineage, upload_uses, uploads

GONE = Sentence("missing.picture_add", "This picture is no longer here; add it again.")


async def use_in_run(
    connection: AsyncConnection, run_id: str, upload_ids: Sequence[str], given: Input
) -> None:
    """Remember that a new run refers to them, and which pictures of earlier runs they are.

    Raises InputRefused where one is gone.
    """
    await _require(connection, upload_ids, given)
    for upload_id in dict.fromkeys(upload_ids):
        row = {"upload_id": upload_id, "run_id": run_id}
        await connection.execute(upload_uses.insert().values(row))
    if upload_ids:
        await _descend(connection, run_id, upload_ids)


async def use_in_preset(
    connection: AsyncConnection, preset_id: str, upload_ids: Sequence[str], given: Input
) -> None:
    """Let a preset refer to these, too: what it said before can be restored, so those of earlier
    versions stay. Raises InputRefused where one is gone."""
    await _require(connection, upload_ids, given)
    of_preset = upload_uses.c.preset_id == preset_id
    known = set(await connection.scalars(select(upload_uses.c.upload_id).where(of_preset)))
    for upload_id in sorted(set(upload_ids) - known):
        row = {"upload_id": upload_id, "preset_id": preset_id}
        await connection.execute(upload_uses.insert().values(row))


async def _descend(connection: AsyncConnection, run_id: str, upload_ids: Sequence[str]) -> None:
    sources = (
        select(literal(run_id), uploads.c.source_run_id, uploads.c.source_index)
        .where(uploads.c.id.in_(upload_ids), uploads.c.source_run_id.is_not(None))
        .distinct()
    )
    columns = ["run_id", "parent_id", "position"]
    await connection.execute(lineage.insert().from_select(columns, sources))


async def _require(connection: AsyncConnection, upload_ids: Sequence[str], given: Input) -> None:
    if not upload_ids:
        return
    # the lock (PostgreSQL's; SQLite has one writer) keeps them from being removed meanwhile
    found = await connection.scalars(
        select(uploads.c.id)
        .where(uploads.c.id.in_(upload_ids))
        .with_for_update(read=True, key_share=True)
    )
    missing = set(upload_ids) - set(found)
    if missing:
        links = {f"upload:{upload_id}" for upload_id in missing}
        named = {name: GONE for name, value in given.items() if _in(value, links)}
        raise InputRefused(GONE, fields=named)


def _in(value: object, links: set[str]) -> bool:
    return isinstance(value, str) and value in links
