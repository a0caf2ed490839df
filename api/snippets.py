"""The prompt library: list, keep, change, share, delete, bring back."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Asker, Given, Writer
from api.shapes import Visibility, problems
from api.spoken import Spoken
from api.versions import IfMatch, version_of
from backend.domain import sharing
from backend.domain import snippet as domain
from backend.domain.person import Person
from backend.domain.snippet import NAME_LENGTH, TEXT_LENGTH
from backend.services import Services

router = APIRouter(prefix="/api/v1", tags=["prompts"])


class Snippet(BaseModel):
    """A text for prompts under a name."""

    id: str
    name: str
    text: str
    version: int
    updated_at: str
    mine: bool
    person_name: str
    visibility: Visibility
    locked: bool
    may_edit: bool
    may_change: bool
    may_share: bool
    deleted_at: str | None


class Snippets(BaseModel):
    """Mine, then the team's, each by name; deleted ones last deleted first."""

    snippets: list[Snippet]
    next_cursor: str | None


class SnippetQuery(BaseModel):
    """Which snippets."""

    q: str = Field("", max_length=200, description="Words to find, all of them.")
    deleted: bool = Field(False, description="Yours that can still be brought back.")
    limit: int = Field(100, ge=1, le=200)
    cursor: str | None = Field(None, max_length=20)


class SnippetChange(BaseModel):
    """What a snippet is to say from now on: the whole of it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    text: str = Field(min_length=1, max_length=TEXT_LENGTH)


class SnippetRequest(SnippetChange):
    """A text to keep."""

    visibility: Visibility | None = None


class SnippetSharing(BaseModel):
    """Who sees it, and whether only its owner and admins change it; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility | None = None
    locked: bool | None = None


@router.get("/snippets", response_model=Snippets, responses=problems(422))
async def list_snippets(
    services: Given, person: Asker, asked: Annotated[SnippetQuery, Query()]
) -> JSONResponse:
    """Mine, then the team's, each by name; or mine that were deleted."""
    found, cursor = await services.snippets.page(
        person, asked.q, deleted=asked.deleted, limit=asked.limit, cursor=asked.cursor
    )
    drawn = await services.snippets.drawn(person, found)
    return JSONResponse({"snippets": drawn, "next_cursor": cursor})


@router.post(
    "/snippets",
    status_code=201,
    response_model=Snippet,
    responses=problems(403, 409, 422, 429),
)
async def save(body: SnippetRequest, services: Given, person: Writer) -> JSONResponse:
    """Keep a text under a name. A 409 holds the snippet that has it, and yours."""
    visibility = None if body.visibility is None else sharing.Visibility(body.visibility)
    kept = await services.snippets.save(person, body.name, body.text, visibility)
    return await _told(services, person, kept, 201)


@router.get("/snippets/{snippet_id}", response_model=Snippet, responses=problems(404))
async def see(snippet_id: str, services: Given, person: Asker) -> JSONResponse:
    """One, with its version as its ETag."""
    return await _told(services, person, await services.snippets.get(person, snippet_id))


@router.put(
    "/snippets/{snippet_id}",
    response_model=Snippet,
    responses=problems(403, 404, 409, 422, 428, 429),
)
async def change(
    snippet_id: str,
    body: SnippetChange,
    services: Given,
    person: Writer,
    if_match: IfMatch = None,
) -> JSONResponse:
    """Let it say something else. A 409 holds what is there by now, and yours."""
    version = version_of(if_match)
    changed = await services.snippets.update(person, snippet_id, body.name, body.text, version)
    return await _told(services, person, changed)


@router.patch(
    "/snippets/{snippet_id}", response_model=Snippet, responses=problems(403, 404, 422, 429)
)
async def share(
    snippet_id: str, body: SnippetSharing, services: Given, person: Writer
) -> JSONResponse:
    """Let the team see it, or its owner alone; let the team change it, or lock it."""
    visibility = None if body.visibility is None else sharing.Visibility(body.visibility)
    shared = await services.snippets.share(person, snippet_id, visibility, body.locked)
    return await _told(services, person, shared)


@router.delete("/snippets/{snippet_id}", response_model=Snippet, responses=problems(403, 404, 429))
async def delete(snippet_id: str, services: Given, person: Writer) -> JSONResponse:
    """Delete one; it can be restored for 30 days."""
    return await _told(services, person, await services.snippets.remove(person, snippet_id))


@router.post(
    "/snippets/{snippet_id}/restore",
    response_model=Snippet,
    responses=problems(403, 404, 409, 429),
)
async def restore(snippet_id: str, services: Given, person: Writer) -> JSONResponse:
    """Bring a deleted one back."""
    return await _told(services, person, await services.snippets.restore(person, snippet_id))


async def _told(
    services: Services, person: Person, snippet: domain.Snippet, status: int = 200
) -> JSONResponse:
    (drawn,) = await services.snippets.drawn(person, [snippet])
    return Spoken(drawn, status, headers={"ETag": f'"{snippet.version}"'})
