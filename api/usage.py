"""What was spent in a month: mine, and for admins everybody's."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse

from api.deps import Asker, Given
from api.shapes import problems
from api.spoken import Spoken
from api.usage_shapes import Projects, UsageOfMonth
from backend.domain.usage import By, Month, UsageFilter

router = APIRouter(prefix="/api/v1", tags=["money"])

CSV: Final = "text/csv; charset=utf-8"


def asked(
    services: Given,
    person: Asker,
    month: Annotated[
        str | None,
        Query(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$", description="as 2026-11; else this one"),
    ] = None,
    everyone: Annotated[bool, Query(description="everybody's, for admins")] = False,
) -> UsageFilter:
    """Whose runs of which month the query names."""
    read = None if month is None else Month.read(month)
    return services.usage.asked(person, read, everyone=everyone)


Which = Annotated[UsageFilter, Depends(asked)]


@router.get("/usage", response_model=UsageOfMonth, responses=problems(403, 422))
async def usage(services: Given, which: Which, by: Annotated[By, Query()] = By.DAY) -> JSONResponse:
    """Runs of a month and what they were worth."""
    return Spoken(await services.usage.summary(which, by))


@router.get("/projects", response_model=Projects, responses=problems())
async def projects(services: Given, person: Asker) -> JSONResponse:
    """What my runs of the last year were for, last used first; 50 at most."""
    return JSONResponse({"projects": await services.usage.projects(person)})


@router.get(
    "/usage.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}, **problems(403, 422)},
)
async def export(
    services: Given,
    which: Which,
    by: Annotated[
        Literal["run", "person", "endpoint", "day", "project"],
        Query(description="what a row is"),
    ] = "run",
) -> Response:
    """The same as CSV (RFC 4180), a row a run or a row a group."""
    headers = {
        "Content-Disposition": f'attachment; filename="usage-{which.month}-by-{by}.csv"',
        "Cache-Control": "no-store",
    }
    if by == "run":
        lines = services.usage.runs_csv(which)
        return StreamingResponse(lines, media_type=CSV, headers=headers)
    groups = await services.usage.groups_csv(which, By(by))
    return Response(groups, media_type=CSV, headers=headers)
