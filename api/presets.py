"""Presets: list, save, share, delete."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.links import after_preset
from api.shapes import Preset, PresetRequest, Presets, Sharing, problems
from api.spoken import Spoken
from backend.domain.sharing import Visibility

router = APIRouter(prefix="/api/v1", tags=["presets"])


@router.get("/presets", response_model=Presets, responses=problems())
async def list_presets(services: Given, person: Asker) -> JSONResponse:
    """Mine, last updated first, then the team's, then the shipped ones."""
    presets = await services.presets.list(person)
    return Spoken({"presets": await services.preset_view.many(presets, person)})


@router.post(
    "/presets",
    status_code=201,
    response_model=Preset,
    responses=problems(403, 409, 422, 429) | after_preset(),
)
async def save(body: PresetRequest, services: Given, person: Writer) -> JSONResponse:
    """Keep settings under a name."""
    preset = await services.presets.save(
        person,
        body.endpoint_id,
        body.name,
        body.values,
        body.description,
        None if body.visibility is None else Visibility(body.visibility),
    )
    return Spoken(await services.preset_view.one(preset, person), 201)


@router.patch("/presets/{preset_id}", response_model=Preset, responses=problems(403, 404, 422, 429))
async def share(preset_id: str, body: Sharing, services: Given, person: Writer) -> JSONResponse:
    """Let the team see it, or its owner alone."""
    preset = await services.presets.share(person, preset_id, Visibility(body.visibility))
    return Spoken(await services.preset_view.one(preset, person))


@router.delete("/presets/{preset_id}", response_model=Preset, responses=problems(403, 404, 429))
async def delete(preset_id: str, services: Given, person: Writer) -> JSONResponse:
    """Delete one; what is answered can be saved again."""
    preset = await services.presets.remove(person, preset_id)
    return Spoken(await services.preset_view.one(preset, person))
