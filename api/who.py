"""Who is asking: one resolver for Gradio and for every route of ours.

A signed cookie carries the token of a session. Without a password: on loopback everybody is the one
local person, elsewhere each browser gets a guest of its own when it opens the page.
"""

import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.bearer import bearer_of
from api.peer import told_by_proxy
from backend.domain.audit import Act
from backend.domain.errors import NotFound, SignInNeeded
from backend.domain.person import Person
from backend.services.arrivals import Arrivals
from backend.services.audit import Audit
from backend.services.people import People
from backend.services.sessions import LASTS, Present, Sessions
from backend.services.tokens import Borne, Tokens

COOKIE = "playground"
LASTS_S = int(LASTS.total_seconds())
KEY_FILE = "cookie.key"
SECRET_BYTES = 48
#: of as many bytes, in base64
SECRET_LENGTH = 64


def cookie_key(data_dir: Path, password: str | None = None) -> str:
    """What signs cookies: a secret made once, readable by this server only, and the password.

    With another password everybody comes in anew, guests of a time without one included.
    """
    secret = _secret(data_dir / KEY_FILE)
    return hmac.new(secret.encode(), (password or "").encode(), "sha256").hexdigest()


def _secret(file: Path) -> str:
    known = file.read_text(encoding="ascii") if file.exists() else ""
    if len(known) >= SECRET_LENGTH:
        return known
    file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(SECRET_BYTES)
    # A half-written file would be a key that others can guess: it is complete or not there.
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(made)
    temporary.replace(file)
    return file.read_text(encoding="ascii")


@dataclass(frozen=True, kw_only=True)
class Cookies:
    """Signed, http-only cookies, right for a Space's iframe and outside."""

    key: str
    #: inside another site's frame (a Hugging Face Space) a cookie needs SameSite=None
    framed: bool
    #: the address that people type begins with https
    https: bool

    def read(self, request: HTTPConnection) -> str | None:
        """The session's token that a valid cookie carries."""
        value = request.cookies.get(COOKIE)
        if not value:
            return None
        try:
            token = self._signer.loads(value, max_age=LASTS_S)
        except BadSignature:
            return None
        return token if isinstance(token, str) else None

    def write(self, response: Response, token: str) -> None:
        """Let this browser carry that token, as long as its session lasts."""
        self._set(response, str(self._signer.dumps(token)), LASTS_S)

    def clear(self, response: Response) -> None:
        """Let it carry none."""
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, lasts_s: int) -> None:
        parts = [f"{COOKIE}={value}", f"Max-Age={lasts_s}", "Path=/", "HttpOnly"]
        if self.framed:
            parts += ["SameSite=None", "Secure", "Partitioned"]
        else:
            parts += ["SameSite=Lax", *(["Secure"] if self.https else [])]
        response.headers.append("set-cookie", "; ".join(parts))

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt="session")


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Finds the person of a request, and lets browsers in and out."""

    people: People
    sessions: Sessions
    tokens: Tokens
    arrivals: Arrivals
    audit: Audit
    cookies: Cookies
    #: what people type, where that is known
    address: str | None = None

    @property
    def has_door(self) -> bool:
        """Whether people sign in: nobody becomes a guest by opening the page."""
        return not self.people.open_to_guests and not self.people.one_local_person

    async def find(self, request: HTTPConnection) -> Person | None:
        """The person, or None: nobody is known to ask. The guard's answer holds for its request."""
        known = getattr(request.state, "person", None)
        return known if isinstance(known, Person) else await self.find_again(request)

    async def find_again(self, request: HTTPConnection) -> Person | None:
        """The person as of now, for answers that take long: the session may have ended."""
        if bearer_of(request) is not None:
            borne = await self.borne(request)
            return None if borne is None else borne.person
        if self.people.one_local_person:
            return await self.people.local()
        if self.people.proxy is not None:
            identity = told_by_proxy(request, self.people.proxy)
            return None if identity is None else await self.arrivals.person(identity)
        session = await self.session(request)
        return None if session is None else session.person

    async def still_in(self, request: HTTPConnection) -> bool:
        """Whether somebody is still known to ask. The one local person can't be shut out."""
        if self.people.one_local_person and bearer_of(request) is None:
            return True
        return await self.find_again(request) is not None

    async def borne(self, request: HTTPConnection) -> Borne | None:
        """The personal token that a program carries, where it is good."""
        carried = bearer_of(request)
        return None if carried is None else await self.tokens.find(carried)

    async def session(self, request: HTTPConnection) -> Present | None:
        """The session whose token this request carries."""
        token = self.cookies.read(request)
        return None if token is None else await self.sessions.find(token)

    async def sign_in(self, request: HTTPConnection, response: Response, person: Person) -> None:
        """As `let_in`, for somebody who has shown who they are: the audit log says so."""
        await self.let_in(request, response, person)
        await self.audit.note(person, Act.SIGN_IN, person.id, way=self.people.auth)

    async def let_in(self, request: HTTPConnection, response: Response, person: Person) -> None:
        """Let this browser be that person, by a new session: whatever it carried ends."""
        await self._end(request)
        token = await self.sessions.begin(person, request.headers.get("user-agent", ""))
        self.cookies.write(response, token)

    async def sign_out(self, request: HTTPConnection, response: Response) -> None:
        """End this browser's session, on the server as well."""
        person = await self._end(request)
        self.cookies.clear(response)
        if person is not None:
            await self.audit.note(person, Act.SIGN_OUT, person.id)

    async def _end(self, request: HTTPConnection) -> Person | None:
        earlier = await self.session(request)
        if earlier is None:
            return None
        with suppress(NotFound):  # it has ended meanwhile
            await self.sessions.end(earlier.person.id, earlier.session.id)
        return earlier.person

    async def person_id(self, request: HTTPConnection) -> str | None:
        """For Gradio's auth_dependency."""
        person = await self.find(request)
        return None if person is None else person.id


def given_resolver(request: HTTPConnection) -> Resolver:
    """The resolver of this app."""
    resolver = request.app.state.resolver
    if not isinstance(resolver, Resolver):
        raise TypeError("app.state.resolver is not set")
    return resolver


def person_of(request: HTTPConnection) -> Person:
    """The person whom the guard found for this request. Raises SignInNeeded."""
    person = getattr(request.state, "person", None)
    if not isinstance(person, Person):
        raise SignInNeeded
    return person
