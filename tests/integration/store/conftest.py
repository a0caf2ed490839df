"""Every test that asks for `database` runs on SQLite and on PostgreSQL."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from backend.store.database import Database, open_database
from backend.store.migrate import migrate
from backend.store.people import SqlPeopleStore
from backend.store.presets import SqlPresetStore
from backend.store.runs import SqlRunStore
from backend.store.sessions import SqlSessionStore
from backend.store.uploads import SqlUploadStore
from tests.integration.migrated import lay_migrated
from tests.integration.store import postgres
from tests.integration.store.making import TestClock

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A server with one migrated database, which the others are copied from."""
    binaries = postgres.folder_of_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's server is not installed here (Debian: apt install postgresql)")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.running(binaries))
        except (RuntimeError, OSError) as error:
            pytest.skip(f"PostgreSQL's server can't be started here: {error}")
        server.do(f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(_migrated(server.url(TEMPLATE)))
        yield server


async def _migrated(url: str) -> None:
    database = open_database(url, Path())
    await migrate(database.engine)
    await database.close()


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    name = f"t_{secrets.token_hex(6)}"
    postgres_server.do(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield postgres_server.url(name)
    postgres_server.do(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite below the data folder."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str | None, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database, closed at the end."""
    if database_url is None:
        lay_migrated(tmp_path)
    opened = open_database(database_url, tmp_path)
    await migrate(opened.engine)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database, for what only SQLite does."""
    lay_migrated(tmp_path)
    opened = open_database(None, tmp_path)
    await migrate(opened.engine)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> TestClock:
    """Noon of an ordinary day, until a test turns it."""
    return TestClock()


@pytest.fixture
def runs(database: Database, clock: TestClock) -> SqlRunStore:
    """The run store."""
    return SqlRunStore(database, clock)


@pytest.fixture
def uploads(database: Database) -> SqlUploadStore:
    """The upload store."""
    return SqlUploadStore(database)


@pytest.fixture
def presets(database: Database, clock: TestClock) -> SqlPresetStore:
    """The preset store."""
    return SqlPresetStore(database, clock)


@pytest.fixture
def people(database: Database) -> SqlPeopleStore:
    """The people store."""
    return SqlPeopleStore(database)


@pytest.fixture
def sessions(database: Database) -> SqlSessionStore:
    """The session store."""
    return SqlSessionStore(database)


@pytest.fixture
def unused_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
