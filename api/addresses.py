"""The page's own addresses (/gallery, /presets, /create/…) are all the one Gradio page."""

from starlette.types import ASGIApp, Receive, Scope, Send

from api.guard import is_page


class PageAddresses:
    """ASGI middleware: Gradio knows its page as / only."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let every address of the page reach Gradio as /."""
        if scope["type"] == "http" and scope["path"] != "/" and is_page(scope["path"]):
            scope = {**scope, "path": "/", "raw_path": b"/"}
        await self._app(scope, receive, send)
