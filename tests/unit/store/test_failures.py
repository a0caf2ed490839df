"""What goes wrong below us, in words."""

import errno
import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.domain.errors import StorageFailed
from backend.store import failures
from backend.store.failures import database_failures, file_failure, sentence_for


def sqlite_error(code: int) -> sqlite3.OperationalError:
    """What Python's driver raises for a result code."""
    error = sqlite3.OperationalError("a message that may change")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (sqlite3.SQLITE_BUSY, failures.BUSY),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, failures.BUSY),
        (sqlite3.SQLITE_FULL, failures.DISK_FULL),
        (sqlite3.SQLITE_READONLY_DIRECTORY, failures.NOT_WRITABLE),
        (sqlite3.SQLITE_CANTOPEN, failures.NOT_OPENED),
        (sqlite3.SQLITE_IOERR_FSYNC, failures.DISK_BROKEN),
        (sqlite3.SQLITE_CORRUPT, failures.DAMAGED),
        (sqlite3.SQLITE_PROTOCOL, failures.UNREACHABLE),
        (sqlite3.SQLITE_ERROR, None),
    ],
)
def test_sqlites_codes_have_sentences(code: int, sentence: str | None) -> None:
    assert sentence_for(sqlite_error(code)) == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (psycopg.errors.DiskFull, failures.DISK_FULL),
        (psycopg.errors.DeadlockDetected, failures.BUSY),
        (psycopg.errors.TooManyConnections, failures.BUSY),
        (psycopg.errors.ReadOnlySqlTransaction, failures.NOT_WRITABLE),
        (psycopg.errors.DataCorrupted, failures.DAMAGED),
        (psycopg.errors.AdminShutdown, failures.UNREACHABLE),
        (psycopg.OperationalError, failures.UNREACHABLE),
    ],
)
def test_postgresqls_codes_have_sentences(error: type[Exception], sentence: str) -> None:
    assert sentence_for(error("a message that may change")) == sentence


@pytest.mark.parametrize("kind", [IntegrityError, ProgrammingError, DataError])
def test_mistakes_of_ours_stay_what_they_are(kind: type[Exception]) -> None:
    with pytest.raises(kind), database_failures():
        raise kind("SELECT", {}, Exception("x"))  # type: ignore[call-arg]


def test_a_wrong_statement_stays_what_it_is() -> None:
    with pytest.raises(OperationalError), database_failures():
        raise OperationalError("SELECT", {}, sqlite_error(sqlite3.SQLITE_ERROR))


def test_a_database_s_failure_can_be_tried_again_and_keeps_its_cause() -> None:
    cause = OperationalError("INSERT", {}, sqlite_error(sqlite3.SQLITE_FULL))
    with pytest.raises(StorageFailed, match="full") as caught, database_failures():
        raise cause
    assert caught.value.retryable
    assert caught.value.__cause__ is cause


def test_no_free_connection_means_busy() -> None:
    with pytest.raises(StorageFailed, match="busy"), database_failures():
        raise PoolTimeout("QueuePool limit")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, failures.DISK_FULL),
        (errno.EDQUOT, failures.DISK_FULL),
        (errno.EROFS, failures.NOT_WRITABLE),
        (errno.EACCES, failures.NOT_WRITABLE),
        (errno.EIO, failures.DISK_BROKEN),
    ],
)
def test_files_have_the_same_sentences(number: int, sentence: str) -> None:
    assert file_failure(OSError(number, "x")).message == sentence
