"""Answers that are said in the language of whoever asks (backend/texts)."""

from typing import Any

from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from backend.texts.languages import VARY, language_of
from backend.texts.texts import texts


def language_of_request(request: HTTPConnection) -> str:
    """The language to answer in; English where nobody asks for another one."""
    return language_of(request.headers, request.url.query)


class Spoken(JSONResponse):
    """JSON whose sentences wait for the request to tell their language."""

    def __init__(
        self,
        content: Any,
        status_code: int = 200,
        headers: dict[str, str] | None = None,
        background: BackgroundTask | None = None,
    ):
        super().__init__(content, status_code, headers, background=background)
        self._content = content
        for name in VARY.split(", "):
            self.headers.add_vary_header(name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the language of the request."""
        query: bytes = scope.get("query_string", b"")
        language = language_of(Headers(scope=scope), query.decode("latin-1"))
        said = texts().speak(self._content, language)
        if said is not self._content:
            self.body = self.render(said)
            self.headers["content-length"] = str(len(self.body))
        self.headers["content-language"] = language
        await super().__call__(scope, receive, send)
