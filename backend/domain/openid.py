"""What is asked of an OpenID provider, and the port to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

#: what a provider says of somebody, checked
Claims = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class OpenIdClient:
    """How this server is known to its provider."""

    #: who the provider is, as it calls itself
    issuer: str
    client_id: str
    #: None: a client without a secret, held by PKCE alone
    client_secret: str | None
    scopes: str
    #: where the provider sends people back to
    back: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A sign-in that one browser has begun: what its answer has to fit."""

    #: comes back with the answer: it belongs to this browser
    state: str
    #: comes back inside the id token: it was made for this sign-in
    nonce: str
    #: PKCE: only who has begun can use the code
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a browser brings back from the provider."""

    code: str
    #: who says to have answered (RFC 9207), where the provider tells
    issuer: str | None = None


class OpenIdProvider(Protocol):
    """One provider. Each call raises ProviderUnavailable where it gives no usable answer."""

    async def address(self, attempt: Attempt) -> str:
        """Where to send a browser that signs in."""
        ...

    async def claims(self, attempt: Attempt, answer: Answer) -> Claims:
        """Who has signed in. Raises SignInFailed where the answer does not fit the attempt."""
        ...

    async def sign_out_address(self, home: str) -> str | None:
        """Where to send a browser that signs out there, too; None where there is no such place."""
        ...
