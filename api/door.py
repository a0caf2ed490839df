"""The sign-in page where there is an APP_PASSWORD: a password and a name."""

import re
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import Given
from api.spoken import language_of_request
from api.who import given_resolver
from backend.domain.errors import InputRefused, NotAllowed, PlaygroundError, TooQuick
from backend.texts.languages import VARY
from backend.texts.texts import texts

router = APIRouter(include_in_schema=False)

PAGE = Path(__file__).parent / "static" / "sign-in.html"
#: texts of the page, by the names that it has for them
WORDS = ("sign_in", "about", "your_name", "password", "come_in")
#: a path of this server and nothing that a browser reads as another host
LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


@router.get("/sign-in")
async def show(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The page; straight on for whoever is in already."""
    resolver = given_resolver(request)
    if not resolver.has_door or await resolver.find(request) is not None:
        return RedirectResponse(local(target), 303)
    return _page(request, target)


@router.post("/sign-in")
async def come_in(
    request: Request,
    services: Given,
    password: Annotated[str, Form(max_length=1000)] = "",
    name: Annotated[str, Form(max_length=1000)] = "",
    target: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Check, throttled, and set the cookie."""
    resolver = given_resolver(request)
    try:
        services.door.hit(request.client.host if request.client else "")
        person = await resolver.people.come_in(password, name)
    except TooQuick as error:
        return _page(request, target, name, error, 429)
    except (NotAllowed, InputRefused) as error:
        return _page(request, target, name, error, 403)
    response = RedirectResponse(local(target), 303)
    await resolver.sign_in(request, response, person)
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End this browser's session."""
    response = RedirectResponse("/sign-in", 303)
    await given_resolver(request).sign_out(request, response)
    return response


def local(target: str) -> str:
    """Where to go after signing in: an address of this server, never another."""
    return target if LOCAL_PATH.fullmatch(target) else "/"


def _page(
    request: Request,
    target: str,
    name: str = "",
    error: PlaygroundError | None = None,
    status: int = 200,
) -> HTMLResponse:
    language = language_of_request(request)
    words = texts()
    told = [] if error is None else [*error.fields.values()] or [error.message]
    template = Template(PAGE.read_text(encoding="utf-8"))
    page = template.substitute(
        lang=language,
        next=escape(local(target)),
        name=escape(name[:60]),
        message=escape(" ".join(words.say(one, language) for one in told)),
        **{one: escape(words.text(f"door.{one}", language)) for one in WORDS},
    )
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": VARY}
    if isinstance(error, TooQuick):
        headers["Retry-After"] = str(error.retry_after)
    return HTMLResponse(page, status, headers=headers)
