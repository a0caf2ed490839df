"""Headers that every answer has, and what its page may do.

The policy of a page names each script that stands in it by its hash. So a script that somebody
smuggled into the page by script or into an attribute does not run, and nothing is loaded from
another host. What Gradio 6.31 still needs is in docs/hosting.md.
"""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: no sniffing, no referrer with a picture's address
SAFE: Final = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin"}
A_YEAR_S: Final = 365 * 24 * 3600
INLINE_SCRIPT: Final = re.compile(rb"<script\b([^>]*)>(.*?)</script", re.DOTALL | re.IGNORECASE)
#: stands in Gradio's page alone
GRADIO: Final = b"window.gradio_config"
#: Gradio puts styles into elements and attributes; a picture that is being chosen is a blob
PAGE: Final = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' data: blob:",
    "object-src 'none'",
    # Gradio sets the page's own address
    "base-uri 'self'",
    "form-action 'self'",
)
#: Gradio compiles what its widgets do in the browser out of texts that our server sends
COMPILED: Final = "'unsafe-eval'"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What this server asks of browsers."""

    #: whose pages may lay ours into a frame
    frame_ancestors: str = "'self'"
    #: the address that people type begins with https: browsers are to use no other
    https: bool = False

    def headers(self) -> dict[str, str]:
        """Of every answer; what is no page loads nothing and runs nothing."""
        always = f"default-src 'none'; frame-ancestors {self.frame_ancestors}"
        found = {**SAFE, "content-security-policy": always}
        if self.https:
            found["strict-transport-security"] = f"max-age={A_YEAR_S}"
        return found

    def of_page(self, page: bytes) -> str:
        """The content security policy of a page, for the scripts that stand in it."""
        scripts = ["'self'", *_hashes(page), *([COMPILED] if GRADIO in page else [])]
        ancestors = f"frame-ancestors {self.frame_ancestors}"
        return "; ".join((*PAGE, f"script-src {' '.join(scripts)}", ancestors))


def _hashes(page: bytes) -> list[str]:
    inline = [text for tag, text in INLINE_SCRIPT.findall(page) if b"src=" not in tag]
    hashed = (b64encode(hashlib.sha256(text).digest()).decode() for text in inline)
    return [f"'sha256-{one}'" for one in dict.fromkeys(hashed)]


class SafeHeaders:
    """ASGI middleware: the headers of every answer, where it does not set them itself."""

    def __init__(self, app: ASGIApp, *, policy: Policy):
        self._app = app
        self._headers = policy.headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class PagePolicy:
    """ASGI middleware for HTML that comes in one piece, before anything compresses it."""

    def __init__(self, app: ASGIApp, *, policy: Policy):
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the page's policy."""
        start: Message | None = None

        async def with_policy(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            held, start = start, None
            if held is not None:
                policy = self._policy.of_page(message.get("body", b""))
                MutableHeaders(scope=held)["content-security-policy"] = policy
                await send(held)
            await send(message)

        await self._app(scope, receive, with_policy if scope["type"] == "http" else send)


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
