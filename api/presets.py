"""Presets: list, save, delete."""

from typing import Any

from fastapi import APIRouter

from api.deps import Asker, Given, Writer
from api.shapes import PresetRequest, problems
from backend.domain.preset import Preset
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown

router = APIRouter(prefix="/api/v1", tags=["presets"])


@router.get("/presets", responses=problems())
async def list_presets(services: Given, person: Asker) -> dict[str, Any]:
    """Mine, last updated first, then the shipped ones."""
    presets = await services.presets.list(person)
    return {"presets": [draw(preset, services.catalogue) for preset in presets]}


@router.post("/presets", status_code=201, responses=problems(409, 422, 429))
async def save(body: PresetRequest, services: Given, person: Writer) -> dict[str, Any]:
    """Keep settings under a name."""
    preset = await services.presets.save(
        person, body.endpoint_id, body.name, body.values, body.description
    )
    return draw(preset, services.catalogue)


@router.delete("/presets/{preset_id}", responses=problems(404, 429))
async def delete(preset_id: str, services: Given, person: Writer) -> dict[str, Any]:
    """Delete one of mine; what is answered can be saved again."""
    return draw(await services.presets.remove(person, preset_id), services.catalogue)


def draw(preset: Preset, catalogue: Catalogue) -> dict[str, Any]:
    """A preset as JSON."""
    try:
        slug = catalogue.by_id(preset.endpoint_id).slug
    except EndpointUnknown:
        slug = None
    return {
        "id": preset.id,
        "slug": slug,
        "endpoint_id": preset.endpoint_id,
        "name": preset.name,
        "description": preset.description,
        "values": dict(preset.values),
        "mine": not preset.shipped,
        "shipped": preset.shipped,
        "updated_at": None if preset.updated_at is None else preset.updated_at.isoformat(),
    }
