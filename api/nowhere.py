"""Addresses of ours that no route answers: a problem document, not the page's own 404.

The page is mounted at / and would take everything that is left over.
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from api.problems import answer, problem
from backend.domain.errors import NotFound
from backend.domain.sentence import Sentence

#: where only our own routes answer
ADDRESSES = (
    "/api/{rest:path}",
    "/media/{rest:path}",
    "/healthz",
    "/readyz",
    "/metrics",
    "/sign-in",
    "/sign-out",
    "/join/{rest:path}",
    "/password",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Nowhere:
    """ASGI app: 405 where another method would be answered, else 404."""

    def __init__(self, routes: Sequence[BaseRoute]):
        self._routes = tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        methods = self._methods(scope)
        if methods:
            response = answer(
                405,
                "method_not_allowed",
                Sentence(
                    "problem.method", "This address takes {methods}.", methods=", ".join(methods)
                ),
                headers={"Allow": ", ".join(methods)},
            )
        else:
            response = problem(NotFound())
        await response(scope, receive, send)

    def _methods(self, scope: Scope) -> list[str]:
        plain = {"type": "http", "path": scope["path"], "headers": [], "root_path": ""}
        return [
            method
            for method in METHODS
            if any(
                route.matches({**plain, "method": method})[0] is Match.FULL
                for route in self._routes
            )
        ]


def nowhere(routes: Sequence[BaseRoute]) -> list[Route]:
    """The last routes of ours, behind those."""
    app = Nowhere(routes)
    return [Route(address, app, include_in_schema=False) for address in ADDRESSES]
