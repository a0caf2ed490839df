"""What admins allow on this server."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.rules_shapes import Rules, RulesRequest
from api.shapes import problems
from api.spoken import Spoken
from backend.domain.person import Role
from backend.services.rule_book import Wanted

router = APIRouter(prefix="/api/v1", tags=["admin"])


@router.get("/rules", response_model=Rules, responses=problems())
async def rules(services: Given, _: Asker) -> JSONResponse:
    """Which endpoints may be run, how loose a filter, what is kept for how long, a banner."""
    return Spoken(dict(services.rules.drawn()))


@router.put("/rules", response_model=Rules, responses=problems(403, 422, 429))
async def put_rules(body: RulesRequest, services: Given, person: Writer) -> JSONResponse:
    """Set all of them; for admins. They count from the next start of a run on."""
    wanted = Wanted(
        endpoints=None if body.endpoints is None else tuple(body.endpoints),
        ceilings={Role(role): most for role, most in body.ceilings.items()},
        payloads=body.payloads,
        pictures_s=body.pictures_s,
        keep_days=body.keep_days,
        banner=body.banner,
    )
    return Spoken(dict(await services.rules.set(person, wanted)))
