"""The one event stream: every change of the caller's runs, as server-sent events."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api.deps import Asker, Given
from api.shapes import problems
from api.spoken import language_of_request
from api.who import given_resolver
from backend.services.events import Event
from backend.texts.texts import texts

router = APIRouter(prefix="/api/v1", tags=["events"])

HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


@router.get("/events", response_class=StreamingResponse, responses=problems())
async def events(
    request: Request,
    services: Given,
    person: Asker,
    after: Annotated[str | None, Query(max_length=60)] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=60)] = None,
) -> StreamingResponse:
    """`snapshot` (the last runs, without a position), `run` (a whole run), `log` (its lines).

    Come back with `?after=ID` or the header Last-Event-ID.
    """
    language = language_of_request(request)
    changes = services.events.stream(person, last_event_id or after)
    stream = _lines(_while_in(changes, request), language)
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


async def _while_in(
    stream: AsyncGenerator[Event | None, None], request: Request
) -> AsyncIterator[Event | None]:
    """A stream may last longer than a session: it ends with it, and tells nothing more."""
    resolver = given_resolver(request)
    async with aclosing(stream):
        async for event in stream:
            if not await resolver.still_in(request):
                return
            yield event


async def _lines(stream: AsyncIterator[Event | None], language: str) -> AsyncIterator[str]:
    async for event in stream:
        if event is None:
            yield ": still here\n\n"
        else:
            data = json.dumps(texts().speak(event.data, language))
            yield f"event: {event.kind}\nid: {event.id}\ndata: {data}\n\n"
