"""The way to an OpenID provider, and back."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.attempts import Attempts
from api.deps import Given
from api.door import local, place_of
from api.openid_page import BACK, BEGIN, OUT, openid_page, signed_out_page
from api.who import given_resolver
from backend.domain.audit import Act
from backend.domain.errors import (
    NotAllowed,
    NotFound,
    ProviderUnavailable,
    SignInFailed,
    TooQuick,
)
from backend.domain.openid import Answer
from backend.domain.sentence import Sentence
from backend.services import Services
from backend.services.openid import OpenId

router = APIRouter(include_in_schema=False)

NO_STORE = {"Cache-Control": "no-store"}
Told = Annotated[str, Query(max_length=4000)]
FAILURES = (NotAllowed, ProviderUnavailable, TooQuick)


@router.get(BEGIN)
async def begin(
    request: Request, services: Given, target: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """To the provider."""
    openid = _given(services)
    response = RedirectResponse("/", 303, headers=NO_STORE)
    attempt = _attempts(request).begin(response, local(target))
    try:
        services.knocks.hit(place_of(request))
        address = await openid.begin(attempt)
    except FAILURES as error:
        return openid_page(request, openid, local(target), error)
    response.headers["location"] = address
    return response


@router.get(BACK)
async def back(
    request: Request,
    services: Given,
    state: Told = "",
    code: Told = "",
    error: Told = "",
    iss: Told | None = None,
) -> Response:
    """From the provider: who has signed in comes in by a new session."""
    openid = _given(services)
    attempts = _attempts(request)
    begun = attempts.begun(request, state)
    target = "/" if begun is None else local(begun[1])
    response: Response = RedirectResponse(target, 303, headers=NO_STORE)
    try:
        services.knocks.hit(place_of(request))
        if begun is None:
            raise SignInFailed(_ELSEWHERE)
        if error or not code:
            raise SignInFailed(_NOT_SIGNED_IN)
        person = await openid.finish(begun[0], Answer(code=code, issuer=iss))
        await given_resolver(request).sign_in(request, response, person)
    except FAILURES as failure:
        if begun is not None and isinstance(failure, NotAllowed):
            await services.audit.note(None, Act.SIGN_IN_REFUSED, None, place=place_of(request))
        response = openid_page(request, openid, target, failure)
    attempts.end(response)
    return response


@router.get(OUT)
async def out(request: Request, services: Given) -> Response:
    """On to the provider's sign-out, for a browser that has signed out here."""
    openid = _given(services)
    try:
        address = await openid.sign_out_address()
    except ProviderUnavailable:
        address = None
    if address is None:
        return RedirectResponse("/sign-in", 303, headers=NO_STORE)
    return signed_out_page(request, openid, address)


_ELSEWHERE = Sentence(
    "openid.elsewhere",
    "This sign-in was begun in another browser or tab, or more than ten minutes ago. "
    "Begin it again.",
)
_NOT_SIGNED_IN = Sentence("openid.refused", "You were not signed in there. Begin it again.")


def _given(services: Services) -> OpenId:
    if services.openid is None:
        raise NotFound
    return services.openid


def _attempts(request: Request) -> Attempts:
    cookies = given_resolver(request).cookies
    return Attempts(key=cookies.key, secure=cookies.framed or cookies.https)
