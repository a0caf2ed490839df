"""The calls of the page's forms as routes: POST /form/{name}, JSON in, JSON out.

Beside Gradio's own transport, which copies every component of the page for each call and keeps
the copies for sessions: 30 ms of processor time a call and 0.65 MB a page, measured with 6.31.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from backend.texts.languages import language_of
from backend.texts.texts import Texts
from components.handlers import Call, Handlers

#: nobody reads it: whoever asked closed the page in the middle of the question
GONE: Final = 499

PersonId = Callable[[Request], Awaitable[str | None]]


def routes_of(handlers: Handlers, person_id: PersonId, texts: Texts) -> list[Route]:
    """A route for each call. `person_id` tells who asks, None for nobody."""
    return [_route(name, call, person_id, texts) for name, call in handlers.calls().items()]


def _route(name: str, call: Call, person_id: PersonId, texts: Texts) -> Route:
    async def answer(request: Request) -> Response:
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=GONE)
        found = await call(await person_id(request), _read(body))
        told = texts.speak(found, language_of(request.headers))
        # in ASCII: half characters (lone surrogates) that somebody sent come back as they were
        return Response(json.dumps(told), media_type="application/json")

    return Route(f"/form/{name}", answer, methods=["POST"])


def _read(body: bytes) -> Any:
    """What somebody sent; None, which no call takes, where it is not JSON."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
