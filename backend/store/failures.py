"""What goes wrong below us, as the one error that a person reads: StorageFailed with a reason."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.domain.errors import StorageFailed
from backend.domain.sentence import Sentence

BUSY = Sentence("store.busy", "The server's database is busy; try again in a moment.")
DISK_FULL = Sentence(
    "store.full", "The server's disk is full: nothing was written. An admin has to make room."
)
NOT_WRITABLE = Sentence(
    "store.not_writable", "The server may not write to its storage; an admin has to look."
)
NOT_OPENED = Sentence(
    "store.not_opened", "The server can't open its database file; an admin has to look."
)
DAMAGED = Sentence("store.damaged", "The server's database file is damaged; an admin has to look.")
DISK_BROKEN = Sentence(
    "store.broken", "The server's disk failed while something was read or written."
)
UNREACHABLE = Sentence(
    "store.unreachable", "The server's database does not answer; try again in a moment."
)

#: by SQLite's primary result code, https://www.sqlite.org/rescode.html (2025-03)
SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_READONLY: NOT_WRITABLE,
    sqlite3.SQLITE_PERM: NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: NOT_OPENED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: DISK_BROKEN,
}
#: by SQLSTATE, https://www.postgresql.org/docs/15/errcodes-appendix.html (2025-03)
POSTGRES = {
    "40001": BUSY,
    "40P01": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "53300": BUSY,
    "53100": DISK_FULL,
    "25006": NOT_WRITABLE,
    "58030": DISK_BROKEN,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def database_failures() -> Iterator[None]:
    """A database that can't be read or written becomes StorageFailed.

    Mistakes of ours (a constraint, a wrong statement, a wrong value) stay what they are.
    """
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except DBAPIError as error:
        sentence = sentence_for(error.orig)
        if sentence is None:
            raise
        raise StorageFailed(sentence) from error
    except PoolTimeout as error:
        raise StorageFailed(BUSY) from error


def sentence_for(error: BaseException | None) -> str | None:
    """What a person reads for a driver's error; None where the statement was wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF  # the higher bits say more precisely what
        return None if primary == sqlite3.SQLITE_ERROR else SQLITE.get(primary, UNREACHABLE)
    return POSTGRES.get(getattr(error, "sqlstate", None) or "", UNREACHABLE)


def file_failure(error: OSError) -> StorageFailed:
    """What a person reads when a file can't be written or read."""
    if error.errno in FULL:
        return StorageFailed(DISK_FULL)
    if error.errno in FORBIDDEN:
        return StorageFailed(NOT_WRITABLE)
    return StorageFailed(DISK_BROKEN)
