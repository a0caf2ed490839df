"""What a page has to know before anything is drawn, put into its head by the server.

Gradio puts our part of the head into the page by script, when widgets may be drawn already. A
person who hides prices must not see them for that moment.
"""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD: Final = b"<head>"


class FirstPaint:
    """ASGI middleware for HTML that comes in one piece, as Gradio's page does."""

    def __init__(self, app: ASGIApp, markup: str) -> None:
        """`markup` is ours and constant; it comes first in the head."""
        self._app = app
        self._markup = markup.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the markup to pages."""
        start: Message | None = None

        async def with_markup(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            held, start = start, None
            if held is not None:
                message = self._added(held, message)
                await send(held)
            await send(message)

        await self._app(scope, receive, with_markup if scope["type"] == "http" else send)

    def _added(self, start: Message, message: Message) -> Message:
        """The body's message with the markup; `start` gets the length that fits it."""
        body = message.get("body", b"")
        at = body.find(HEAD)
        if at < 0 or message.get("more_body"):
            return message
        at += len(HEAD)
        body = body[:at] + self._markup + body[at:]
        headers = MutableHeaders(scope=start)
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        return {**message, "body": body}


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
