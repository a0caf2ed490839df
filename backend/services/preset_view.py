"""A preset as everybody reads it: HTTP API and page (docs/api.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.domain.person import Person
from backend.domain.ports import PeopleStore
from backend.domain.preset import Cover, Preset, PresetUse, PresetVersion
from backend.domain.sentence import Sentence
from backend.domain.sharing import changes, edits, sees
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.services.run_view import is_shared_here

NOT_USED = PresetUse()
Uses = Mapping[str, PresetUse]


@dataclass(frozen=True, kw_only=True)
class PresetView:
    """Draws presets as JSON."""

    catalogue: Catalogue
    people: PeopleStore

    async def one(self, preset: Preset, viewer: Person, uses: Uses | None = None) -> dict[str, Any]:
        """One preset."""
        return (await self.many([preset], viewer, uses))[0]

    async def many(
        self, presets: Iterable[Preset], viewer: Person, uses: Uses | None = None
    ) -> list[dict[str, Any]]:
        """Presets, with the names of their owners looked up once."""
        listed = list(presets)
        names = await self._names({p.person_id for p in listed if p.person_id}, viewer)
        return [
            self._draw(
                preset,
                viewer,
                names.get(preset.person_id or "", ""),
                (uses or {}).get(preset.id, NOT_USED),
            )
            for preset in listed
        ]

    async def history(
        self, versions: Iterable[PresetVersion], viewer: Person
    ) -> list[dict[str, Any]]:
        """What a preset said, newest first, each with what is other than in the one before."""
        listed = list(versions)
        names = await self._names({version.person_id for version in listed}, viewer)
        # a shipped one has no versions, and so none before them
        before: list[PresetVersion | None] = [*listed[1:], *([None] if listed else [])]
        return [
            {
                "version": version.version,
                "at": _time(version.at),
                "person": version.person_id,
                "person_name": names.get(version.person_id, ""),
                "name": version.name,
                "description": version.description,
                "tags": list(version.tags),
                "cover": _cover(version.cover),
                "values": dict(version.values),
                "changed": _changes(version, earlier),
            }
            for version, earlier in zip(listed, before, strict=True)
        ]

    async def _names(self, owners: set[str], viewer: Person) -> Mapping[str, str]:
        others = owners - {viewer.id}
        names = await self.people.names(sorted(others)) if others else {}
        return {**names, viewer.id: viewer.name}

    def _draw(
        self, preset: Preset, viewer: Person, owner_name: str, use: PresetUse
    ) -> dict[str, Any]:
        slug, reason = self._place(preset)
        return {
            "id": preset.id,
            "slug": slug,
            "endpoint_id": preset.endpoint_id,
            "name": preset.name,
            "description": preset.description,
            "tags": list(preset.tags),
            "cover": _cover(preset.cover if _shows_cover(viewer, preset) else None),
            "values": dict(preset.values),
            "mine": preset.person_id == viewer.id,
            "visibility": "team" if preset.shipped else preset.visibility.value,
            "locked": preset.shipped or preset.locked,
            "may_edit": not preset.shipped and edits(viewer, preset),
            "may_change": changes(viewer, preset),
            "may_share": is_shared_here(viewer, preset),
            "person_name": owner_name,
            "shipped": preset.shipped,
            "version": preset.version,
            "updated_at": _time(preset.updated_at),
            "deleted_at": _time(preset.deleted_at),
            "used": use.count,
            "last_used_at": _time(use.last_at),
            "out_of_date": reason,
        }

    def _place(self, preset: Preset) -> tuple[str | None, str | None]:
        """The slug of its endpoint; and why it no longer fits, where it does not."""
        try:
            endpoint = self.catalogue.by_id(preset.endpoint_id)
        except EndpointUnknown:
            told = "Its endpoint is no longer offered: {endpoint}."
            return None, Sentence("preset.no_endpoint", told, endpoint=preset.endpoint_id)
        gone = [name for name in preset.values if endpoint.field(name) is None]
        if not gone:
            return endpoint.slug, None
        return endpoint.slug, Sentence.counted(
            "preset.no_fields",
            len(gone),
            one="{names} is no longer a field of {endpoint}; it is left out.",
            other="{names} are no longer fields of {endpoint}; they are left out.",
            names=", ".join(gone),
            endpoint=endpoint.label,
        )


def _shows_cover(viewer: Person, preset: Preset) -> bool:
    return (
        preset.cover is not None and preset.cover.run is not None and sees(viewer, preset.cover.run)
    )


def _cover(cover: Cover | None) -> dict[str, Any] | None:
    if cover is None:
        return None
    address = f"/media/{cover.run_id}/{cover.index}/preview"
    return {"run_id": cover.run_id, "index": cover.index, "url": address}


def _changes(version: PresetVersion, earlier: PresetVersion | None) -> list[str]:
    """Names of what was changed, fields by theirs."""
    if earlier is None:
        return []
    plain = ("name", "description", "tags", "cover")
    changed = [name for name in plain if getattr(version, name) != getattr(earlier, name)]
    names = {**earlier.values, **version.values}
    gone = object()
    return changed + [
        name for name in names if version.values.get(name, gone) != earlier.values.get(name, gone)
    ]


def _time(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()
