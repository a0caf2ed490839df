"""Runs and their images in the database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.audit import Act, AuditEntry
from backend.domain.deleted import KEPT_FOR
from backend.domain.errors import (
    Conflict,
    KeyReused,
    NotFound,
    StorageFailed,
)
from backend.domain.ports import Clock, NewRun, RunFilter, RunPage
from backend.domain.run import ARROWS, ENDED, Image, Run, RunState
from backend.domain.sentence import Sentence
from backend.store import database as db
from backend.store.admission import admit
from backend.store.audit import write_entry
from backend.store.columns import to_json
from backend.store.documents import SEARCHED, add_document, index_run
from backend.store.intake import closed
from backend.store.ledger import book_change, book_start, spent_on
from backend.store.paging import cursor_after, page_size, page_statement
from backend.store.prompts import remember
from backend.store.reading import MOST_IDS, with_images
from backend.store.records import columns_of, image_row, row_of, run_from
from backend.store.tables import images, runs
from backend.store.uses import use_in_run

#: how long an idempotency key stands for the run that it was first used with
KEY_KEPT = timedelta(hours=24)
#: fal's bill of a request appears within minutes
BILL_AFTER = timedelta(minutes=3)
#: states that a search tells apart from those before
TOLD = ENDED | {RunState.SAVING, RunState.UNCERTAIN}
#: fields of Run that decide what it is worth
MONEY = frozenset({"cost", "billed", "problem"})


class SqlRunStore:
    """The run store on SQLite or PostgreSQL. Every change is durable when the call returns."""

    def __init__(self, database: db.Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, new: NewRun) -> tuple[Run, bool]:
        """Write a run in state created; (the run, True), or an earlier one of its key and False.

        Raises KeyReused, what `admit` raises, or InputRefused where a picture that it refers to is
        gone.
        """
        if new.run.state is not RunState.CREATED:
            raise ValueError("a new run is in state created")
        with _unique(Sentence("conflict.run_id", "There is a run of this id already.")):
            async with self._database.write() as connection:
                await db.alone(connection)
                earlier = await _run_of_key(connection, new)
                if earlier is not None:
                    return earlier, False
                warnings = await admit(connection, new)
                return replace(await _write(connection, new), warnings=warnings), True

    async def get(self, run_id: str) -> Run | None:
        """A run with its images, deleted ones too; None where there is none."""
        async with self._database.read() as connection:
            return await _one(connection, runs.c.id == run_id)

    async def several(self, run_ids: Sequence[str]) -> tuple[Run, ...]:
        """Those of these that there are, deleted ones too, with their images, in no order."""
        found: list[Run] = []
        async with self._database.read() as connection:
            for start in range(0, len(run_ids), MOST_IDS):
                these = select(runs).where(runs.c.id.in_(run_ids[start : start + MOST_IDS]))
                rows = (await connection.execute(these)).mappings().all()
                found += await with_images(connection, rows)
        return tuple(found)

    async def by_request_id(self, request_id: str) -> Run | None:
        """The run that has this request of fal's."""
        async with self._database.read() as connection:
            return await _one(connection, runs.c.request_id == request_id)

    async def move(
        self,
        run_id: str,
        source: RunState,
        target: RunState,
        *,
        image: Image | None = None,
        **changes: Any,
    ) -> Run | None:
        """Compare-and-set: to `target` with `changes` if it is in `source` now, else None.

        `image` is put beside its others. None, too, where it would be sent while the intake is
        closed.
        `state_at` is now, unless it is among the changes. Raises ValueError for an arrow that
        ARROWS does not have, Conflict for a request id that another run has.
        """
        if target not in ARROWS[source]:
            raise ValueError(f"no run goes from {source} to {target}")
        now = self._clock.now()
        columns = {"state": target, "state_at": now, **columns_of(changes)}
        if target.ended:
            columns["bill_due_at"] = now + BILL_AFTER
        in_source = (runs.c.id == run_id) & (runs.c.state == source)
        if target is RunState.SUBMITTING:
            in_source &= ~closed()
        pictures = changes.get("images")
        return await self._update(in_source, columns, pictures, put=image, books=target.ended)

    async def note(self, run_id: str, **changes: Any) -> Run:
        """Change fields without changing the state. Raises NotFound."""
        columns = columns_of(changes)
        books = not MONEY.isdisjoint(changes)
        run = await self._update(runs.c.id == run_id, columns, changes.get("images"), books=books)
        return _there(run)

    async def put_image(self, run_id: str, image: Image) -> Run:
        """Write one image of a run, by its index. Raises NotFound."""
        async with self._database.write() as connection:
            # the row's lock orders those who write images of one run in PostgreSQL
            locked = select(runs).where(runs.c.id == run_id).with_for_update()
            row = (await connection.execute(locked)).mappings().first()
            if row is None:
                return _there(None)
            await _put_image(connection, run_id, image)
            return (await with_images(connection, [row]))[0]

    async def list(self, which: RunFilter) -> RunPage:
        """A page of runs that are not deleted. Raises InputRefused for a cursor not of ours."""
        statement = page_statement(which)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
            shown = await with_images(connection, rows[: page_size(which)])
        more = len(rows) > len(shown)
        return RunPage(runs=shown, next_cursor=cursor_after(shown[-1]) if more else None)

    async def in_states(self, states: Sequence[RunState]) -> tuple[Run, ...]:
        """All runs in these states, oldest first, deleted or not: for the start."""
        statement = (
            select(runs)
            .where(runs.c.state.in_(tuple(states)))
            .order_by(runs.c.created_at, runs.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
            return await with_images(connection, rows)

    async def delete(self, run_id: str, at: datetime | None) -> Run | None:
        """Soft delete, or bring back with None.

        None where there is no such run, or where it is deleted already: of two who delete it at
        once, one alone has done it. None, too, where its time to be brought back is over.
        """
        which = runs.c.id == run_id
        if at is not None:
            which &= runs.c.deleted_at.is_(None)
            return await self._update(which, {"deleted_at": at, "purge_at": at + KEPT_FOR}, None)
        now = self._clock.now()
        which &= runs.c.deleted_at.is_(None) | (runs.c.purge_at > now)
        back = {"deleted_at": None, "purge_at": None, "restored_at": now}
        return await self._update(which, back, None)

    async def spent_today(self, now: datetime, *, practice: bool) -> Decimal:
        """US dollars of the UTC day: estimates of unfinished, costs of ended runs."""
        async with self._database.read() as connection:
            return await spent_on(connection, now, practice=practice)

    async def ready(self) -> bool:
        """Whether the database answers."""
        try:
            async with self._database.read() as connection:
                await connection.execute(select(1))
        except StorageFailed:
            return False
        return True

    async def _update(
        self,
        which: ColumnElement[bool],
        columns: Mapping[str, Any],
        pictures: Sequence[Image] | None,
        *,
        put: Image | None = None,
        books: bool = False,
    ) -> Run | None:
        """Change the run that fits, replace its images where some are given, put one there.

        With `books` it may be worth something else then: the ledger gets the difference.
        """
        statement = update(runs).where(which).returning(runs)
        if not columns:
            statement = statement.values(id=runs.c.id)  # only its images change
        with _unique(
            Sentence("conflict.request", "Another run has this request of fal's already.")
        ):
            async with self._database.write() as connection:
                before = await _locked(connection, which) if books else None
                row = (await connection.execute(statement, columns)).mappings().first()
                if row is None:
                    return None
                if put is not None:
                    await _put_image(connection, row["id"], put)
                first = columns.get("state") is RunState.SAVING  # no pictures before
                if pictures is not None:
                    if not first:
                        await connection.execute(delete(images).where(images.c.run_id == row["id"]))
                    await _add_images(connection, row["id"], pictures)
                    after = run_from(row, pictures)
                else:
                    after = (await with_images(connection, [row]))[0]
                if not SEARCHED.isdisjoint(columns) or columns.get("state") in TOLD:
                    await index_run(connection, after, bare=first)
                if before is not None:
                    await book_change(connection, before, after, self._clock.now())
                return after


@contextmanager
def _unique(sentence: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict(sentence) from error


def _there(run: Run | None) -> Run:
    if run is None:
        raise NotFound(Sentence("missing.such_run", "There is no such run."))
    return run


async def _run_of_key(connection: AsyncConnection, new: NewRun) -> Run | None:
    """The run that this key stands for; a key that is too old is taken from its run."""
    if new.idempotency_key is None:
        return None
    same = (runs.c.person_id == new.run.person_id) & (runs.c.idempotency_key == new.idempotency_key)
    earlier = await _one(connection, same)
    if earlier is None:
        return None
    if new.run.created_at - earlier.created_at >= KEY_KEPT:
        await connection.execute(update(runs).where(same).values(idempotency_key=None))
        return None
    if _what(earlier) != _what(new.run):
        raise KeyReused()
    return earlier


def _what(run: Run) -> tuple[str, str, str]:
    """What was asked for, so that 1, 1.0 and true differ and the order of fields does not.

    Of a template that itself counts, not what it became: another seed was drawn this time.
    """
    written = run.template
    if written is None:
        return run.endpoint_id, to_json(run.input, sort_keys=True), ""
    made = {"prompt", "seed"} if written.seed_drawn else {"prompt"}
    given = {name: value for name, value in run.input.items() if name not in made}
    return run.endpoint_id, to_json(given, sort_keys=True), to_json(asdict(written), sort_keys=True)


async def _write(connection: AsyncConnection, new: NewRun) -> Run:
    row = {
        **row_of(new.run),
        "idempotency_key": new.idempotency_key,
        "prompt_id": await remember(connection, new.run),
    }
    written = (await connection.execute(insert(runs).returning(runs), row)).mappings().one()
    await book_start(connection, new.run)
    await write_entry(connection, _started(new))
    await use_in_run(connection, new.run.id, new.upload_ids, new.run.input)
    await add_document(connection, new.run)
    return run_from(written, ())


def _started(new: NewRun) -> AuditEntry:
    run = new.run
    return AuditEntry(
        at=run.created_at,
        actor_id=run.person_id,
        act=Act.RUN_START,
        target=run.id,
        facts=new.facts,
    )


async def _put_image(connection: AsyncConnection, run_id: str, image: Image) -> None:
    values = image_row(run_id, image)
    put = db.insert(connection, images).values(values)
    await connection.execute(
        put.on_conflict_do_update(index_elements=["run_id", "position"], set_=values)
    )


async def _add_images(connection: AsyncConnection, run_id: str, pictures: Sequence[Image]) -> None:
    if pictures:
        rows = [image_row(run_id, picture) for picture in pictures]
        await connection.execute(insert(images), rows)


async def _one(connection: AsyncConnection, which: ColumnElement[bool]) -> Run | None:
    row = (await connection.execute(select(runs).where(which))).mappings().first()
    return None if row is None else (await with_images(connection, [row]))[0]


async def _locked(connection: AsyncConnection, which: ColumnElement[bool]) -> Run | None:
    """The run as it is, and stays until the end of the transaction; without its images."""
    statement = select(runs).where(which).with_for_update()
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else run_from(row, ())
