"""How much is kept: mine, and for admins everybody's."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.deps import Asker, Given
from api.shapes import problems
from api.spoken import Spoken
from backend.domain.holdings import By

router = APIRouter(prefix="/api/v1", tags=["runs"])


class Held(BaseModel):
    """Pictures and the bytes of their files, previews left out."""

    pictures: int = Field(description="made here and not deleted")
    bytes: int
    uploads: int = Field(description="brought by people")
    upload_bytes: int
    deleted_pictures: int = Field(description="in Recently deleted")
    deleted_bytes: int


class HeldGroup(Held):
    """One endpoint, month or person."""

    key: str = Field(description='an id or a month; "" for uploads among endpoints')
    name: str | None = Field(description="of an endpoint or a person")


class Storage(BaseModel):
    """Months newest first, others the largest first."""

    by: By
    everyone: bool
    groups: list[HeldGroup]
    total: Held
    keep_days: int | None = Field(
        description="after as many pictures go to Recently deleted by themselves; null: never"
    )


@router.get("/storage", response_model=Storage, responses=problems(403, 422))
async def storage(
    services: Given,
    person: Asker,
    by: Annotated[By, Query()] = By.MONTH,
    everyone: Annotated[bool, Query(description="everybody's, for admins")] = False,
) -> JSONResponse:
    """How many pictures are kept and how large they are."""
    return Spoken(await services.holdings.summary(person, by, everyone=everyone))
