"""Finding runs by their pictures: FTS5 in SQLite, a tsvector in PostgreSQL.

Nothing that somebody typed is part of a statement: tokens are letters and digits, or facts of
our own making (backend/domain/findable.py), and they still travel as one parameter.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    column,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.findable import cost_fact
from backend.domain.wanted import CostRange, Found, Span, Tokens, Wanted
from backend.store.database import Database
from backend.store.documents import base_of
from backend.store.paging import MAX_LIMIT, cursor_below, number_of
from backend.store.reading import runs_of
from backend.store.tables import documents, runs, spending

#: what is read beyond the runs of a page: some have several pictures
PICTURES_OF_A_RUN = 2
#: amounts that are looked for by their facts; where there are more, each document is compared
MOST_AMOUNTS = 64
MOST_PROJECTS = 50
COMPARED: Final[Mapping[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


class SqlRunSearch:
    """The search on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: Wanted) -> Found:
        """A page, newest first. Raises InputRefused for a cursor that is not of a search."""
        size = max(1, min(wanted.limit, MAX_LIMIT))
        before = None if wanted.cursor is None else number_of(wanted.cursor)
        at_once = (size + 1) * PICTURES_OF_A_RUN
        pictures: dict[str, list[int]] = {}
        lowest: dict[str, int] = {}
        async with self._database.read() as connection:
            asked = await _by_amount(connection, wanted)
            while len(pictures) <= size:
                statement = _statement(asked, before, at_once, sqlite=self._database.is_sqlite)
                rows = (await connection.execute(statement)).all()
                for seq, run_id, position in rows:
                    pictures.setdefault(run_id, []).append(position)
                    lowest[run_id] = before = seq
                if len(rows) < at_once:
                    break
            shown = list(pictures)[:size]
            read = {run.id: run for run in await runs_of(connection, shown)}
        return Found(
            runs=tuple(read[run_id] for run_id in shown if run_id in read),
            pictures={run_id: tuple(sorted(pictures[run_id])) for run_id in shown},
            next_cursor=cursor_below(lowest[shown[-1]]) if len(pictures) > size else None,
        )

    async def projects(self, person_id: str) -> tuple[str, ...]:
        """Names of the projects that this person's runs were for, the last ones first."""
        theirs = select(spending.c.project).where(
            spending.c.person_id == person_id, spending.c.project != ""
        )
        latest = func.max(spending.c.day).desc()
        statement = theirs.group_by(spending.c.project).order_by(latest, spending.c.project)
        async with self._database.read() as connection:
            return tuple(await connection.scalars(statement.limit(MOST_PROJECTS)))


def _statement(
    wanted: Wanted, before: int | None, limit: int, *, sqlite: bool
) -> Select[int, str, int]:
    """Documents that fit, the newest first; the index gives them in this order and stops."""
    index = table("search_index", column("rowid" if sqlite else "seq", BigInteger))
    [key] = index.c.values()
    fits = "search_index MATCH :asked" if sqlite else "vector @@ CAST(:asked AS tsquery)"
    asked = (_as_fts5 if sqlite else _as_tsquery)(wanted)
    found = index.join(documents, documents.c.seq == key)
    statement = select(documents.c.seq, documents.c.run_id, documents.c.position)
    statement = statement.where(text(fits).bindparams(asked=asked))
    statement = statement.where(*(_within(key, span) for span in wanted.spans))
    statement = statement.where(*(_costs(one) for one in wanted.costs))
    if before is not None:
        statement = statement.where(key < before)
    if wanted.states or wanted.not_states:
        found = found.join(runs, runs.c.id == documents.c.run_id)
        statement = statement.where(runs.c.state.not_in(wanted.not_states))
    if wanted.states:
        statement = statement.where(runs.c.state.in_(wanted.states))
    return statement.select_from(found).order_by(key.desc()).limit(limit)


def _within(key: ColumnElement[int], span: Span) -> ColumnElement[bool]:
    ends = []
    if span.since is not None:
        ends.append(key >= base_of(span.since))
    if span.until is not None:
        ends.append(key < base_of(span.until))
    inside = and_(*ends)
    return inside if span.wanted else ~inside


def _costs(asked: CostRange) -> ColumnElement[bool]:
    """What is not known yet fits no amount."""
    fits = COMPARED[asked.comparison](documents.c.cost, asked.usd)
    return fits if asked.wanted else or_(~fits, documents.c.cost.is_(None))


async def _by_amount(connection: AsyncConnection, wanted: Wanted) -> Wanted:
    """Ranges of costs as the few amounts that occur in them, which are facts of the index."""
    compared: list[CostRange] = []
    all_of, none_of = [*wanted.all_of], [*wanted.none_of]
    for asked in wanted.costs:
        amounts = await _amounts(connection, asked)
        if len(amounts) > MOST_AMOUNTS:
            compared.append(asked)
            continue
        facts = tuple(Tokens((cost_fact(usd),)) for usd in amounts)
        if not asked.wanted:
            none_of += facts
        else:
            all_of.append(facts or (Tokens((":nothing",)),))
    return replace(wanted, all_of=tuple(all_of), none_of=tuple(none_of), costs=tuple(compared))


async def _amounts(connection: AsyncConnection, asked: CostRange) -> list[Decimal]:
    """Which costs there are in the range, by going from one to the next in the index."""
    cost = documents.c.cost
    in_range = COMPARED[asked.comparison](cost, asked.usd)
    amounts = select(func.min(cost).label("usd")).where(in_range).cte("amounts", recursive=True)
    following = select(func.min(cost)).where(in_range, cost > amounts.c.usd).scalar_subquery()
    amounts = amounts.union_all(select(following).where(amounts.c.usd.is_not(None)))
    statement = select(amounts.c.usd).where(amounts.c.usd.is_not(None)).limit(MOST_AMOUNTS + 1)
    return list(await connection.scalars(statement))


def _as_fts5(wanted: Wanted) -> str:
    def spelt(one: Tokens) -> str:
        return f'"{" ".join(one.tokens)}"{" *" if one.open_end else ""}'

    groups = (f"({' OR '.join(map(spelt, group))})" for group in wanted.all_of)
    asked = " AND ".join(groups)
    unwanted = " OR ".join(map(spelt, wanted.none_of))
    return f"({asked}) NOT ({unwanted})" if unwanted else asked


def _as_tsquery(wanted: Wanted) -> str:
    def spelt(one: Tokens) -> str:
        words = " <-> ".join(f"'{token}'" for token in one.tokens)
        return f"({words}{':*' if one.open_end else ''})"

    groups = [f"({' | '.join(map(spelt, group))})" for group in wanted.all_of]
    return " & ".join([*groups, *(f"!{spelt(one)}" for one in wanted.none_of)])
