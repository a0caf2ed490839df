"""The page in Brotli where the browser reads it.

Nine forms in one page repeat themselves over more than gzip's 32 KB can look back: gzip makes
17 kB of it, Brotli 13 kB in less time. Everything else is gzip's.
"""

from typing import Final

import brotli  # type: ignore[import-untyped]
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: beyond it each step takes several times as long for a few percent
QUALITY: Final = 5


class BrotliPages:
    """ASGI middleware for HTML that comes in one piece, as Gradio's page does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress, or pass on."""
        if scope["type"] != "http" or not _reads_brotli(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Compressing(send))


class _Compressing:
    """Holds an answer's start back until its body tells whether it is compressed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            message = _compressed(start, message)
            await self._send(start)
        await self._send(message)


def _reads_brotli(scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept-encoding", "")
    return any(one.strip() == "br" for one in accepted.split(","))


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    html = headers.get("content-type", "").startswith("text/html")
    return html and "content-encoding" not in headers


def _compressed(start: Message, message: Message) -> Message:
    """The body's message; `start` gets the headers that fit it."""
    if message["type"] != "http.response.body" or message.get("more_body") or not message["body"]:
        return message
    body = brotli.compress(message["body"], quality=QUALITY)
    headers = MutableHeaders(scope=start)
    headers["content-encoding"] = "br"
    headers["content-length"] = str(len(body))
    headers.add_vary_header("Accept-Encoding")
    return {**message, "body": body}
