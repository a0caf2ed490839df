"""Alive and ready, for whoever watches the server. No person, no secrets."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Given

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(services: Given) -> JSONResponse:
    """Database, storage, owner and key."""
    ready = await services.status.ready()
    return JSONResponse(ready, 200 if ready["ready"] else 503)
