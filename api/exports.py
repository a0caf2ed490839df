"""Many pictures as one ZIP."""

from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Asker, Given, Writer
from api.shapes import problems
from backend.services.export_names import DEFAULT, MAX_TEMPLATE
from backend.services.exports import MOST_PICTURES, Export

router = APIRouter(prefix="/api/v1", tags=["media"])


class Picture(BaseModel):
    """A run, and one of its pictures; without an index all of them."""

    model_config = ConfigDict(extra="forbid")

    run_id: str = Field(max_length=64)
    index: int | None = Field(None, ge=0, le=63)


class ExportRequest(BaseModel):
    """What is to be in the ZIP, in this order, and what files are called."""

    model_config = ConfigDict(extra="forbid")

    pictures: list[Picture] = Field(min_length=1, max_length=MOST_PICTURES)
    template: str = Field(
        DEFAULT,
        max_length=MAX_TEMPLATE,
        description="places: {date} {time} {endpoint} {seed} {n} {run} {index} {ext}",
    )


class ExportState(BaseModel):
    """A ZIP that was put together, and how much of it is sent."""

    id: str
    url: str
    file_name: str
    pictures: int
    bytes: int = Field(description="of all pictures; the ZIP is a little larger")
    state: Literal["waiting", "sending", "sent", "stopped"]
    sent_pictures: int
    sent_bytes: int
    problems: int = Field(description="pictures with a problem, which its manifest names")
    expires_at: str


@router.post(
    "/exports", status_code=201, response_model=ExportState, responses=problems(404, 422, 429)
)
async def begin(body: ExportRequest, services: Given, person: Writer) -> JSONResponse:
    """Put a ZIP together; fetch it at its `url` within half an hour, as often as you like."""
    asked = [(one.run_id, one.index) for one in body.pictures]
    export = await services.exports.begin(person, asked, body.template)
    return JSONResponse(_drawn(export), 201)


@router.get("/exports/{export_id}", response_model=ExportState, responses=problems(404))
async def state(export_id: str, services: Given, person: Asker) -> JSONResponse:
    """How far it has been sent."""
    export = services.exports.get(person, export_id)
    return JSONResponse(_drawn(export), headers={"Cache-Control": "no-store"})


@router.get(
    "/exports/{export_id}/zip",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, **problems(404)},
)
async def fetch(export_id: str, services: Given, person: Asker) -> Response:
    """The ZIP, made while it is sent."""
    export = services.exports.get(person, export_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{export.file_name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    parts = services.exports.stream(export)
    return StreamingResponse(parts, media_type="application/zip", headers=headers)


def _drawn(export: Export) -> dict[str, Any]:
    return {
        "id": export.id,
        "url": f"/api/v1/exports/{export.id}/zip",
        "file_name": export.file_name,
        "pictures": len(export.items),
        "bytes": export.bytes,
        "state": export.state,
        "sent_pictures": export.sent_pictures,
        "sent_bytes": export.sent_bytes,
        "problems": len(export.problems),
        "expires_at": export.expires_at.isoformat().replace("+00:00", "Z"),
    }
