"""The first thing that every request meets, Gradio's own routes included.

Host and Origin are checked, bodies are bounded, and nothing but the open addresses answers to
somebody who is not known. Gradio's queue answers foreign origins and several of its routes ask for
no login by themselves (measured with 6.31), so this stands before it.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlencode

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bearer import bearer_of, refusal
from api.problems import answer, problem
from api.who import Resolver
from backend.domain.errors import NotAllowed, SignInNeeded, TokenRefused, TooQuick
from backend.domain.sentence import Sentence
from backend.services.rate import Rate

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: they answer without a person, and say nothing about anybody
OPEN = frozenset(
    {
        *("/healthz", "/readyz", "/favicon.ico", "/sign-in", "/sign-out"),
        *("/sign-in/openid", "/sign-in/openid/back", "/sign-in/openid/out"),
    }
)
OPEN_FOLDERS = ("/static/", "/join/")
#: addresses of the page; a browser that opens one may become a guest
PAGES = ("/", "/gallery", "/presets", "/usage", "/admin", "/create", "/compare")
#: pages for people who are in
FORMS = ("/password",)
#: a picture of 50 MB as a data: URL in JSON, with something around it
MOST_BODY_BYTES = 72 * 1024 * 1024
MOST_SMALL_BODY_BYTES = 2 * 1024 * 1024
#: 5 MB of presets, quoted in JSON
IMPORTS = "/api/v1/presets/import"
MOST_IMPORT_BYTES = 11 * 1024 * 1024
LARGE_BODIES = (
    "/api/v1/uploads",
    "/api/v1/pictures/settings",
    "/api/v1/runs",
    "/api/v1/estimates",
)

#: a name or an IPv4 address, or an IPv6 address in brackets; and a port
HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
#: Gradio's routes that fetch what the address names, through a Space or from the internet
FETCHES = re.compile(r"gradio_api/+(proxy=|file[=/\s]+https?:)")
#: an address may be percent-encoded more than once on its way
MOST_ENCODINGS = 4


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Which names this server answers to: a rebound name can't spend."""

    #: host names of PUBLIC_URL, of a Space, of this machine
    names: frozenset[str]
    #: only this machine can reach the server
    on_loopback: bool
    #: addresses that people type where a proxy may change the Host header: "https://flux.example"
    origins: frozenset[str] = field(default_factory=frozenset)

    def known(self, host_header: str) -> bool:
        """A name of ours, or, off loopback, a literal address or a name without a dot.

        Public DNS can't answer for the latter two, so a foreign page can't rebind them.
        """
        match = HOST.fullmatch(host_header)
        if match is None:
            return False
        host = match[1].strip("[]").lower().rstrip(".")
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
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    if origin.lower() in hosts.origins:
        return True
    scheme, _, place = origin.lower().partition("://")
    return scheme in ("http", "https") and place == headers.get("host", "").lower()


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
        body = _Bounded(receive, send, _most_bytes(scope["path"]))
        try:
            await self._pass(request, scope, body)
        except ClientDisconnect:
            if not body.too_large:
                raise
        await body.refuse_if_too_large(scope)

    def _refusal(self, request: Request) -> Response | None:
        path = request.scope["path"]
        if not self._hosts.known(request.headers.get("host", "")):
            return answer(
                421,
                "host_unknown",
                Sentence(
                    "problem.host_unknown",
                    "This server does not know that name. Set PUBLIC_URL to the address people "
                    "type.",
                ),
            )
        changing = request.method not in SAFE_METHODS and bearer_of(request) is None
        if changing and not same_origin(request.headers, self._hosts):
            return answer(
                403,
                "foreign_origin",
                Sentence("problem.foreign_origin", "Another web page can't do this."),
            )
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 15 or int(length) > _most_bytes(path):
            return _too_large()
        if fetches_for_others(path):
            return answer(
                403,
                "no_proxy",
                Sentence("problem.no_proxy", "This server does not fetch other addresses for you."),
            )
        return None

    async def _pass(self, request: Request, scope: Scope, body: "_Bounded") -> None:
        if is_open(scope["path"]):
            await self._app(scope, body.receive, body.send)
            return
        if bearer_of(request) is not None:
            await self._as_program(request, scope, body)
            return
        person = await self._resolver.find(request)
        wants_page = request.method == "GET" and is_page(scope["path"])
        if person is None and wants_page and not self._resolver.has_door:
            await self._as_guest(request, scope, body)
            return
        if person is None:
            wants_form = request.method == "GET" and scope["path"] in FORMS
            to_door = wants_page or (wants_form and self._resolver.has_door)
            response = _to_door(scope) if to_door else problem(SignInNeeded())
            await response(scope, body.receive, body.send)
            return
        scope.setdefault("state", {})["person"] = person
        await self._app(scope, body.receive, body.send)

    async def _as_program(self, request: Request, scope: Scope, body: "_Bounded") -> None:
        """By a personal token, which alone counts where there is one."""
        borne = await self._resolver.borne(request)
        if borne is None:
            refused: NotAllowed | None = TokenRefused()
        else:
            refused = refusal(borne.token.scope, request.method, scope["path"])
            scope.setdefault("state", {})["person"] = borne.person
        if refused is not None:
            await problem(refused)(scope, body.receive, body.send)
            return
        await self._app(scope, body.receive, body.send)

    async def _as_guest(self, request: Request, scope: Scope, body: "_Bounded") -> None:
        try:
            self._guests.hit(request.client.host if request.client else "")
        except TooQuick as error:
            await problem(error)(scope, body.receive, body.send)
            return
        person = await self._resolver.people.guest()
        cookie = Response()
        await self._resolver.let_in(request, cookie, person)
        value = cookie.headers["set-cookie"]
        scope.setdefault("state", {})["person"] = person

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", value.encode())]
            await body.send(message)

        # Gradio asks for the person again, by the cookie that this browser does not have yet.
        name = value.partition(";")[0]
        scope["headers"] = [*scope["headers"], (b"cookie", name.encode())]
        await self._app(scope, body.receive, with_cookie)


def is_open(path: str) -> bool:
    """Whether an address answers to anybody."""
    return path in OPEN or path.startswith(OPEN_FOLDERS)


def is_page(path: str) -> bool:
    """Whether an address is one of the page's."""
    return path in PAGES or path.startswith("/create/")


def fetches_for_others(path: str) -> bool:
    """Whether Gradio would fetch another server's address for whoever asks, however it is spelt."""
    plain = path
    for _ in range(MOST_ENCODINGS):
        plain = unquote(plain)
    return FETCHES.search(plain.lower().replace("\\", "/")) is not None


def _to_door(scope: Scope) -> Response:
    query = scope.get("query_string", b"").decode("latin-1")
    target = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'next': target})}", 303)


def _most_bytes(path: str) -> int:
    if path == IMPORTS:
        return MOST_IMPORT_BYTES
    return MOST_BODY_BYTES if path in LARGE_BODIES else MOST_SMALL_BODY_BYTES


def _too_large() -> Response:
    return answer(413, "too_large", Sentence("problem.too_large", "This request is too large."))


class _Bounded:
    """A body without a length, or with a false one, ends as if the client had gone.

    What the app then answers is dropped for the true reason.
    """

    def __init__(self, receive: Receive, send: Send, most: int):
        self._receive = receive
        self._send = send
        self._most = most
        self._seen = 0
        self._answered = False

    @property
    def too_large(self) -> bool:
        """Whether more has come than may."""
        return self._seen > self._most

    async def receive(self) -> Message:
        """The next part of the body."""
        if self.too_large:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self.too_large:
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Pass the app's answer on, unless it does not know why the body has ended."""
        if self.too_large and not self._answered:
            return
        self._answered = True
        await self._send(message)

    async def refuse_if_too_large(self, scope: Scope) -> None:
        """Answer in the app's place."""
        if self.too_large and not self._answered:
            await _too_large()(scope, self._receive, self._send)
