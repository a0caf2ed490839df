"""The page is sent in one language: its words, its script, and what it says of itself."""

from typing import Final

import gradio as gr
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.texts.languages import CHOICE, ENGLISH, VARY, chosen_in, language_of
from components.assets import Assets
from components.markers import put_words

A_YEAR_S: Final = 365 * 24 * 3600


class PageLanguage:
    """ASGI middleware before Gradio, for the page, which comes in one piece.

    Its headers name the two files that it will ask for: Gradio puts our part of the head into the
    page late, by script, and a browser that knows by then has both already.
    """

    def __init__(self, app: ASGIApp, assets: Assets, translations: gr.I18n) -> None:
        self._app = app
        self._assets = assets
        self._words = translations.translations_dict

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer HTML in the asker's language; pass everything else on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Saying(self, scope, send))

    def dress(self, start: Message, scope: Scope, language: str) -> None:
        """The headers of a page in that language."""
        headers = MutableHeaders(scope=start)
        headers["link"] = (
            f"<{self._assets.script_url(language)}>; rel=modulepreload, "
            f"<{self._assets.styles_url}>; rel=preload; as=style"
        )
        headers["content-language"] = language
        for name in VARY.split(", "):
            headers.add_vary_header(name)
        if chosen_in(_query(scope)) is not None:
            headers.append("set-cookie", _cookie(language, Headers(scope=scope)))

    def said(self, page: bytes, language: str) -> bytes:
        """The page with its words."""
        text = put_words(page.decode(), self._words[language], language)
        # Gradio follows the browser's language and knows of no choice: it is told of this one
        tell = f"Object.defineProperty(navigator,'language',{{value:'{language}'}})"
        text = text.replace("<head>", f"<head><script>{tell}</script>", 1)
        text = text.replace('lang="en"', f'lang="{language}"', 1)
        text = text.replace(self._assets.script_url(ENGLISH), self._assets.script_url(language))
        return text.encode()


class _Saying:
    """Holds an answer's start back until the length of its body is known."""

    def __init__(self, page: PageLanguage, scope: Scope, send: Send) -> None:
        self._page = page
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        language = language_of(Headers(scope=self._scope), _query(self._scope))
        body = self._page.said(self._body, language)
        self._page.dress(self._start, self._scope, language)
        if self._body:
            MutableHeaders(scope=self._start)["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({**message, "body": body if self._body else b""})


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _query(scope: Scope) -> str:
    query: bytes = scope.get("query_string", b"")
    return query.decode("latin-1")


def _cookie(language: str, asked: Headers) -> str:
    """Keeps the choice of an address, as texts.js keeps the one of the menu."""
    framed = asked.get("sec-fetch-dest") == "iframe"
    site = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax"
    return f"{CHOICE}={language}; Max-Age={A_YEAR_S}; Path=/; {site}"
