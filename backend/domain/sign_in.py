"""What is kept of people's ways in, and the ports to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Protocol

from backend.domain.person import Person

#: how people come in (docs/people.md)
Auth = Literal["none", "password", "oidc", "proxy"]


@dataclass(frozen=True, kw_only=True)
class ProxyTrust:
    """Which headers of which addresses say who is asking."""

    addresses: tuple[IPv4Network | IPv6Network, ...]
    #: names the person, for good
    header: str
    #: how they are called, and their address, where the proxy tells
    name_header: str | None = None
    email_header: str | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Somebody as a proxy or an OpenID provider knows them, checked there."""

    provider: Literal["proxy", "oidc"]
    #: who they are at that provider, for good: no two people ever have the same
    subject: str
    name: str
    #: only an address that the provider has checked
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class Session:
    """A browser that has come in. What it carries is kept as a hash only."""

    #: names it where people look at their sessions; opens nothing
    id: str
    person_id: str
    token_hash: str
    #: what the browser calls itself
    agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class SessionStore(Protocol):
    """Sessions, by the hash of what a browser carries."""

    async def add(self, session: Session) -> None:
        """Write it."""
        ...

    async def by_hash(self, token_hash: str) -> Session | None:
        """A session, expired or not; None where there is none."""
        ...

    async def of(self, person_id: str) -> Sequence[Session]:
        """A person's sessions, last used first."""
        ...

    async def used(self, session_id: str, at: datetime) -> None:
        """Remember when it was last used."""
        ...

    async def remove(self, person_id: str, session_id: str | None, but: str | None) -> int:
        """End one session of a person, or all but one; how many there were."""
        ...

    async def remove_expired(self, now: datetime) -> int:
        """End what has expired by then; how many there were."""
        ...


class IdentityStore(Protocol):
    """People by who they are elsewhere."""

    async def find(self, provider: str, subject: str) -> Person | None:
        """Whose identity it is; None where nobody has come with it."""
        ...

    async def arrive(
        self, identity: Identity, new: Person, *, listed: bool, first_is_admin: bool
    ) -> Person:
        """Whose identity it is; `new` where nobody has come with it, under a name that is free.

        An admin where `listed`, or where `first_is_admin` and nobody is yet who comes in this way.
        The first admin takes the place of the local person, with all that is theirs. In one
        transaction.
        """
        ...
