"""A preset as everybody reads it: HTTP API and page (docs/api.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.domain.person import Person
from backend.domain.ports import PeopleStore
from backend.domain.preset import Preset
from backend.domain.sharing import changes
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.services.run_view import is_shared_here


@dataclass(frozen=True, kw_only=True)
class PresetView:
    """Draws presets as JSON."""

    catalogue: Catalogue
    people: PeopleStore

    async def one(self, preset: Preset, viewer: Person) -> dict[str, Any]:
        """One preset."""
        return (await self.many([preset], viewer))[0]

    async def many(self, presets: Iterable[Preset], viewer: Person) -> list[dict[str, Any]]:
        """Presets, with the names of their owners looked up once."""
        listed = list(presets)
        owners = {preset.person_id for preset in listed if preset.person_id} - {viewer.id}
        names = {viewer.id: viewer.name}
        if owners:
            names |= await self.people.names(sorted(owners))
        return [
            self._draw(preset, viewer, names.get(preset.person_id or "", "")) for preset in listed
        ]

    def _draw(self, preset: Preset, viewer: Person, owner_name: str) -> dict[str, Any]:
        return {
            "id": preset.id,
            "slug": self._slug(preset.endpoint_id),
            "endpoint_id": preset.endpoint_id,
            "name": preset.name,
            "description": preset.description,
            "values": dict(preset.values),
            "mine": preset.person_id == viewer.id,
            "visibility": "team" if preset.shipped else preset.visibility.value,
            "may_change": changes(viewer, preset),
            "may_share": is_shared_here(viewer, preset),
            "person_name": owner_name,
            "shipped": preset.shipped,
            "updated_at": None if preset.updated_at is None else preset.updated_at.isoformat(),
        }

    def _slug(self, endpoint_id: str) -> str | None:
        try:
            return self.catalogue.by_id(endpoint_id).slug
        except EndpointUnknown:
            return None
