"""Presets as rows, and the statement of a list of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, false, or_, select

from backend.domain.preset import Cover, Preset, PresetFilter, PresetVersion
from backend.domain.sharing import Possession, Visibility
from backend.domain.words import folded
from backend.store.tables import preset_uses, presets, runs


def row_of(preset: Preset) -> dict[str, Any]:
    """A new row."""
    return {
        "id": preset.id,
        "person_id": preset.person_id,
        "endpoint_id": preset.endpoint_id,
        **_said(preset),
        "created_at": preset.created_at,
        "updated_at": preset.updated_at,
        "visibility": preset.visibility,
        "locked": preset.locked,
        "version": preset.version,
        "place": preset.place,
    }


def changes_of(preset: Preset, now: datetime) -> dict[str, Any]:
    """What an update writes."""
    return {**_said(preset), "version": preset.version + 1, "updated_at": now}


def free_of(preset_id: str) -> str:
    """The folded name of a deleted preset: its id behind a line's end, which no name holds."""
    return f"\n{preset_id}"


def version_row(preset: Preset, person_id: str, at: datetime) -> dict[str, Any]:
    """What it says now, for its history."""
    said = _said(preset)
    kept = ("name", "description", "tags", "cover_run_id", "cover_index", "input")
    return {
        "preset_id": preset.id,
        "version": preset.version,
        "person_id": person_id,
        "at": at,
        **{name: said[name] for name in kept},
    }


def _said(preset: Preset) -> dict[str, Any]:
    prompt = preset.values.get("prompt")
    words = (preset.name, preset.description, *preset.tags, str(prompt or ""))
    return {
        "name": preset.name,
        "folded_name": folded(preset.name),
        "description": preset.description,
        "tags": list(preset.tags),
        "cover_run_id": preset.cover.run_id if preset.cover else None,
        "cover_index": preset.cover.index if preset.cover else None,
        "input": preset.values,
        "words": folded("\n".join(words)),
    }


def with_cover() -> Select[Any]:
    """Presets, each with whose its cover's run is; a deleted run is nobody's."""
    cover = (presets.c.cover_run_id == runs.c.id) & runs.c.deleted_at.is_(None)
    return select(
        presets,
        runs.c.person_id.label("cover_person_id"),
        runs.c.visibility.label("cover_visibility"),
    ).select_from(presets.outerjoin(runs, cover))


def preset_from(row: RowMapping) -> Preset:
    """A row of `with_cover`."""
    return Preset(
        id=row["id"],
        person_id=row["person_id"],
        endpoint_id=row["endpoint_id"],
        name=row["name"],
        description=row["description"],
        tags=tuple(row["tags"]),
        cover=_cover(row, _possession(row)),
        values=row["input"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        visibility=Visibility(row["visibility"]),
        locked=row["locked"],
        version=row["version"],
        place=row["place"],
        deleted_at=row["deleted_at"],
    )


def version_from(row: RowMapping) -> PresetVersion:
    """A row of a preset's history."""
    return PresetVersion(
        version=row["version"],
        person_id=row["person_id"],
        at=row["at"],
        name=row["name"],
        description=row["description"],
        tags=tuple(row["tags"]),
        cover=_cover(row, None),
        values=row["input"],
    )


def _cover(row: RowMapping, run: Possession | None) -> Cover | None:
    if row["cover_run_id"] is None:
        return None
    return Cover(run_id=row["cover_run_id"], index=row["cover_index"], run=run)


def _possession(row: RowMapping) -> Possession | None:
    if row["cover_person_id"] is None:
        return None
    visibility = Visibility(row["cover_visibility"])
    return Possession(person_id=row["cover_person_id"], visibility=visibility)


def listing(which: PresetFilter) -> Select[Any]:
    """Only ids are sorted: rows hold whole inputs."""
    order = _order(which)
    ids = select(presets.c.id).where(*_conditions(which)).order_by(*order)
    if which.by_use:
        ids = ids.outerjoin(preset_uses, _own_use(which))
    if which.limit is not None or which.offset:
        ids = ids.limit(which.limit or 1_000_000).offset(which.offset)
    found = with_cover().where(presets.c.id.in_(ids.order_by(*order)))
    if which.by_use:
        found = found.outerjoin(preset_uses, _own_use(which))
    return found.order_by(*order)


def _own_use(which: PresetFilter) -> ColumnElement[bool]:
    mine = preset_uses.c.person_id == which.person_id
    return (preset_uses.c.preset_id == presets.c.id) & mine


def _order(which: PresetFilter) -> tuple[ColumnElement[Any], ...]:
    usual = (
        presets.c.person_id != which.person_id,
        presets.c.place,
        presets.c.updated_at.desc(),
        presets.c.id.desc(),
    )
    return (preset_uses.c.last_at.desc().nulls_last(), *usual) if which.by_use else usual


def _conditions(which: PresetFilter) -> list[ColumnElement[bool]]:
    own = presets.c.person_id == which.person_id
    shared = (presets.c.visibility == Visibility.TEAM) & ~own
    seen = [own] if which.with_own else []
    seen += [shared] if which.with_team else []
    found = [or_(false(), *seen)]
    found.append(
        presets.c.deleted_at.is_not(None) if which.deleted else presets.c.deleted_at.is_(None)
    )
    if which.endpoint_id is not None:
        found.append(presets.c.endpoint_id == which.endpoint_id)
    found += [presets.c.words.contains(folded(word), autoescape=True) for word in which.words]
    return found
