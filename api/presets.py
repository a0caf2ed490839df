"""Presets: list, save, delete."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.links import after_preset
from api.shapes import Preset, PresetRequest, Presets, problems
from api.spoken import Spoken
from backend.domain.preset import Preset as Kept
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown

router = APIRouter(prefix="/api/v1", tags=["presets"])


@router.get("/presets", response_model=Presets, responses=problems())
async def list_presets(services: Given, person: Asker) -> JSONResponse:
    """Mine, last updated first, then the shipped ones."""
    presets = await services.presets.list(person)
    return Spoken({"presets": [draw(preset, services.catalogue) for preset in presets]})


@router.post(
    "/presets",
    status_code=201,
    response_model=Preset,
    responses=problems(409, 422, 429) | after_preset(),
)
async def save(body: PresetRequest, services: Given, person: Writer) -> JSONResponse:
    """Keep settings under a name."""
    preset = await services.presets.save(
        person, body.endpoint_id, body.name, body.values, body.description
    )
    return JSONResponse(draw(preset, services.catalogue), 201)


@router.delete("/presets/{preset_id}", response_model=Preset, responses=problems(404, 429))
async def delete(preset_id: str, services: Given, person: Writer) -> JSONResponse:
    """Delete one of mine; what is answered can be saved again."""
    preset = await services.presets.remove(person, preset_id)
    return JSONResponse(draw(preset, services.catalogue))


def draw(preset: Kept, catalogue: Catalogue) -> dict[str, Any]:
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
