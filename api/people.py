"""People, for admins: who is here, who may come in, and what they may do."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from api.deps import Given, Looker
from api.join import address_of
from api.shapes import (
    Ended,
    HandedOver,
    HandOverRequest,
    InvitationRequest,
    Invitations,
    Link,
    Member,
    Members,
    PersonChange,
    problems,
)
from backend.domain.person import Role
from backend.domain.sign_in import OneTimeLink, Seen

router = APIRouter(prefix="/api/v1/people", tags=["people"])

PersonId = Annotated[str, Path(max_length=64)]


@router.get("", response_model=Members, responses=problems(403, 429))
async def everybody(services: Given, _: Looker) -> JSONResponse:
    """Everybody by name."""
    found = await services.team.everybody()
    return JSONResponse({"people": [_member(one) for one in found]})


@router.get("/invitations", response_model=Invitations, responses=problems(403, 409, 429))
async def invitations(services: Given, _: Looker) -> JSONResponse:
    """Invitations that nobody has used yet, newest first, without their links."""
    found = await services.team.with_accounts().invitations()
    return JSONResponse({"invitations": [_invitation(link) for link in found]})


@router.post(
    "/invitations",
    status_code=201,
    response_model=Link,
    responses=problems(403, 409, 422, 429),
)
async def invite(
    request: Request, body: InvitationRequest, services: Given, admin: Looker
) -> JSONResponse:
    """A link that lets somebody new in once, within seven days. It is told only here."""
    link, token = await services.team.invite(admin, Role(body.role), body.name)
    return JSONResponse({**_invitation(link), "link": address_of(request, token)}, 201)


@router.delete(
    "/invitations/{invitation_id}", response_model=Ended, responses=problems(403, 404, 409, 429)
)
async def withdraw(invitation_id: PersonId, services: Given, admin: Looker) -> JSONResponse:
    """Take an invitation back that nobody has used yet."""
    await services.team.withdraw(admin, invitation_id)
    return JSONResponse({"ended": 1})


@router.patch("/{person_id}", response_model=Member, responses=problems(403, 404, 409, 422, 429))
async def change(
    person_id: PersonId, body: PersonChange, services: Given, admin: Looker
) -> JSONResponse:
    """Another role, or in or out. Who is out has no session any more."""
    role = None if body.role is None else Role(body.role)
    changed = await services.team.change(admin, person_id, role, body.active)
    return JSONResponse(_member(changed))


@router.post(
    "/{person_id}/reset",
    status_code=201,
    response_model=Link,
    responses=problems(403, 404, 409, 429),
)
async def offer_reset(
    request: Request, person_id: PersonId, services: Given, admin: Looker
) -> JSONResponse:
    """A link for a new password, once, within a day. It is told only here."""
    link, token = await services.team.offer_reset(admin, person_id)
    return JSONResponse({**_invitation(link), "link": address_of(request, token)}, 201)


@router.delete("/{person_id}/sessions", response_model=Ended, responses=problems(403, 404, 429))
async def end_sessions(person_id: PersonId, services: Given, admin: Looker) -> JSONResponse:
    """Sign somebody out everywhere."""
    return JSONResponse({"ended": await services.team.end_sessions(admin, person_id)})


@router.post(
    "/{person_id}/hand-over",
    response_model=HandedOver,
    responses=problems(403, 404, 422, 429),
)
async def hand_over(
    person_id: PersonId, body: HandOverRequest, services: Given, admin: Looker
) -> JSONResponse:
    """Runs, pictures and presets of one person become another's; what was spent does not."""
    runs, presets = await services.team.hand_over(admin, person_id, body.to)
    return JSONResponse({"runs": runs, "presets": presets})


def _member(one: Seen) -> dict[str, Any]:
    person, last = one.person, one.last_used_at
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role.value,
        "active": person.active,
        "created_at": person.created_at.isoformat(),
        "last_used_at": None if last is None else last.isoformat(),
        "comes_in": one.comes_in,
    }


def _invitation(link: OneTimeLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "role": link.role.value,
        "name": link.name,
        "created_at": link.created_at.isoformat(),
        "expires_at": link.expires_at.isoformat(),
    }
