"""fal's list of an endpoint's requests, to find one whose reply was lost.

https://fal.ai/docs/platform-apis/v1/models/requests/by-endpoint (read 2026-11-21): pages of
`{items, next_cursor, has_more}`, inputs only with `expand=payloads`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from backend.domain.errors import Slow
from backend.domain.ports import FalRequest
from backend.fal.handles import is_request_id
from backend.fal.translate import WIRE_ERRORS, Step, from_exception, refused_access
from backend.fal.wire import Call, Wire

MOST_PAGES = 5
PAGE = 100
#: inputs may hold pictures as data: URLs
LARGEST_PAGE = 50 * 1024 * 1024


async def list_requests(wire: Wire, endpoint_id: str, since: datetime) -> tuple[FalRequest, ...]:
    """The requests since then. Raises Slow, KeyRefused or AccountLocked."""
    found: list[FalRequest] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await _page(wire, endpoint_id, since, cursor)
        items = page.get("items")
        found += [request for item in _listed(items) if (request := _request(item)) is not None]
        following = page.get("next_cursor")
        if page.get("has_more") is False or not isinstance(following, str) or not following:
            break
        cursor = following
    return tuple(found)


async def _page(
    wire: Wire, endpoint_id: str, since: datetime, cursor: str | None
) -> Mapping[str, object]:
    params = {
        "endpoint_id": endpoint_id,
        "start": since.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "limit": str(PAGE),
        "expand": "payloads",
    }
    call = Call(
        name="list of requests",
        method="GET",
        url=f"{wire.hosts.api_url}/v1/models/requests/by-endpoint",
        within=wire.timeouts.ask,
        params=params if cursor is None else {**params, "cursor": cursor},
        limit=LARGEST_PAGE,
    )
    try:
        answer = await wire.ask(call)
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.ASK) from None
    body = answer.json()
    if answer.status == 200 and isinstance(body, dict):
        return body
    raise refused_access(answer) or Slow()


def _listed(items: object) -> list[object]:
    return items if isinstance(items, list) else []


def _request(item: object) -> FalRequest | None:
    if not isinstance(item, dict) or not is_request_id(item.get("request_id")):
        return None
    return FalRequest(
        request_id=item["request_id"],
        sent_at=_time(item.get("sent_at")),
        input=_input(item.get("json_input")),
    )


def _time(value: object) -> datetime | None:
    """An aware time; one without a zone is UTC."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _input(value: object) -> Mapping[str, object] | None:
    """An object, or one as text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None
