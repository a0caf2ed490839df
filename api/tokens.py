"""A person's own tokens for the HTTP API: list, make, revoke."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.shapes import MadeToken, TokenRequest, TokenShown, TokensShown, problems
from backend.domain.token import Scope, Token

router = APIRouter(prefix="/api/v1/me/tokens", tags=["me"])


@router.get("", response_model=TokensShown, responses=problems(403))
async def mine(services: Given, person: Asker) -> JSONResponse:
    """My tokens, newest first; never what programs carry."""
    found = await services.tokens.of(person)
    return JSONResponse({"tokens": [_drawn(one) for one in found]})


@router.post("", status_code=201, response_model=MadeToken, responses=problems(403, 409, 422, 429))
async def make(body: TokenRequest, services: Given, person: Writer) -> JSONResponse:
    """A new one. `token` is what a program carries; it is shown only here."""
    made, carried = await services.tokens.make(person, body.name, Scope(body.scope), body.days)
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({**_drawn(made), "token": carried}, 201, headers=headers)


@router.delete("/{token_id}", response_model=TokensShown, responses=problems(403, 404, 429))
async def revoke(
    token_id: Annotated[str, Path(max_length=64)], services: Given, person: Writer
) -> JSONResponse:
    """It opens nothing from now on; what is answered is left."""
    await services.tokens.revoke(person, token_id)
    return await mine(services, person)


def _drawn(one: Token) -> dict[str, Any]:
    shown = TokenShown(
        id=one.id,
        name=one.name,
        scope=one.scope.value,
        prefix=one.prefix,
        created_at=one.created_at.isoformat(),
        expires_at=one.expires_at.isoformat(),
        last_used_at=None if one.last_used_at is None else one.last_used_at.isoformat(),
    )
    return shown.model_dump()
