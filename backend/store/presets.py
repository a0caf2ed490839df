"""Saved presets in the database; shipped ones are files and never come here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import NameTaken, NotFound
from backend.domain.ports import Clock
from backend.domain.preset import Preset
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility
from backend.domain.words import folded
from backend.store import database as db
from backend.store.tables import presets
from backend.store.uses import use_in_preset


class SqlPresetStore:
    """The preset store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, preset: Preset, upload_ids: Sequence[str] = ()) -> Preset:
        """Write it; times that are None are now. Raises NameTaken where the person has one of
        that name for the endpoint, InputRefused where a picture is gone.
        """
        if preset.person_id is None:
            raise ValueError("a saved preset belongs to a person")
        created = preset.created_at or self._clock.now()
        dated = replace(preset, created_at=created, updated_at=preset.updated_at or created)
        with _unique_name(preset):
            async with self._database.write() as connection:
                await connection.execute(insert(presets).values(_row_of(dated)))
                await use_in_preset(connection, preset.id, upload_ids, preset.values)
                return _there(await _one(connection, preset.id))

    async def get(self, preset_id: str) -> Preset | None:
        """A saved preset, or None."""
        async with self._database.read() as connection:
            return await _one(connection, preset_id)

    async def list(self, person_id: str, *, with_team: bool = False) -> tuple[Preset, ...]:
        """A person's presets, last updated first; then, if asked, what others share."""
        own = presets.c.person_id == person_id
        shared = (presets.c.visibility == Visibility.TEAM) & ~own
        async with self._database.read() as connection:
            found = await _newest(connection, own)
            return found + (await _newest(connection, shared) if with_team else ())

    async def update(self, preset: Preset, upload_ids: Sequence[str] = ()) -> Preset:
        """Overwrite its values, name and description; it is updated now.

        Raises NotFound, NameTaken, or InputRefused where a picture is gone.
        """
        changes = {
            "name": preset.name,
            "folded_name": folded(preset.name),
            "description": preset.description,
            "input": preset.values,
            "updated_at": self._clock.now(),
        }
        statement = update(presets).where(presets.c.id == preset.id).values(changes)
        with _unique_name(preset):
            async with self._database.write() as connection:
                if (await connection.execute(statement)).rowcount:
                    await use_in_preset(connection, preset.id, upload_ids, preset.values)
                return _there(await _one(connection, preset.id))

    async def share(self, preset_id: str, visibility: Visibility) -> Preset:
        """Let the team see it, or its owner alone. Raises NotFound."""
        which = presets.c.id == preset_id
        async with self._database.write() as connection:
            await connection.execute(update(presets).where(which).values(visibility=visibility))
            return _there(await _one(connection, preset_id))

    async def remove(self, preset_id: str) -> None:
        """Delete it; nothing happens where it is not there."""
        async with self._database.write() as connection:
            await connection.execute(delete(presets).where(presets.c.id == preset_id))


@contextmanager
def _unique_name(preset: Preset) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise NameTaken(
            Sentence(
                "preset.name_taken",
                "You have a preset named “{name}” for this endpoint already.",
                name=preset.name,
            ),
            fields={"name": Sentence("preset.other_name", "Choose another name.")},
        ) from error


def _there(preset: Preset | None) -> Preset:
    if preset is None:
        raise NotFound(Sentence("missing.such_preset", "There is no such preset."))
    return preset


async def _one(connection: AsyncConnection, preset_id: str) -> Preset | None:
    which: ColumnElement[bool] = presets.c.id == preset_id
    row = (await connection.execute(select(presets).where(which))).mappings().first()
    return None if row is None else _preset_from(row)


async def _newest(connection: AsyncConnection, which: ColumnElement[bool]) -> tuple[Preset, ...]:
    order = (presets.c.updated_at.desc(), presets.c.id.desc())
    rows = (await connection.execute(select(presets).where(which).order_by(*order))).mappings()
    return tuple(_preset_from(row) for row in rows)


def _row_of(preset: Preset) -> dict[str, Any]:
    return {
        "id": preset.id,
        "person_id": preset.person_id,
        "endpoint_id": preset.endpoint_id,
        "name": preset.name,
        "folded_name": folded(preset.name),
        "description": preset.description,
        "input": preset.values,
        "created_at": preset.created_at,
        "updated_at": preset.updated_at,
        "visibility": preset.visibility,
    }


def _preset_from(row: RowMapping) -> Preset:
    return Preset(
        id=row["id"],
        person_id=row["person_id"],
        endpoint_id=row["endpoint_id"],
        name=row["name"],
        description=row["description"],
        values=row["input"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        visibility=Visibility(row["visibility"]),
    )
