"""One's own history of prompts: look, keep, take out."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Asker, Given, Writer
from api.shapes import problems
from api.spoken import Spoken
from backend.domain.prompts import PastPrompt

router = APIRouter(prefix="/api/v1", tags=["prompts"])


class Prompt(BaseModel):
    """A text that you prompted."""

    id: str
    text: str
    last_used_at: str
    starred: bool = Field(description="It stays when all its runs have gone for good.")


class PromptHistory(BaseModel):
    """Your own, last used first."""

    prompts: list[Prompt]
    next_cursor: str | None


class PromptQuery(BaseModel):
    """Which prompts."""

    q: str = Field("", max_length=200, description="Words to find, all of them.")
    starred: bool = False
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=200)


class PromptStar(BaseModel):
    """Whether it is kept."""

    model_config = ConfigDict(extra="forbid")

    starred: bool


@router.get("/prompts", response_model=PromptHistory, responses=problems(422))
async def history(
    services: Given, person: Asker, asked: Annotated[PromptQuery, Query()]
) -> JSONResponse:
    """What you prompted, each text once, last used first. Nobody else sees it."""
    page = await services.prompts.page(
        person, asked.q, starred=asked.starred, limit=asked.limit, cursor=asked.cursor
    )
    drawn = [_drawn(prompt) for prompt in page.prompts]
    return JSONResponse({"prompts": drawn, "next_cursor": page.next_cursor})


@router.patch("/prompts/{prompt_id}", response_model=Prompt, responses=problems(404, 422, 429))
async def star(prompt_id: str, body: PromptStar, services: Given, person: Writer) -> JSONResponse:
    """Keep one of yours, or let it go with its runs."""
    return Spoken(_drawn(await services.prompts.star(person, prompt_id, body.starred)))


@router.delete("/prompts/{prompt_id}", response_model=Prompt, responses=problems(404, 429))
async def forget(prompt_id: str, services: Given, person: Writer) -> JSONResponse:
    """Take one out of your history; its runs stay as they are."""
    return Spoken(_drawn(await services.prompts.forget(person, prompt_id)))


def _drawn(prompt: PastPrompt) -> dict[str, Any]:
    return {
        "id": prompt.id,
        "text": prompt.text,
        "last_used_at": prompt.last_at.isoformat().replace("+00:00", "Z"),
        "starred": prompt.starred,
    }
