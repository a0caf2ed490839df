"""Pictures that people bring."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from api.deps import Given, Writer
from api.links import after_upload
from api.shapes import Upload, UploadRequest, problems
from backend.domain.errors import InputRefused, PictureRefused
from backend.domain.person import Person
from backend.domain.picture import MAX_BYTES
from backend.domain.picture import Upload as Kept
from backend.domain.sentence import Sentence
from backend.services import Services

router = APIRouter(prefix="/api/v1", tags=["uploads"])

#: of a form; only one of them is looked at
MOST_FIELDS = 100

_SHAPES: dict[str, Any] = {
    "url": {"type": "string", "minLength": 1},
    "run_id": {"type": "string", "maxLength": 64},
    "index": {"type": "integer", "minimum": 0, "maximum": 63},
}


def _named_by(*names: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(names),
        "additionalProperties": False,
        "properties": {name: _SHAPES[name] for name in names},
    }


FORM: dict[str, Any] = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}},
        }
    }
}
BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            **FORM,
            "application/json": {
                "schema": {
                    "oneOf": [_named_by("url"), _named_by("run_id", "index")],
                    "description": "A link, or an image of a run.",
                }
            },
        },
    }
}


@router.post(
    "/uploads",
    status_code=201,
    response_model=Upload,
    responses=problems(404, 413, 422, 429) | after_upload(),
    openapi_extra=BODIES,
)
async def upload(request: Request, services: Given, person: Writer) -> JSONResponse:
    """A picture or mask: a file, a link that this server fetches once, or an image of a run."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        kept = await services.uploads.add(person, await picture_file(request))
    else:
        kept = await _named(request, services, person)
    return JSONResponse(
        {
            "id": kept.id,
            "width": kept.width,
            "height": kept.height,
            "content_type": kept.content_type,
        },
        201,
    )


async def picture_file(request: Request) -> bytes:
    """The form's field `file`. Raises InputRefused or PictureRefused."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InputRefused(
                fields={
                    "file": Sentence("upload.no_file", "Send the picture as the form field `file`.")
                }
            )
        if file.size is None or file.size > MAX_BYTES:
            raise PictureRefused
        return await file.read()


async def _named(request: Request, services: Services, person: Person) -> Kept:
    try:
        body = UploadRequest.model_validate_json(await request.body())
    except ValidationError as error:
        raise InputRefused(
            fields={
                str(fault["loc"][-1] if fault["loc"] else "body"): fault["msg"]
                for fault in error.errors(include_input=False)
            }
        ) from None
    if body.url is not None:
        return await services.uploads.take(person, body.url)
    if body.run_id is not None and body.index is not None:
        return await services.uploads.add_image(person, body.run_id, body.index)
    raise InputRefused(
        fields={"url": Sentence("upload.no_link", "Give a link, or run_id and index.")}
    )
