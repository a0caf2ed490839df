"""What was deleted: look, empty now, and delete at fal."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Asker, Given, Writer
from api.shapes import Run, problems
from api.spoken import Spoken
from backend.services.deleted import days_kept

router = APIRouter(prefix="/api/v1", tags=["runs"])


class DeletedRun(BaseModel):
    """A run that can still be brought back."""

    run: Run
    purge_at: str = Field(description="when its pictures and words go for good")


class DeletedRuns(BaseModel):
    """Your own, last deleted first."""

    runs: list[DeletedRun]
    count: int
    keep_days: int
    next_cursor: str | None = Field(description="for the next page; null on the last one")


class EmptyRequest(BaseModel):
    """Which; without ids all of them."""

    model_config = ConfigDict(extra="forbid")

    run_ids: list[str] | None = Field(None, max_length=2_000)


class Removed(BaseModel):
    """How many runs went for good."""

    removed: int


class AtFal(BaseModel):
    """What fal answered: deleted, partly, not_allowed or not_found."""

    answer: str
    message: str


@router.get("/deleted", response_model=DeletedRuns, responses=problems(422))
async def deleted(
    services: Given,
    person: Asker,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
    cursor: Annotated[str | None, Query(description="next_cursor of the page before")] = None,
) -> JSONResponse:
    """Your deleted runs that can still be brought back."""
    page = await services.deleted.list(person, limit, cursor)
    drawn = await services.view.many([one.run for one in page.runs], person)
    listed: list[dict[str, Any]] = [
        {"run": run, "purge_at": one.purge_at.isoformat().replace("+00:00", "Z")}
        for run, one in zip(drawn, page.runs, strict=True)
    ]
    told = {"count": page.count, "keep_days": days_kept(), "next_cursor": page.next_cursor}
    return Spoken({"runs": listed, **told})


@router.post("/deleted/empty", response_model=Removed, responses=problems(422, 429))
async def empty(services: Given, person: Writer, body: EmptyRequest | None = None) -> JSONResponse:
    """Your deleted runs, or some of them, go for good now."""
    ids = None if body is None else body.run_ids
    return JSONResponse({"removed": await services.deleted.empty(person, ids)})


@router.post(
    "/runs/{run_id}/delete-at-fal",
    response_model=AtFal,
    responses=problems(403, 404, 409, 429, 502),
)
async def delete_at_fal(run_id: str, services: Given, person: Writer) -> JSONResponse:
    """fal deletes what it keeps of a run of yours, where it lets this server's key do that."""
    return Spoken(await services.deleted.at_fal(person, run_id))
