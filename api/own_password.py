"""A new password of one's own: the page, and the call."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response

from api import sign_in_pages
from api.deps import Asker, Given, Writer
from api.shapes import Done, NewPassword, problems
from api.sign_in_pages import Box
from api.who import given_resolver
from backend.domain.audit import Act
from backend.domain.errors import Conflict, InputRefused, PlaygroundError, TooQuick
from backend.domain.person import Person
from backend.services import Services
from backend.services.accounts import SHORTEST

router = APIRouter()

Word = Annotated[str, Form(max_length=1000)]


@router.post(
    "/api/v1/me/password", tags=["me"], response_model=Done, responses=problems(409, 422, 429)
)
async def change(
    request: Request, body: NewPassword, services: Given, person: Writer
) -> JSONResponse:
    """Change my password; I stay signed in here and nowhere else."""
    await _changed(request, services, person, body.old, body.new)
    return JSONResponse({"done": True})


@router.get("/password", include_in_schema=False)
async def show(request: Request, services: Given, person: Asker) -> Response:
    """The page."""
    try:
        services.team.with_accounts()
    except Conflict as error:
        return sign_in_pages.page(request, "own_title", "own_about", None, error, link=_BACK)
    return _page(request, person)


@router.post("/password", include_in_schema=False)
async def take(
    request: Request, services: Given, person: Writer, old: Word = "", password: Word = ""
) -> Response:
    """The page's form."""
    try:
        await _changed(request, services, person, old, password)
    except (InputRefused, Conflict, TooQuick) as error:
        return _page(request, person, error)
    return sign_in_pages.page(request, "own_title", "own_done", link=_BACK)


_BACK = ("/", "back")


async def _changed(
    request: Request, services: Services, person: Person, old: str, new: str
) -> None:
    present = await given_resolver(request).session(request)
    session_id = None if present is None else present.session.id
    await services.team.with_accounts().change(person, old, new, session_id)
    await services.audit.note(person, Act.PASSWORD_CHANGE, person.id)


def _page(request: Request, person: Person, error: PlaygroundError | None = None) -> Response:
    boxes = (
        Box(name="name", label="your_name", value=person.name, autocomplete="username", fixed=True),
        Box(name="old", label="old_password", autocomplete="current-password", secret=True),
        Box(
            name="password",
            label="new_password",
            autocomplete="new-password",
            secret=True,
            at_least=SHORTEST,
            hint="length",
        ),
    )
    form = sign_in_pages.Form(boxes=boxes, button="own_button")
    return sign_in_pages.page(request, "own_title", "own_about", form, error, link=_BACK)
