"""What all routes of practice mode share: its parts, its key, and answers in fal's shapes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backend.domain.endpoint import Endpoint
from backend.fal.practice_queue import Pace
from backend.fal.practice_script import Script
from backend.fal.practice_store import PracticeStore

#: what fal says when the balance is used up (seen in github fal-ai/fal issues 922 and 1162)
LOCKED = (
    "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The parts that the routes work with."""

    endpoints: Mapping[str, Endpoint]
    store: PracticeStore
    script: Script
    pace: Pace
    #: seconds since the epoch
    now: Callable[[], float]
    #: the one key that is accepted; None accepts any
    key: str | None
    #: units that results have named in their header, by request id: what the bill goes by
    billed: dict[str, Decimal] = field(default_factory=dict)

    def key_problem(self, request: Request) -> str | None:
        """Why this call is refused, or None. A call needs `Authorization: Key ...`."""
        given = request.headers.get("authorization", "")
        self.script.saw_key(request.url.path, given)
        scheme, _, key = given.partition(" ")
        if scheme.lower() != "key" or not key.strip():
            return "Authentication is required to access this application."
        if self.key is not None and key.strip() != self.key:
            return "No user found for Key ID and Secret."
        return None


class TooLarge(Exception):
    """A body that is larger than this call takes."""


async def body_of(request: Request, limit: int) -> bytes:
    """The whole body. Raises TooLarge beyond the limit (bytes)."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def says(status: int, detail: Any, **more: Any) -> Response:
    """An answer in the shape of fal's errors."""
    return JSONResponse({"detail": detail, **more}, status)


def base_url(request: Request) -> str:
    """The address under which this call reached us, without a slash at its end."""
    return str(request.base_url).rstrip("/")
