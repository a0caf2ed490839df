"""A database that notes each change of a run's state by itself, and what is read from it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.store.database import FILE_NAME, open_database
from backend.store.migrate import migrate

#: in the transaction that changes the state: what is committed is noted, and nothing else
_NOTING = """
CREATE TABLE changes (number INTEGER PRIMARY KEY, run_id TEXT, source TEXT, target TEXT);
CREATE TRIGGER written AFTER INSERT ON runs BEGIN
  INSERT INTO changes (run_id, source, target) VALUES (NEW.id, NULL, NEW.state);
END;
CREATE TRIGGER moved AFTER UPDATE OF state ON runs BEGIN
  INSERT INTO changes (run_id, source, target) VALUES (NEW.id, OLD.state, NEW.state);
END;
"""


async def new_database(folder: Path) -> Path:
    """An empty one of this version, for lives to work on; its file."""
    database = open_database(None, folder)
    try:
        await migrate(database.engine)
    finally:
        await database.close()
    path = folder / FILE_NAME
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_NOTING)
    return path


@dataclass(frozen=True)
class Row:
    """A run as the database has it, its columns by name."""

    columns: dict[str, Any]
    images: tuple[dict[str, Any], ...]
    changes: tuple[tuple[str | None, str], ...]

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]

    @property
    def prompt(self) -> str:
        """What was asked for."""
        return str(json.loads(self["input"])["prompt"])

    def __str__(self) -> str:
        return f"run {self['id']} ({self['state']})"


class Ledger:
    """Reads while others write."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.row_factory = sqlite3.Row

    def close(self) -> None:
        """No more."""
        self._connection.close()

    def marks(self, name: str) -> int:
        """How often runs of a wish were written down as submitting."""
        found = self._connection.execute(
            "SELECT count(*) FROM changes JOIN runs ON runs.id = run_id"
            " WHERE target = 'submitting' AND json_extract(input, '$.prompt') = ?",
            (f"wish {name} ends",),
        )
        return int(found.fetchone()[0])

    def knows(self, request_id: str) -> bool:
        """Whether a run has this request of fal's."""
        found = self._connection.execute("SELECT 1 FROM runs WHERE request_id = ?", (request_id,))
        return found.fetchone() is not None

    def rows(self) -> list[Row]:
        """Every run."""
        return [self._row(dict(row)) for row in self._connection.execute("SELECT * FROM runs")]

    def _row(self, columns: dict[str, Any]) -> Row:
        images = self._connection.execute(
            "SELECT * FROM images WHERE run_id = ? ORDER BY position", (columns["id"],)
        )
        changes = self._connection.execute(
            "SELECT source, target FROM changes WHERE run_id = ? ORDER BY number", (columns["id"],)
        )
        return Row(
            columns,
            tuple(dict(image) for image in images),
            tuple((source, target) for source, target in changes),
        )
