"""Presets: list, save, change, share, delete, restore, import, export."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.links import after_preset
from api.preset_shapes import (
    ChangedPresets,
    ImportReport,
    Preset,
    PresetChange,
    PresetCover,
    PresetIds,
    PresetImport,
    PresetOrder,
    PresetQuery,
    PresetRequest,
    PresetRestore,
    Presets,
    PresetSharing,
    PresetVersions,
)
from api.shapes import problems, why
from api.spoken import Spoken
from api.versions import IfMatch, version_of
from backend.domain import preset as domain
from backend.domain.person import Person
from backend.domain.sharing import Visibility
from backend.services import Services
from backend.services.one_by_one import Kept
from backend.services.preset_list import PresetList
from backend.services.presets import Said

router = APIRouter(prefix="/api/v1", tags=["presets"])


@router.get("/presets", response_model=Presets, responses=problems(422))
async def list_presets(
    services: Given,
    person: Asker,
    asked: Annotated[PresetQuery, Query()],
) -> JSONResponse:
    """Mine, then the team's, then the shipped ones; each in their place, last updated first."""
    which = PresetList(
        slug=asked.endpoint,
        words=asked.q,
        whose=asked.whose,
        by_use=asked.sort == "used",
        deleted=asked.deleted,
        limit=asked.limit,
        cursor=asked.cursor,
    )
    page = await services.presets.page(person, which)
    uses = await services.presets.uses(person)
    drawn = await services.preset_view.many(page.presets, person, uses)
    return Spoken({"presets": drawn, "next_cursor": page.next_cursor})


@router.post(
    "/presets",
    status_code=201,
    response_model=Preset,
    responses=problems(403, 404, 409, 422, 429) | after_preset(),
)
async def save(body: PresetRequest, services: Given, person: Writer) -> JSONResponse:
    """Keep settings under a name. A 409 holds the preset that has it, and yours."""
    said = Said(
        name=body.name,
        description=body.description,
        tags=tuple(body.tags),
        cover=_cover(body.cover),
        values=body.values,
    )
    visibility = None if body.visibility is None else Visibility(body.visibility)
    preset = await services.presets.save(person, body.endpoint_id, said, visibility)
    return await _told(services, person, preset, 201)


@router.get("/presets/export", responses=problems(404, 422))
async def export(
    services: Given,
    person: Asker,
    preset_id: Annotated[list[str] | None, Query(alias="id", max_length=200)] = None,
) -> JSONResponse:
    """One in the format of the shipped files; several, or all saved ones, as a list of them."""
    ids = preset_id or []
    name = "preset.json" if len(ids) == 1 else "presets.json"
    found = await services.preset_exchange.export(person, ids)
    return Spoken(found, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/presets/import", response_model=ImportReport, responses=problems(422, 429))
async def import_presets(body: PresetImport, services: Given, person: Writer) -> JSONResponse:
    """Tell what would become of each preset of a text; with `write`, let it."""
    if body.write:
        judged = await services.preset_exchange.write(person, body.text, body.conflicts)
    else:
        judged = await services.preset_exchange.judge(person, body.text)
    return Spoken({"presets": [one.drawn() for one in judged]})


@router.put("/presets/order", response_model=Presets, responses=problems(422, 429))
async def arrange(body: PresetOrder, services: Given, person: Writer) -> JSONResponse:
    """Put one's own in this order; an admin anybody's. Answers the list's first page."""
    await services.presets.arrange(person, body.ids)
    page = await services.presets.page(person, PresetList())
    drawn = await services.preset_view.many(page.presets, person)
    return Spoken({"presets": drawn, "next_cursor": page.next_cursor})


@router.post("/presets/delete", response_model=ChangedPresets, responses=problems(422, 429))
async def delete_many(body: PresetIds, services: Given, person: Writer) -> JSONResponse:
    """Delete many presets; those that could not be deleted are named."""
    return _changed(body.ids, await services.presets.remove_many(person, body.ids))


@router.post("/presets/restore", response_model=ChangedPresets, responses=problems(422, 429))
async def restore_many(body: PresetIds, services: Given, person: Writer) -> JSONResponse:
    """Bring many back; those that could not be brought back are named."""
    return _changed(body.ids, await services.presets.restore_many(person, body.ids))


@router.get("/presets/{preset_id}", response_model=Preset, responses=problems(404))
async def see(preset_id: str, services: Given, person: Asker) -> JSONResponse:
    """One, with its version as its ETag."""
    return await _told(services, person, await services.presets.get(person, preset_id))


@router.put(
    "/presets/{preset_id}", response_model=Preset, responses=problems(403, 404, 409, 422, 428, 429)
)
async def change(
    preset_id: str,
    body: PresetChange,
    services: Given,
    person: Writer,
    if_match: IfMatch = None,
) -> JSONResponse:
    """Let it say something else. A 409 holds what is there by now, and yours."""
    said = Said(
        name=body.name,
        description=body.description,
        tags=tuple(body.tags),
        cover=_cover(body.cover),
        no_cover=body.cover is None,
        values=body.values,
    )
    preset = await services.presets.update(person, preset_id, said, version_of(if_match))
    return await _told(services, person, preset)


@router.patch("/presets/{preset_id}", response_model=Preset, responses=problems(403, 404, 422, 429))
async def share(
    preset_id: str, body: PresetSharing, services: Given, person: Writer
) -> JSONResponse:
    """Let the team see it, or its owner alone; let the team change it, or lock it."""
    visibility = None if body.visibility is None else Visibility(body.visibility)
    preset = await services.presets.share(person, preset_id, visibility, body.locked)
    return await _told(services, person, preset)


@router.delete("/presets/{preset_id}", response_model=Preset, responses=problems(403, 404, 429))
async def delete(preset_id: str, services: Given, person: Writer) -> JSONResponse:
    """Delete one; it can be restored for 30 days."""
    preset = await services.presets.remove(person, preset_id)
    return await _told(services, person, preset)


@router.post(
    "/presets/{preset_id}/restore",
    response_model=Preset,
    responses=problems(403, 404, 409, 422, 429),
)
async def restore(
    preset_id: str, body: PresetRestore, services: Given, person: Writer
) -> JSONResponse:
    """Bring a deleted one back; or let one say again what an earlier version said."""
    if body.version is None:
        preset = await services.presets.restore(person, preset_id)
    else:
        preset = await services.presets.back_to(person, preset_id, body.version)
    return await _told(services, person, preset)


@router.get("/presets/{preset_id}/versions", response_model=PresetVersions, responses=problems(404))
async def versions(preset_id: str, services: Given, person: Asker) -> JSONResponse:
    """Who changed what, and when; newest first."""
    found = await services.presets.versions(person, preset_id)
    return Spoken({"versions": await services.preset_view.history(found, person)})


def _changed(ids: list[str], left: Kept) -> JSONResponse:
    return Spoken(
        {
            "ids": [one for one in dict.fromkeys(ids) if one not in left],
            "left": [{"id": one, **why(error)} for one, error in left.items()],
        }
    )


async def _told(
    services: Services, person: Person, preset: domain.Preset, status: int = 200
) -> JSONResponse:
    uses = await services.presets.uses(person)
    drawn = await services.preset_view.one(preset, person, uses)
    return Spoken(drawn, status, headers={"ETag": f'"{preset.version}"'})


def _cover(given: PresetCover | None) -> domain.Cover | None:
    return None if given is None else domain.Cover(run_id=given.run_id, index=given.index)
