"""SQLite's driver, aiosqlite, with fewer ways to its thread and back.

SQLAlchemy asks the driver for a cursor, its statement, its rows and its end one after the other,
and each is a message to the connection's thread and an answer. Here a statement goes once, with
the BEGIN before it and all that the others would ask for: a transaction that took eleven messages
takes three, which is most of what it cost (measured: a commit itself takes a tenth of it).
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiosqlite


class Connection(aiosqlite.Connection):
    """What `aiosqlite.connect` gives, for SQLAlchemy's use of it."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._begin: str | None = None
        #: calls that were sent to the thread, and that it has carried out
        self._sent = 0
        self._carried_out = 0

    def begin_with_next(self, statement: str) -> None:
        """Begin a transaction by this statement, just before the next other one."""
        self._begin = statement

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """One for a single statement."""
        return Cursor(self)

    async def rollback(self) -> None:
        """Nothing is sent where nothing has begun, as after each commit."""
        self._begin = None
        if self._sent != self._carried_out or self.in_transaction:
            await super().rollback()

    async def commit(self) -> None:
        """Nothing is sent where nothing has begun."""
        if self._begin is None:
            await super().commit()
        self._begin = None

    async def carry_out(self, run: Callable[[sqlite3.Connection], "Answer"]) -> "Answer":
        """Call it in the thread, after the BEGIN where one is due."""
        begin, self._begin = self._begin, None

        def begun() -> Answer:
            if begin is not None:
                self._conn.execute(begin)
            return run(self._conn)

        answer: Answer = await self._execute(begun)
        return answer

    async def _execute(self, fn: Callable[..., Any], *given: Any, **named: Any) -> Any:
        def counted() -> Any:
            try:
                return fn(*given, **named)
            finally:
                self._carried_out += 1

        self._sent += 1
        return await super()._execute(counted)  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is left of a statement."""

    description: Any
    rows: list[Any]
    rowcount: int
    lastrowid: int | None


NONE_YET = Answer(description=None, rows=[], rowcount=-1, lastrowid=None)


class Cursor:
    """A statement and its answer. Every row is read with it."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._answer = NONE_YET

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """One statement."""

        def run(connection: sqlite3.Connection) -> Answer:
            return _answer(connection.execute(statement, parameters))

        self._answer = await self._connection.carry_out(run)

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        """The same statement for each."""

        def run(connection: sqlite3.Connection) -> Answer:
            return _answer(connection.executemany(statement, parameters))

        self._answer = await self._connection.carry_out(run)

    async def fetchall(self) -> list[Any]:
        """The rows."""
        return self._answer.rows

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def description(self) -> Any:
        """Of the rows' columns; None for a statement without rows."""
        return self._answer.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._answer.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the last row that was inserted."""
        return self._answer.lastrowid


def _answer(cursor: sqlite3.Cursor) -> Answer:
    try:
        rows = cursor.fetchall() if cursor.description is not None else []
        return Answer(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()
