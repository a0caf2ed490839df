"""Saved presets in the database; shipped ones are files and never come here."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.errors import NameTaken, NotFound, PresetChanged
from backend.domain.ports import Clock
from backend.domain.preset import Preset, PresetFilter, PresetUse, PresetVersion
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility
from backend.domain.words import folded
from backend.store import database as db
from backend.store.preset_rows import (
    changes_of,
    free_of,
    listing,
    preset_from,
    row_of,
    version_from,
    version_row,
    with_cover,
)
from backend.store.tables import preset_uses, preset_versions, presets
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
                await connection.execute(insert(presets).values(row_of(dated)))
                by = version_row(dated, preset.person_id, created)
                await connection.execute(insert(preset_versions).values(by))
                await use_in_preset(connection, preset.id, upload_ids, preset.values)
                return _there(await _one(connection, presets.c.id == preset.id))

    async def get(self, preset_id: str) -> Preset | None:
        """A saved preset, deleted or not, or None."""
        async with self._database.read() as connection:
            return await _one(connection, presets.c.id == preset_id)

    async def named(self, person_id: str, endpoint_id: str, name: str) -> Preset | None:
        """A person's preset of that name for an endpoint, or None."""
        which = (
            (presets.c.person_id == person_id)
            & (presets.c.endpoint_id == endpoint_id)
            & (presets.c.folded_name == folded(name))
        )
        async with self._database.read() as connection:
            return await _one(connection, which)

    async def list(self, which: PresetFilter) -> tuple[Preset, ...]:
        """Saved presets, in the order of the filter."""
        async with self._database.read() as connection:
            rows = (await connection.execute(listing(which))).mappings()
            return tuple(preset_from(row) for row in rows)

    async def update(
        self, preset: Preset, upload_ids: Sequence[str] = (), *, by: str | None = None
    ) -> Preset:
        """Overwrite what it says, as `by`; it is updated now, and its version is one more.

        Raises NotFound, NameTaken, PresetChanged where it has another version by now, or
        InputRefused where a picture is gone.
        """
        now = self._clock.now()
        there = (presets.c.id == preset.id) & presets.c.deleted_at.is_(None)
        same = presets.c.version == preset.version
        statement = update(presets).where(there, same).values(changes_of(preset, now))
        with _unique_name(preset):
            async with self._database.write() as connection:
                if not (await connection.execute(statement)).rowcount:
                    _there(await _one(connection, there))
                    raise PresetChanged
                changed = replace(preset, version=preset.version + 1)
                row = version_row(changed, by or preset.person_id or "", now)
                await connection.execute(insert(preset_versions).values(row))
                await use_in_preset(connection, preset.id, upload_ids, preset.values)
                return _there(await _one(connection, there))

    async def share(
        self, preset_id: str, visibility: Visibility | None, locked: bool | None
    ) -> Preset:
        """Who sees it and who changes it; None: as it is. Raises NotFound."""
        given = {"visibility": visibility, "locked": locked}
        changes = {name: value for name, value in given.items() if value is not None}
        which = (presets.c.id == preset_id) & presets.c.deleted_at.is_(None)
        async with self._database.write() as connection:
            if changes:
                await connection.execute(update(presets).where(which).values(changes))
            return _there(await _one(connection, which))

    async def arrange(self, person_id: str | None, preset_ids: Sequence[str]) -> None:
        """Give them places in this order; only a person's own, for None anybody's."""
        async with self._database.write() as connection:
            for place, preset_id in enumerate(preset_ids, start=1):
                statement = update(presets).where(presets.c.id == preset_id)
                if person_id is not None:
                    statement = statement.where(presets.c.person_id == person_id)
                await connection.execute(statement.values(place=place))

    async def remove(self, preset_id: str) -> None:
        """Delete it; nothing happens where it is not there."""
        which = (presets.c.id == preset_id) & presets.c.deleted_at.is_(None)
        gone = {"deleted_at": self._clock.now(), "folded_name": free_of(preset_id)}
        async with self._database.write() as connection:
            await connection.execute(update(presets).where(which).values(gone))

    async def restore(self, preset_id: str) -> Preset:
        """Bring a deleted one back; nothing happens to another. Raises NotFound, NameTaken."""
        which = presets.c.id == preset_id
        found = await self.get(preset_id)
        with _unique_name(_there(found)) as preset:
            back = {"deleted_at": None, "folded_name": folded(preset.name)}
            async with self._database.write() as connection:
                await connection.execute(update(presets).where(which).values(back))
                return _there(await _one(connection, which))

    async def versions(self, preset_id: str) -> tuple[PresetVersion, ...]:
        """What it said, newest first."""
        statement = (
            select(preset_versions)
            .where(preset_versions.c.preset_id == preset_id)
            .order_by(preset_versions.c.version.desc())
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings()
            return tuple(version_from(row) for row in rows)

    async def used(self, preset_id: str, person_id: str) -> None:
        """Somebody put it into a form."""
        now = self._clock.now()
        async with self._database.write() as connection:
            first = {"preset_id": preset_id, "person_id": person_id, "count": 1, "last_at": now}
            statement = db.insert(connection, preset_uses).values(first)
            again = {"count": preset_uses.c.count + 1, "last_at": now}
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["preset_id", "person_id"], set_=again
                )
            )

    async def uses(self, person_id: str) -> Mapping[str, PresetUse]:
        """Uses of presets by id, shipped ones too; those that nobody used are left out."""
        mine = func.max(preset_uses.c.last_at).filter(preset_uses.c.person_id == person_id)
        statement = select(preset_uses.c.preset_id, func.sum(preset_uses.c.count), mine).group_by(
            preset_uses.c.preset_id
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return {
            preset_id: PresetUse(count=int(count), last_at=last) for preset_id, count, last in rows
        }

    async def clean(self, before: datetime) -> int:
        """Remove for good what was deleted before that moment; how many."""
        old = presets.c.deleted_at.is_not(None) & (presets.c.deleted_at < before)
        async with self._database.write() as connection:
            ids = select(presets.c.id).where(old)
            await connection.execute(delete(preset_uses).where(preset_uses.c.preset_id.in_(ids)))
            return (await connection.execute(delete(presets).where(old))).rowcount


@contextmanager
def _unique_name(preset: Preset) -> Iterator[Preset]:
    try:
        yield preset
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


async def _one(connection: AsyncConnection, which: ColumnElement[bool]) -> Preset | None:
    row = (await connection.execute(with_cover().where(which))).mappings().first()
    return None if row is None else preset_from(row)
