"""What a search can be narrowed to: for completion, and for the gallery's filters."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.deps import Asker, Given
from api.shapes import Hints, Tags, problems
from api.spoken import Spoken
from backend.domain.marks import TagCount

router = APIRouter(prefix="/api/v1", tags=["runs"])


@router.get("/hints", response_model=Hints, responses=problems())
async def hints(services: Given, person: Asker) -> JSONResponse:
    """People, projects and tags that a search may go by."""
    known = await services.search.hints(person)
    tags = [_tag(one) for one in known.tags]
    return Spoken({"people": known.people, "projects": known.projects, "tags": tags})


@router.get("/tags", response_model=Tags, responses=problems(422))
async def tags(
    services: Given,
    person: Asker,
    prefix: Annotated[str, Query(max_length=100, description="how they begin")] = "",
) -> JSONResponse:
    """Tags on what you see that begin so, the most used first; at most 50."""
    return JSONResponse({"tags": [_tag(one) for one in await services.search.tags(person, prefix)]})


def _tag(one: TagCount) -> dict[str, str | int]:
    return {"name": one.name, "pictures": one.pictures}
