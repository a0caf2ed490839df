"""A person's own sessions: where they are signed in, and how to end that."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.shapes import Ended, Sessions, problems
from api.who import given_resolver
from backend.domain.audit import Act
from backend.domain.sign_in import Session

router = APIRouter(prefix="/api/v1/me/sessions", tags=["me"])


@router.get("", response_model=Sessions, responses=problems())
async def mine(request: Request, services: Given, person: Asker) -> JSONResponse:
    """Where I am signed in, last used first."""
    current = await _current(request)
    found = await services.sessions.of(person)
    return JSONResponse({"sessions": [_drawn(one, current) for one in found]})


@router.delete("", response_model=Ended, responses=problems(429))
async def end_others(request: Request, services: Given, person: Writer) -> JSONResponse:
    """Sign me out everywhere but here."""
    ended = await services.sessions.end_all(person.id, but=await _current(request))
    await services.audit.note(person, Act.SESSIONS_END, person.id, ended=ended)
    return JSONResponse({"ended": ended})


@router.delete("/{session_id}", response_model=Ended, responses=problems(404, 429))
async def end(
    session_id: Annotated[str, Path(max_length=64)], services: Given, person: Writer
) -> JSONResponse:
    """Sign me out in one place."""
    await services.sessions.end(person.id, session_id)
    await services.audit.note(person, Act.SESSIONS_END, person.id, ended=1)
    return JSONResponse({"ended": 1})


async def _current(request: Request) -> str | None:
    present = await given_resolver(request).session(request)
    return None if present is None else present.session.id


def _drawn(one: Session, current: str | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "agent": one.agent,
        "current": one.id == current,
        "created_at": one.created_at.isoformat(),
        "last_used_at": one.last_used_at.isoformat(),
        "expires_at": one.expires_at.isoformat(),
    }
