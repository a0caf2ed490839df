"""The migrations make exactly the tables that the code talks to."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from backend.domain.errors import StorageFailed
from backend.store.database import Database, open_database
from backend.store.migrate import FOLDER, migrate, newest_version
from backend.store.tables import metadata

#: FTS5's tables in SQLite, a table with a tsvector in PostgreSQL: only triggers write there
INDEX = "search_index"


def differences(connection: Connection) -> list[Any]:
    """What alembic would still change."""

    def ours(_item: object, name: str | None, _kind: str, *_more: object) -> bool:
        return not (name or "").startswith(INDEX)

    compared = {"compare_type": True, "compare_server_default": True, "include_object": ours}
    context = MigrationContext.configure(connection, opts=compared)
    return list(compare_metadata(context, metadata))


def anatomy(connection: Connection) -> dict[str, Any]:
    """All that the database itself knows about the tables, keys and checks included."""
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for table in metadata.tables:
        found[table] = {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ),
            "key": inspector.get_pk_constraint(table),
            "foreign keys": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(map(str, inspector.get_indexes(table))),
        }
    return found


async def test_nothing_is_left_to_migrate(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_comparison_notices_a_difference(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE presets ADD COLUMN colour TEXT"))
        await connection.execute(text("DROP INDEX ix_runs_created_at_id"))
        found = await connection.run_sync(differences)
    assert {entry[0] for entry in found} == {"remove_column", "add_index"}


async def test_migrated_tables_are_those_of_the_code_down_to_keys_and_checks(
    database: Database,
) -> None:
    async with database.write() as connection:
        migrated = await connection.run_sync(anatomy)
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        created = await connection.run_sync(anatomy)
    assert migrated == created
    assert set(migrated) == set(metadata.tables)


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database.engine)
    async with database.read() as connection:
        versions = (await connection.execute(text("SELECT version_num FROM alembic_version"))).all()
    assert [row[0] for row in versions] == [newest_version()]


async def test_the_versions_are_one_line_of_numbers() -> None:
    versions = list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]
    assert [version.revision for version in versions] == [
        f"{number:04d}" for number in range(1, len(versions) + 1)
    ]


async def test_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    several = [open_database(None, tmp_path) for _ in range(4)]
    await asyncio.gather(*(migrate(one.engine) for one in several))
    async with several[0].read() as connection:
        assert await connection.run_sync(differences) == []
    for one in several:
        await one.close()


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageFailed, match="newer version"):
        await migrate(database.engine)


async def test_a_migration_that_is_cut_off_leaves_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_database(None, tmp_path)

    def stop(*_given: object, **_named: object) -> None:
        raise RuntimeError("power is gone")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.operations.Operations.create_index", stop, raising=True)
        with pytest.raises(RuntimeError, match="power"):
            await migrate(opened.engine)
    async with opened.read() as connection:
        assert await connection.run_sync(lambda c: inspect(c).get_table_names()) == []
    await migrate(opened.engine)
    async with opened.read() as connection:
        assert await connection.run_sync(differences) == []
    await opened.close()
