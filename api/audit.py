"""The audit log, for admins."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import AwareDatetime

from api.deps import Asker, Given
from api.shapes import AuditLog, problems
from backend.domain.audit import Act, AuditFilter

router = APIRouter(prefix="/api/v1", tags=["admin"])

EXPORT_DAYS: Final = 90

Since = Annotated[AwareDatetime | None, Query(description="from this moment on")]
Until = Annotated[AwareDatetime | None, Query(description="and before this one")]


def asked(
    actor: Annotated[str | None, Query(max_length=64, description="a person's id")] = None,
    act: Annotated[Act | None, Query()] = None,
    target: Annotated[str | None, Query(max_length=200)] = None,
    since: Since = None,
    until: Until = None,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="`next_before` of an earlier answer")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> AuditFilter:
    """Which entries the query names."""
    return AuditFilter(
        actor_id=actor,
        act=act,
        target=target,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )


@router.get("/audit", response_model=AuditLog, responses=problems(403, 422))
async def audit(
    services: Given, person: Asker, which: Annotated[AuditFilter, Depends(asked)]
) -> JSONResponse:
    """Who did what to what, newest first."""
    return JSONResponse(await services.audit.page(person, which))


@router.get(
    "/audit.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}, **problems(403, 422)},
)
async def export(
    services: Given, person: Asker, since: Since = None, until: Until = None
) -> StreamingResponse:
    """The log as CSV (RFC 4180), newest first; the last 90 days where no moment is given."""
    to = until or services.audit.clock.now() + timedelta(minutes=1)
    begin = since or to - timedelta(days=EXPORT_DAYS)
    lines = services.audit.export(person, begin, to)
    headers = {
        "Content-Disposition": f'attachment; filename="audit-{_day(begin)}-{_day(to)}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _day(moment: datetime) -> str:
    return f"{moment:%Y%m%d}"
