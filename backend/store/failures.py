"""What goes wrong below us, as the one error that a person reads: StorageFailed with a reason."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.domain.errors import StorageFailed

BUSY = "The server's database is busy; try again in a moment."
DISK_FULL = "The server's disk is full: nothing was written. An admin has to make room."
NOT_WRITABLE = "The server may not write to its storage; an admin has to look."
DAMAGED = "The server's database file is damaged; an admin has to look."
#: part of a database's message (SQLite's and PostgreSQL's), and what a person reads
SENTENCES = (
    ("is full", DISK_FULL),
    ("no space left", DISK_FULL),
    ("readonly database", NOT_WRITABLE),
    ("read-only transaction", NOT_WRITABLE),
    ("unable to open", "The server can't open its database file; an admin has to look."),
    ("disk i/o error", "The server's disk failed while its database was read or written."),
    ("malformed", DAMAGED),
    ("not a database", DAMAGED),
    ("is locked", BUSY),
    ("lock timeout", BUSY),
    ("deadlock", BUSY),
)
UNREACHABLE = "The server's database does not answer; try again in a moment."

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def sentence_for(text: str) -> str:
    """What a person reads for a database's message."""
    lower = text.lower()
    return next((sentence for part, sentence in SENTENCES if part in lower), UNREACHABLE)


@contextmanager
def database_failures() -> Iterator[None]:
    """A database that can't be read or written becomes StorageFailed.

    Not those that are mistakes of ours (a constraint, a wrong statement, a wrong value).
    """
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise
    except DBAPIError as error:
        raise StorageFailed(sentence_for(str(error.orig))) from error
    except PoolTimeout as error:
        raise StorageFailed(BUSY) from error


def file_failure(error: OSError) -> StorageFailed:
    """What a person reads when a file can't be written or read."""
    if error.errno in FULL:
        return StorageFailed(DISK_FULL)
    if error.errno in FORBIDDEN:
        return StorageFailed(NOT_WRITABLE)
    return StorageFailed("The server's disk failed while a file was read or written.")
