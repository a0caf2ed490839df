"""A sign-in under way, bound to the browser that has begun it by a cookie of ten minutes.

The cookie holds one random text and where to go afterwards. What goes to the provider (state,
nonce, PKCE) is derived from it with this server's key: neither the cookie nor an address alone is
enough to finish.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from backend.domain.openid import Attempt

COOKIE: Final = "playground-sign-in"
#: the sign-in alone is told of it
PATH: Final = "/sign-in"
LASTS_S: Final = int(timedelta(minutes=10).total_seconds())
SEED_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """Begins them, and knows them again."""

    key: str
    #: people meet this server by https
    secure: bool

    def begin(self, response: Response, target: str) -> Attempt:
        """A new one for this browser; another that it has begun is forgotten."""
        seed = secrets.token_urlsafe(SEED_BYTES)
        self._set(response, str(self._signer.dumps([seed, target])), LASTS_S)
        return self._attempt(seed)

    def begun(self, request: Request, state: str) -> tuple[Attempt, str] | None:
        """The one that this answer belongs to, and where to go; None: not of this browser."""
        try:
            told = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=LASTS_S)
            seed, target = map(str, told)
        except (BadSignature, TypeError, ValueError):
            return None
        attempt = self._attempt(seed)
        same = hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "replace"))
        return (attempt, target) if same else None

    def end(self, response: Response) -> None:
        """Forget it."""
        self._set(response, "", 0)

    def _attempt(self, seed: str) -> Attempt:
        return Attempt(
            state=self._derived("state", seed),
            nonce=self._derived("nonce", seed),
            verifier=self._derived("verifier", seed),
        )

    def _derived(self, use: str, seed: str) -> str:
        made = hmac.new(self.key.encode(), f"{use} {seed}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made).decode("ascii").rstrip("=")

    def _set(self, response: Response, value: str, lasts_s: int) -> None:
        # Lax, in a Space's frame as well: the way to the provider and back is never in the frame.
        parts = [f"{COOKIE}={value}", f"Max-Age={lasts_s}", f"Path={PATH}", "HttpOnly"]
        parts += ["SameSite=Lax", *(["Secure"] if self.secure else [])]
        response.headers.append("set-cookie", "; ".join(parts))

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt="sign-in")
