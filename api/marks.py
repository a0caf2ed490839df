"""Star, tags, title and note of pictures; and what is done with many pictures at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse

from api.deps import Given, Writer
from api.mark_shapes import ChangedRuns, MarkEdit, MarkedPictures, PicturesEdit, RunIds
from api.shapes import Run, problems, why
from api.spoken import Spoken
from backend.domain.marks import PictureId
from backend.services.marking import BulkEdit, Edit
from backend.services.one_by_one import Kept

router = APIRouter(prefix="/api/v1", tags=["marks"])


@router.patch(
    "/runs/{run_id}/images/{index}",
    response_model=Run,
    responses=problems(403, 404, 412, 422, 429),
)
async def edit(
    run_id: str,
    index: int,
    body: MarkEdit,
    services: Given,
    person: Writer,
    if_match: Annotated[
        str | None,
        Header(max_length=80, description="The `marks.version` that you have changed."),
    ] = None,
) -> JSONResponse:
    """Star it for yourself; set its title, note and tags for all who see it."""
    run = await services.marking.edit(
        person,
        PictureId(run_id, index),
        Edit(starred=body.starred, title=body.title, note=body.note, tags=body.tags),
        None if if_match is None else if_match.strip().removeprefix("W/").strip('"'),
    )
    return Spoken(await services.view.one(run, person))


@router.post("/marks", response_model=MarkedPictures, responses=problems(422, 429))
async def edit_many(body: PicturesEdit, services: Given, person: Writer) -> JSONResponse:
    """Star and tag many pictures at once; what you may not change stays and is named."""
    pictures = list(dict.fromkeys(PictureId(one.run_id, one.index) for one in body.pictures))
    left = await services.marking.edit_many(
        person,
        pictures,
        BulkEdit(starred=body.starred, add_tags=body.add_tags, remove_tags=body.remove_tags),
    )
    return Spoken(
        {
            "changed": len(pictures) - len(left),
            "left": [
                {"run_id": one.picture.run_id, "index": one.picture.index, **why(one.error)}
                for one in left
            ],
        }
    )


@router.post("/runs/delete", response_model=ChangedRuns, responses=problems(422, 429))
async def delete_many(body: RunIds, services: Given, person: Writer) -> JSONResponse:
    """Delete many runs; those that could not be deleted are named."""
    return Spoken(_kept(body.run_ids, await services.control.delete_many(person, body.run_ids)))


@router.post("/runs/restore", response_model=ChangedRuns, responses=problems(422, 429))
async def restore_many(body: RunIds, services: Given, person: Writer) -> JSONResponse:
    """Bring many runs back."""
    return Spoken(_kept(body.run_ids, await services.control.restore_many(person, body.run_ids)))


def _kept(run_ids: list[str], left: Kept) -> dict[str, Any]:
    return {
        "run_ids": [one for one in dict.fromkeys(run_ids) if one not in left],
        "left": [{"run_id": run_id, **why(error)} for run_id, error in left.items()],
    }
