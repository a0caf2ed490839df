"""What a page has to know and show before anything is drawn, put into it by the server.

Gradio puts our part of the head into the page by script, when widgets may be drawn already. A
person who hides prices must not see them for that moment, nor a light page who wants a dark one.
"""

import re
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD: Final = re.compile(rb"<head>")
BODY: Final = re.compile(rb"<body[^>]*>")


class FirstPaint:
    """ASGI middleware for HTML that comes in one piece, as Gradio's page does."""

    def __init__(self, app: ASGIApp, head: str, body: Callable[[Scope], str]) -> None:
        """Both are markup of ours: what comes first in each page's head, and in its body."""
        self._app = app
        self._head = head.encode()
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add it to pages."""
        start: Message | None = None

        async def with_markup(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            held, start = start, None
            if held is not None:
                message = self._added(scope, held, message)
                await send(held)
            await send(message)

        await self._app(scope, receive, with_markup if scope["type"] == "http" else send)

    def _added(self, scope: Scope, start: Message, message: Message) -> Message:
        """The body's message with the markup; `start` gets the length that fits it."""
        page = message.get("body", b"")
        if message.get("more_body"):
            return message
        page = _put(page, HEAD, self._head)
        page = _put(page, BODY, self._body(scope).encode())
        headers = MutableHeaders(scope=start)
        if "content-length" in headers and message.get("body"):
            headers["content-length"] = str(len(page))
        return {**message, "body": page}


def _put(page: bytes, after: re.Pattern[bytes], markup: bytes) -> bytes:
    found = after.search(page)
    return page if found is None else page[: found.end()] + markup + page[found.end() :]


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
