"""Does a script's actions to a connection, for real: the client sees a broken socket."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from backend.fal.practice_script import (
    Action,
    Answer,
    Drip,
    Drop,
    Garbage,
    Hang,
    Oversized,
    Script,
    Truncate,
    WrongType,
)

#: under this name PracticeServer puts a connection's transport into the request's state
TRANSPORT = "practice_transport"
REQUEST_ID = "x-fal-request-id"
_PIECE = 256 * 1024
_DRIPS = 4

Normal = Callable[[], Awaitable[Response]]


def sever(request: Request, *, reset: bool) -> None:
    """Close the client's connection at once, with nothing more sent."""
    transport: asyncio.Transport = request.scope["state"][TRANSPORT]
    if reset and not transport.is_closing():
        # Lingering for zero seconds makes the kernel send RST instead of FIN.
        option = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
    transport.abort()


async def gone(receive: Receive) -> None:
    """Until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Severed(Response):
    """No answer at all."""

    def __init__(self, request: Request, *, reset: bool) -> None:
        super().__init__()
        self._request, self._reset = request, reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sever(self._request, reset=self._reset)
        await gone(receive)


class Halved(Response):
    """Half of another answer under the length of the whole."""

    def __init__(self, request: Request, whole: Response) -> None:
        super().__init__()
        self._request, self._whole = request, whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, whole = bytes(self._whole.body), self._whole
        start = {"type": "http.response.start", "status": whole.status_code}
        await send({**start, "headers": whole.raw_headers})
        half = body[: len(body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        # close, not abort: what was sent shall arrive
        self._request.scope["state"][TRANSPORT].close()
        await gone(receive)


class Late(Response):
    """Another answer after a while, unless the client has gone by then."""

    def __init__(self, released: asyncio.Event, seconds: float | None, normal: Normal) -> None:
        super().__init__()
        self._released, self._seconds, self._normal = released, seconds, normal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await self._still_there(receive):
            await (await self._normal())(scope, receive, send)

    async def _still_there(self, receive: Receive) -> bool:
        left = asyncio.ensure_future(gone(receive))
        released = asyncio.ensure_future(self._released.wait())
        try:
            await asyncio.wait(
                (left, released), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
            return not left.done()
        finally:
            for task in (left, released):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def perform(
    action: Action | None, request: Request, script: Script, normal: Normal
) -> Response:
    """The answer that a script wants for this call; `normal` makes the true one.

    The request's body must have been read before: a hang listens for the client's leaving.
    """
    if action is None:
        return await normal()
    true_answer = await normal() if action.after_accepting else None
    if isinstance(action, Hang):
        return Late(
            script.hang, action.seconds, normal if true_answer is None else _kept(true_answer)
        )
    if isinstance(action, Truncate):
        whole = true_answer or await normal()
        return Halved(request, whole) if action.announced else _half(whole)
    if isinstance(action, Drip):
        return _dripping(true_answer or await normal(), action.seconds)
    if isinstance(action, Drop):
        return Severed(request, reset=action.reset)
    if isinstance(action, Answer):
        return _answer(action, true_answer)
    return _nonsense(action)


def _kept(answer: Response) -> Normal:
    async def give() -> Response:
        return answer

    return give


def _half(whole: Response) -> Response:
    body = bytes(whole.body)
    half = Response(body[: len(body) // 2], whole.status_code, media_type=whole.media_type)
    _keep_headers(half, whole)
    return half


def _dripping(whole: Response, seconds: float) -> Response:
    body = bytes(whole.body)
    size = len(body) // _DRIPS + 1

    async def drips() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            await asyncio.sleep(seconds / _DRIPS)
            yield body[start : start + size]

    slow = StreamingResponse(drips(), whole.status_code, {"content-length": str(len(body))})
    _keep_headers(slow, whole)
    return slow


def _keep_headers(answer: Response, whole: Response) -> None:
    for name, value in whole.headers.items():
        if name != "content-length":
            answer.headers[name] = value


def _answer(action: Answer, true_answer: Response | None) -> Response:
    headers = dict(action.headers)
    if action.with_request_id and true_answer is not None:
        headers[REQUEST_ID] = true_answer.headers[REQUEST_ID]
    body: Any = action.body
    if body is None or isinstance(body, str | bytes):
        return Response(body, action.status, headers)
    return JSONResponse(body, action.status, headers)


def _nonsense(action: Garbage | WrongType | Oversized) -> Response:
    if isinstance(action, Garbage):
        return Response(action.text, media_type="application/json")
    if isinstance(action, WrongType):
        return HTMLResponse("<!doctype html><title>Maintenance</title><p>Back soon.")
    return StreamingResponse(
        _zeros(action.size),
        media_type=action.content_type,
        headers={"content-length": str(action.size)},
    )


async def _zeros(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, _PIECE):
        yield bytes(min(_PIECE, size - start))
