"""The pages behind one-time links: an invitation, the first admin, a reset."""

import sys
from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from api import sign_in_pages
from api.deps import Given
from api.door import place_of
from api.sign_in_pages import Box
from api.who import given_resolver
from backend.domain.audit import Act
from backend.domain.errors import Conflict, InputRefused, LinkSpent, PlaygroundError, TooQuick
from backend.domain.sign_in import OneTimeLink
from backend.services import Services
from backend.services.accounts import SHORTEST

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(max_length=100)]
Word = Annotated[str, Form(max_length=1000)]
#: addresses that mean every address of this machine, and one that reaches it
EVERY = {"//0.0.0.0:": "//localhost:", "//[::]:": "//localhost:"}


@router.get("/join/{token}")
async def show(request: Request, token: Token, services: Given) -> Response:
    """What the link is for; opening it uses nothing up."""
    try:
        link = await services.team.with_accounts().look(token)
    except (LinkSpent, Conflict) as error:
        return _spent(request, error)
    return _page(request, link, link.name)


@router.post("/join/{token}")
async def use(
    request: Request, token: Token, services: Given, name: Word = "", password: Word = ""
) -> Response:
    """Take somebody in, with a session of their own."""
    try:
        accounts = services.team.with_accounts()
        with services.door.one(place_of(request)):
            link = await accounts.look(token)
    except (LinkSpent, Conflict, TooQuick) as error:
        return _spent(request, error)
    try:
        person = await accounts.use(token, name, password)
    except LinkSpent as error:
        return _spent(request, error)
    except (InputRefused, Conflict, TooQuick) as error:
        return _page(request, link, name, error)
    act = Act.PASSWORD_CHANGE if link.kind == "reset" else Act.PERSON_JOIN
    await services.audit.note(person, act, person.id, link=link.id, kind=link.kind)
    response = RedirectResponse("/", 303)
    await given_resolver(request).sign_in(request, response, person)
    return response


def address_of(request: Request, token: str) -> str:
    """The whole address of a link, by the name that people type."""
    base = given_resolver(request).address or str(request.base_url).rstrip("/")
    return f"{base}/join/{token}"


async def tell_first_link(app: FastAPI, address: str) -> None:
    """Print a link for the first admin, where people have accounts and nobody is one.

    To the terminal and not to the log: logs are kept, and read by many.
    """
    services: Services = app.state.services
    token = None if services.accounts is None else await services.accounts.first_link()
    if token is None:
        return
    for every, reachable in EVERY.items():
        address = address.replace(every, reachable)
    base = app.state.resolver.address or address
    sys.stdout.write(
        "There is no admin yet. This link makes you one; it works once, within a day:\n"
        f"{base}/join/{token}\n"
    )
    sys.stdout.flush()


def _page(
    request: Request, link: OneTimeLink, name: str, error: PlaygroundError | None = None
) -> Response:
    new = Box(
        name="password",
        label="new_password",
        autocomplete="new-password",
        secret=True,
        at_least=SHORTEST,
        hint="length",
    )
    who = Box(
        name="name",
        label="your_name",
        value=name,
        autocomplete="username",
        at_most=60,
        fixed=link.kind == "reset",
    )
    # without an action it comes back to its own address: the token stands nowhere on the page
    form = sign_in_pages.Form(boxes=(who, new), button=f"{link.kind}_button")
    return sign_in_pages.page(request, f"{link.kind}_title", f"{link.kind}_about", form, error)


def _spent(request: Request, error: PlaygroundError) -> Response:
    return sign_in_pages.page(
        request, "spent_title", "spent_about", None, error, link=("/sign-in", "sign_in")
    )
