"""The settings that a picture tells."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.deps import Given, Writer
from api.shapes import problems
from api.uploads import FORM, picture_file

router = APIRouter(prefix="/api/v1", tags=["uploads"])


class Told(BaseModel):
    """Something that no field here has a place for."""

    name: str
    value: str


class PictureSettings(BaseModel):
    """How a picture says that it was made. Anybody can write that: check it like any input."""

    found: bool = Field(description="false: it says nothing, and all else is empty")
    tool: Literal["playground", "web_ui", "invokeai", "comfyui", "fooocus"] | None
    endpoint_id: str | None
    slug: str | None = Field(description="of the endpoint, where it is one of those here")
    input: dict[str, Any] = Field(description="by the names of fields here")
    rest: list[Told]


@router.post(
    "/pictures/settings",
    response_model=PictureSettings,
    responses=problems(413, 422, 429),
    openapi_extra={"requestBody": {"required": True, "content": FORM}},
)
async def settings(request: Request, services: Given, person: Writer) -> JSONResponse:
    """Reads a picture's settings; the picture itself is not kept."""
    return JSONResponse(await services.recall.read(await picture_file(request)))
