"""The first thing that every request meets, Gradio's own routes included.

Host and Origin are checked, bodies are bounded, and nothing but the open addresses answers to
somebody who is not known. Gradio's queue answers foreign origins and several of its routes ask for
no login by themselves (measured with 6.31), so this stands before it.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import URL, Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer, problem
from api.who import Resolver
from backend.domain.errors import SignInNeeded, TooQuick
from backend.services.rate import Rate

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: they answer without a person, and say nothing about anybody
OPEN = frozenset({"/healthz", "/readyz", "/sign-in", "/favicon.ico"})
OPEN_FOLDERS = ("/static/",)
#: addresses of the page; a browser that opens one may become a guest
PAGES = ("/", "/gallery", "/presets", "/create")
#: a picture of 50 MB as a data: URL in JSON, with something around it
MOST_BODY_BYTES = 72 * 1024 * 1024
MOST_SMALL_BODY_BYTES = 2 * 1024 * 1024
LARGE_BODIES = ("/api/v1/uploads", "/api/v1/runs", "/api/v1/estimates")


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Which names this server answers to: a rebound name can't spend."""

    #: host names of PUBLIC_URL, of a Space, of this machine
    names: frozenset[str]
    #: only this machine can reach the server
    on_loopback: bool

    def known(self, host_header: str) -> bool:
        """A name of ours, or, off loopback, a literal address or a name without a dot.

        Public DNS can't answer for the latter two, so a foreign page can't rebind them.
        """
        host = (urlsplit(f"//{host_header}").hostname or "").rstrip(".")
        if host in ("localhost", "127.0.0.1", "::1") or host in self.names:
            return True
        return not self.on_loopback and (_is_address(host) or (bool(host) and "." not in host))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def same_origin(headers: Headers, hosts: Hosts) -> bool:
    """Whether a state-changing request comes from our own page or from no page at all."""
    origin = headers.get("origin")
    if origin is not None:
        parts = urlsplit(origin)
        return parts.netloc.lower() == headers.get("host", "").lower() or (
            parts.hostname is not None and parts.hostname in hosts.names
        )
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, resolver: Resolver, hosts: Hosts, guests: Rate):
        self._app = app
        self._resolver = resolver
        self._hosts = hosts
        self._guests = guests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        bounded = _bounded(receive, _most_bytes(request.url.path))
        if is_open(request.url.path):
            await self._app(scope, bounded, send)
            return
        await self._with_person(request, scope, bounded, send)

    def _refusal(self, request: Request) -> Response | None:
        if not self._hosts.known(request.headers.get("host", "")):
            return answer(
                421,
                "host_unknown",
                "This server does not know that name. Set PUBLIC_URL to the address people type.",
            )
        if request.method not in SAFE_METHODS and not same_origin(request.headers, self._hosts):
            return answer(403, "foreign_origin", "Another web page can't do this.")
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _most_bytes(request.url.path):
            return answer(413, "too_large", "This request is too large.")
        if request.url.path.startswith("/gradio_api/file=http"):
            return answer(403, "no_proxy", "This server does not fetch other addresses for you.")
        return None

    async def _with_person(
        self, request: Request, scope: Scope, receive: Receive, send: Send
    ) -> None:
        person = await self._resolver.find(request)
        wants_page = request.method == "GET" and is_page(request.url.path)
        if person is None and wants_page and not self._resolver.has_door:
            await self._as_guest(request, scope, receive, send)
            return
        if person is None:
            response = _to_door(request) if wants_page else problem(SignInNeeded())
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = person
        await self._app(scope, receive, send)

    async def _as_guest(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._guests.hit(request.client.host if request.client else "")
        except TooQuick as error:
            await problem(error)(scope, receive, send)
            return
        person = await self._resolver.people.guest()
        cookie = Response()
        self._resolver.cookies.write(cookie, person)
        value = cookie.headers["set-cookie"]
        scope.setdefault("state", {})["person"] = person

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", value.encode())]
            await send(message)

        # Gradio asks for the person again, by the cookie that this browser does not have yet.
        name = value.partition(";")[0]
        scope["headers"] = [*scope["headers"], (b"cookie", name.encode())]
        await self._app(scope, receive, with_cookie)


def is_open(path: str) -> bool:
    """Whether an address answers to anybody."""
    return path in OPEN or path.startswith(OPEN_FOLDERS)


def is_page(path: str) -> bool:
    """Whether an address is one of the page's."""
    return path in PAGES or path.startswith("/create/")


def _to_door(request: Request) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(str(URL("/sign-in").include_query_params(next=target)), 303)


def _most_bytes(path: str) -> int:
    return MOST_BODY_BYTES if path in LARGE_BODIES else MOST_SMALL_BODY_BYTES


def _bounded(receive: Receive, most: int) -> Receive:
    """A body without a length, or with a false one, ends as if the client had gone."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                return {"type": "http.disconnect"}
        return message

    return bounded
