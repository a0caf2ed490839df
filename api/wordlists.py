"""The team's lists, which prompts choose from."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.shapes import problems
from api.spoken import Spoken
from api.versions import IfMatch, version_of
from api.wordlist_shapes import WordList, WordListQuery, WordListRequest, WordLists
from backend.domain import wordlist as domain
from backend.domain.person import Person
from backend.services import Services

router = APIRouter(prefix="/api/v1", tags=["lists"])


@router.get("/lists", response_model=WordLists, responses=problems(422))
async def list_lists(
    services: Given, person: Asker, asked: Annotated[WordListQuery, Query()]
) -> JSONResponse:
    """All of the team, by name, without their lines; or yours that were deleted."""
    lists = services.wordlists
    found = await (lists.deleted(person) if asked.deleted else lists.all(person))
    drawn = await lists.draw(found, person)
    return Spoken({"lists": [{k: v for k, v in one.items() if k != "lines"} for one in drawn]})


@router.post(
    "/lists", status_code=201, response_model=WordList, responses=problems(403, 409, 422, 429)
)
async def save(body: WordListRequest, services: Given, person: Writer) -> JSONResponse:
    """A new one."""
    return await _told(
        services, person, await services.wordlists.save(person, body.name, body.lines), 201
    )


@router.get("/lists/{list_id}", response_model=WordList, responses=problems(404))
async def see(list_id: str, services: Given, person: Asker) -> JSONResponse:
    """One, with its version as its ETag."""
    return await _told(services, person, await services.wordlists.get(person, list_id))


@router.put(
    "/lists/{list_id}", response_model=WordList, responses=problems(404, 409, 422, 428, 429)
)
async def change(
    list_id: str,
    body: WordListRequest,
    services: Given,
    person: Writer,
    if_match: IfMatch = None,
) -> JSONResponse:
    """Another name, other lines. A 409 holds what is there by now, and yours."""
    version = version_of(if_match)
    changed = await services.wordlists.update(person, list_id, body.name, body.lines, version)
    return await _told(services, person, changed)


@router.delete("/lists/{list_id}", response_model=WordList, responses=problems(403, 404, 429))
async def delete(list_id: str, services: Given, person: Writer) -> JSONResponse:
    """Delete one; it can be restored for 30 days."""
    return await _told(services, person, await services.wordlists.remove(person, list_id))


@router.post(
    "/lists/{list_id}/restore", response_model=WordList, responses=problems(403, 404, 409, 429)
)
async def restore(list_id: str, services: Given, person: Writer) -> JSONResponse:
    """Bring a deleted one back."""
    return await _told(services, person, await services.wordlists.restore(person, list_id))


async def _told(
    services: Services, person: Person, one: domain.WordList, status: int = 200
) -> JSONResponse:
    (drawn,) = await services.wordlists.draw([one], person)
    return Spoken(drawn, status, headers={"ETag": f'"{one.version}"'})
