"""Which database an address means."""

from pathlib import Path

import pytest

from backend.store.database import normalised, open_database
from backend.store.lock import FileOwnerLock, PostgresOwnerLock, open_lock

FOLDER = Path("/data")


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_it_is_a_file_below_the_data_folder(url: str | None) -> None:
    address = normalised(url, FOLDER)
    assert (address.drivername, address.database) == ("sqlite+aiosqlite", "/data/playground.db")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_gets_our_driver_and_keeps_the_rest(scheme: str) -> None:
    address = normalised(f"{scheme}://me:p%40ss@host:6543/base?sslmode=require", FOLDER)
    assert address.render_as_string(hide_password=False) == (
        "postgresql+psycopg://me:p%40ss@host:6543/base?sslmode=require"
    )


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
def test_a_file_elsewhere_is_taken(scheme: str) -> None:
    address = normalised(f"{scheme}:////elsewhere/kept.db", FOLDER)
    assert (address.drivername, address.database) == ("sqlite+aiosqlite", "/elsewhere/kept.db")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://me:secret-word@host/base",
        "postgresql+asyncpg://me:secret-word@host/base",
        "secret-word",
        "postgres://me:secret-word@host:port/base",
    ],
)
def test_any_other_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as caught:
        normalised(url, FOLDER)
    assert "secret-word" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_each_database_has_its_lock(tmp_path: Path) -> None:
    sqlite = open_database(None, tmp_path)
    postgres = open_database("postgres://me@127.0.0.1/base", tmp_path)
    assert isinstance(open_lock(sqlite, tmp_path), FileOwnerLock)
    assert isinstance(open_lock(postgres, tmp_path), PostgresOwnerLock)
    assert sqlite.path == tmp_path / "playground.db"
    assert postgres.path is None
    await sqlite.close()
    await postgres.close()
