"""What a search looks at, written in the transaction that changes a run or its marks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    bindparam,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.findable import Stuck, documents_of
from backend.domain.run import Run
from backend.store.columns import EPOCH, MICROSECOND, Words
from backend.store.tables import documents, marks, stars, tags

#: a run's documents have neighbouring numbers; no endpoint makes more pictures at once
SLOT = 16
#: runs of the same microsecond
SLOTS = 64
#: how far a number may be from its time where many runs are of one moment: a millisecond, in
#: which their order is that of writing
REACH = SLOT * SLOTS * 1_000
#: parameters of one statement; SQLite takes 32,766
AT_ONCE = 5_000

#: fields of Run that a search asks about, beside its images
SEARCHED = frozenset(
    {"person_id", "visibility", "output", "cost", "project", "preset", "deleted_at"}
)


class _Row(NamedTuple):
    run_id: str
    position: int
    tokens: str
    cost: Decimal | None


_Placed = tuple[int, _Row]


def base_of(moment: datetime) -> int:
    """The first number of a microsecond's runs; numbers sort as the times do."""
    return ((moment - EPOCH) // MICROSECOND) * SLOT * SLOTS


async def add_document(connection: AsyncConnection, run: Run) -> None:
    """Make a new run findable, which has no pictures and no marks yet."""
    [document] = documents_of(run, {})
    row = select(
        _free_base(run), literal(run.id), literal(0), literal(document.tokens, Words), null()
    )
    await connection.execute(insert(documents).from_select(list(documents.c), row))


async def index_run(connection: AsyncConnection, run: Run, *, bare: bool = False) -> None:
    """Write down anew what a search finds of a run, with its images; nothing once it is deleted.

    `bare`: nothing can be stuck to its pictures, which have just come.
    """
    await index_runs(connection, [run], bare=bare)


async def index_runs(
    connection: AsyncConnection, runs: Sequence[Run], *, bare: bool = False
) -> None:
    """As `index_run`, for many."""
    for start in range(0, len(runs), AT_ONCE):
        some = runs[start : start + AT_ONCE]
        ids = [run.id for run in some]
        stuck = {} if bare else await _stuck(connection, ids)
        before = await _rows(connection, ids)
        after: dict[int, _Row] = {}
        for run in some:
            after |= await _wanted(connection, run, stuck.get(run.id, {}), before[run.id])
        await _change(
            connection, {seq: row for rows in before.values() for seq, row in rows}, after
        )


async def _wanted(
    connection: AsyncConnection, run: Run, stuck: dict[int, Stuck], placed: Sequence[_Placed]
) -> dict[int, _Row]:
    """Its documents by their numbers, which stay what they were."""
    if run.deleted_at is not None:
        return {}
    if placed:
        base = placed[0][0] - placed[0][1].position
    else:
        base = (await connection.execute(select(_free_base(run)))).scalar_one()
    return {
        base + one.position: _Row(run.id, one.position, one.tokens, one.cost)
        for one in documents_of(run, stuck)
        if one.position < SLOT  # no endpoint makes so many
    }


def _free_base(run: Run) -> ColumnElement[int]:
    """Its own moment's first number; after those of the same moment where there are any."""
    base = base_of(run.created_at)
    of_the_moment = documents.c.seq >= base, documents.c.seq < base + REACH
    highest = select(func.max(documents.c.seq)).where(*of_the_moment).scalar_subquery()
    return func.coalesce(highest // SLOT * SLOT + SLOT, literal(base, BigInteger))


async def _change(
    connection: AsyncConnection, before: Mapping[int, _Row], after: Mapping[int, _Row]
) -> None:
    gone = [{"which": seq} for seq in before if seq not in after]
    changed = [
        {"which": seq, "tokens": row.tokens, "cost": row.cost}
        for seq, row in after.items()
        if seq in before and before[seq] != row
    ]
    new = [{"seq": seq, **row._asdict()} for seq, row in after.items() if seq not in before]
    one = documents.c.seq == bindparam("which")
    if gone:
        await connection.execute(delete(documents).where(one), gone)
    if changed:
        await connection.execute(update(documents).where(one), changed)
    if new:
        await connection.execute(insert(documents), new)


async def _rows(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[_Placed]]:
    found: dict[str, list[_Placed]] = {run_id: [] for run_id in ids}
    statement = select(documents).where(documents.c.run_id.in_(ids)).order_by(documents.c.seq)
    for seq, *row in await connection.execute(statement):
        found[row[0]].append((seq, _Row(*row)))
    return found


async def _stuck(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, dict[int, Stuck]]:
    """What is stuck to the pictures of these runs, by run and index; bare ones are left out."""
    texts = select(marks.c.run_id, marks.c.position, literal("text"), marks.c.title, marks.c.note)
    tagged = select(tags.c.run_id, tags.c.position, literal("tag"), tags.c.name, literal(""))
    starred = select(
        stars.c.run_id, stars.c.position, literal("star"), stars.c.person_id, literal("")
    )
    of_these = union_all(
        texts.where(marks.c.run_id.in_(ids)),
        tagged.where(tags.c.run_id.in_(ids)),
        starred.where(stars.c.run_id.in_(ids)),
    )
    found: dict[str, dict[int, Stuck]] = {}
    for run_id, position, kind, first, second in await connection.execute(of_these):
        on_run = found.setdefault(run_id, {})
        on_run[position] = _with(on_run.get(position, Stuck()), kind, first, second)
    return found


def _with(stuck: Stuck, kind: str, first: str, second: str) -> Stuck:
    if kind == "star":
        return replace(stuck, starred_by=(*stuck.starred_by, first))
    if kind == "tag":
        return replace(stuck, marks=replace(stuck.marks, tags=(*stuck.marks.tags, first)))
    return replace(stuck, marks=replace(stuck.marks, title=first, note=second))
