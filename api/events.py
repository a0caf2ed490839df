"""The one event stream: every change of the caller's runs, as server-sent events."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from api.deps import Asker, Given
from api.shapes import problems
from backend.services.events import Event

router = APIRouter(prefix="/api/v1", tags=["events"])

HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


@router.get("/events", response_class=StreamingResponse, responses=problems())
async def events(
    services: Given,
    person: Asker,
    after: Annotated[str | None, Query(max_length=60)] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=60)] = None,
) -> StreamingResponse:
    """`snapshot` (the last runs, without a position), `run` (a whole run), `log` (its lines).

    Come back with `?after=ID` or the header Last-Event-ID.
    """
    stream = _lines(services.events.stream(person, last_event_id or after))
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


async def _lines(stream: AsyncIterator[Event | None]) -> AsyncIterator[str]:
    async for event in stream:
        if event is None:
            yield ": still here\n\n"
        else:
            yield f"event: {event.kind}\nid: {event.id}\ndata: {json.dumps(event.data)}\n\n"
