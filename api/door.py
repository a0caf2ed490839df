"""The sign-in page, and the way out. What it asks for is a matter of AUTH."""

import ipaddress
import re
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import sign_in_pages
from api.deps import Given
from api.openid_page import OUT, openid_page
from api.sign_in_pages import Box
from api.who import given_resolver
from backend.domain.audit import Act
from backend.domain.errors import (
    InputRefused,
    NotAllowed,
    PlaygroundError,
    TooQuick,
)
from backend.domain.person import Person
from backend.services import Services

router = APIRouter(include_in_schema=False)

#: a path of this server and nothing that a browser reads as another host
LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")
#: whoever has an IPv6 address mostly has all of its network
IPV6_NETWORK = 64


@router.get("/sign-in")
async def show(
    request: Request, services: Given, target: Annotated[str, Query(alias="next")] = "/"
) -> Response:
    """The page; straight on for whoever is in already."""
    resolver = given_resolver(request)
    if not resolver.has_door or await resolver.find(request) is not None:
        return RedirectResponse(local(target), 303)
    return _page(request, services, target)


@router.post("/sign-in")
async def come_in(
    request: Request,
    services: Given,
    password: Annotated[str, Form(max_length=1000)] = "",
    name: Annotated[str, Form(max_length=1000)] = "",
    target: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Check, throttled, and begin a session."""
    try:
        with services.door.one(place_of(request)):
            person = await _checked(services, name, password, place_of(request))
    except (TooQuick, NotAllowed, InputRefused) as error:
        if isinstance(error, NotAllowed):
            await _note_refused(request, services, name)
        return _page(request, services, target, name, error)
    response = RedirectResponse(local(target), 303)
    await given_resolver(request).sign_in(request, response, person)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, services: Given) -> Response:
    """End this browser's session."""
    there = services.openid is not None and services.openid.signs_out_there
    response = RedirectResponse(OUT if there else "/sign-in", 303)
    await given_resolver(request).sign_out(request, response)
    return response


async def _checked(services: Services, name: str, password: str, place: str) -> Person:
    if services.accounts is not None:
        return await services.accounts.sign_in(name, password, place)
    return await services.people.come_in(password, name)


async def _note_refused(request: Request, services: Services, name: str) -> None:
    """Whose account it was about. A name that nobody has is not kept: it may be a password."""
    known = await services.people.store.by_name(name)
    whose = None if known is None else known.id
    await services.audit.note(None, Act.SIGN_IN_REFUSED, whose, place=place_of(request))


def local(target: str) -> str:
    """Where to go after signing in: an address of this server, never another."""
    return target if LOCAL_PATH.fullmatch(target) else "/"


def place_of(request: Request) -> str:
    """Where somebody tries from, as far as tries are counted."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((int(address), IPV6_NETWORK), strict=False))


def _page(
    request: Request,
    services: Services,
    target: str,
    name: str = "",
    error: PlaygroundError | None = None,
) -> Response:
    if services.openid is not None:
        return openid_page(request, services.openid, local(target), error)
    if services.people.auth == "proxy":
        return sign_in_pages.page(request, "sign_in", "by_proxy", None, error)
    own = services.accounts is not None
    boxes = (
        Box(
            name="name",
            label="your_name",
            value=name,
            autocomplete="username" if own else "name",
            at_most=60,
        ),
        Box(name="password", label="password", autocomplete="current-password", secret=True),
    )
    form = sign_in_pages.Form(
        boxes=boxes, button="come_in", action="/sign-in", hidden=("next", local(target))
    )
    return sign_in_pages.page(request, "sign_in", "about_own" if own else "about", form, error)
