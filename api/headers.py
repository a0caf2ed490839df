"""Headers that every answer has."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: no sniffing, no referrer with a picture's address
SAFE = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin"}
#: another web page can't lay ours below its own and let people click on Run
UNFRAMED = {"content-security-policy": "frame-ancestors 'self'"}


class SafeHeaders:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, framed: bool):
        """`framed`: people meet this server inside another site's page, as on a Space."""
        self._app = app
        self._headers = SAFE if framed else {**SAFE, **UNFRAMED}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them where an answer does not set them itself."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
