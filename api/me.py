"""What the page's bar says: who I am, the mode, today's money."""

from typing import Any

from fastapi import APIRouter

from api.deps import Asker, Given, Writer
from api.shapes import problems

router = APIRouter(prefix="/api/v1", tags=["me"])


@router.get("/me", responses=problems())
async def me(services: Given, person: Asker) -> dict[str, Any]:
    """The caller, the mode and today's money."""
    return await services.status.me(person)


@router.post("/key/check", responses=problems(429))
async def check_key(services: Given, person: Writer) -> dict[str, Any]:
    """Ask fal about the key now, and try a waiting run where the account was locked."""
    await services.status.key.ask()
    services.runner.try_now()
    return await services.status.me(person)
