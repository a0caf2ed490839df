"""What the page's bar says: who I am, the mode, today's money."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.shapes import Me, problems
from api.spoken import Spoken

router = APIRouter(prefix="/api/v1", tags=["me"])


@router.get("/me", response_model=Me, responses=problems())
async def me(services: Given, person: Asker) -> JSONResponse:
    """The caller, the mode and today's money."""
    return Spoken(await services.status.me(person))


@router.post("/key/check", response_model=Me, responses=problems(429))
async def check_key(services: Given, person: Writer) -> JSONResponse:
    """Ask fal about the key now, and try a waiting run where the account was locked."""
    await services.status.key.ask()
    services.runner.try_now()
    return Spoken(await services.status.me(person))
