"""The page's own addresses (/gallery, /presets, /create/…) are all the one Gradio page."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guard import is_page

#: Gradio's page asks for its scripts relative to its own address, which it takes for /
RELATIVE = b'<base href="./" />'
#: as long as the other: the answer's length stays true
ABSOLUTE = b'<base href="/"  />'


class PageAddresses:
    """ASGI middleware: Gradio knows its page as / only.

    Which address was asked for stays in the request's state, as `page_path`.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let every address of the page reach Gradio as /."""
        if scope["type"] != "http" or scope["path"] == "/" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def rooted(message: Message) -> None:
            if message["type"] == "http.response.body" and message.get("body"):
                message = {**message, "body": message["body"].replace(RELATIVE, ABSOLUTE, 1)}
            await send(message)

        scope.setdefault("state", {})["page_path"] = scope["path"]
        await self._app({**scope, "path": "/", "raw_path": b"/"}, receive, rooted)
