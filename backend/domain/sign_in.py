"""What is kept of people's ways in, and the ports to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Protocol

from backend.domain.person import Person, Role

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
    #: what the provider says of them makes them an admin
    admin: bool = False


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


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A person as admins see them."""

    person: Person
    #: of their sessions; None where they have none, or come in without
    last_used_at: datetime | None
    #: whether they have what the way of coming in asks for
    comes_in: bool


class HandOver(Protocol):
    """What people made, from one to another."""

    async def move(self, source: str, target: str) -> tuple[int, int]:
        """All runs, presets and uploads of one person to another; (runs, presets)."""
        ...


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


@dataclass(frozen=True, kw_only=True)
class OneTimeLink:
    """A link that lets somebody in once. What stands in it is kept as a hash only."""

    id: str
    token_hash: str
    #: the first admin, somebody new, or a new password for somebody
    kind: Literal["first", "invitation", "reset"]
    role: Role
    #: what somebody new may be called; what a person of a reset is called
    name: str
    #: whose password is set anew, with a reset
    person_id: str | None = None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.used_at is None and now < self.expires_at


class AccountStore(Protocol):
    """Passwords, as argon2's text, and the links that lead to one."""

    async def account(self, name: str) -> tuple[Person, str] | None:
        """The person of that name and their hash; None where there is no such account."""
        ...

    async def hash_of(self, person_id: str) -> str | None:
        """A person's hash."""
        ...

    async def set_hash(self, person_id: str, hashed: str, at: datetime) -> None:
        """Keep a new one in place of any earlier."""
        ...

    async def has_admin(self) -> bool:
        """Whether an active admin has a password."""
        ...

    async def add_link(self, link: OneTimeLink) -> None:
        """Write it; an earlier one for the first admin, or for the same person, ends."""
        ...

    async def link(self, token_hash: str) -> OneTimeLink | None:
        """A link, used or not; None where there is none."""
        ...

    async def invitations(self, now: datetime) -> Sequence[OneTimeLink]:
        """Invitations that still let somebody in, newest first."""
        ...

    async def withdraw(self, link_id: str) -> bool:
        """Remove an invitation that nobody has used; whether there was one."""
        ...

    async def join(self, link: OneTimeLink, new: Person, hashed: str) -> Person:
        """Use the link at `new.created_at`: write the person and the hash, in one transaction.

        The first admin takes the place of the local person, with all that is theirs. Raises
        LinkSpent, or NameTaken where somebody else has that name.
        """
        ...

    async def reset(self, link: OneTimeLink, hashed: str, at: datetime) -> Person:
        """Use the link: the person has that hash. Raises LinkSpent."""
        ...

    async def remove_links(self, before: datetime) -> int:
        """Remove those that have expired by then; how many there were."""
        ...


class Hasher(Protocol):
    """Slow on purpose, and away from the event loop."""

    async def hash(self, password: str) -> str:
        """What may be kept of a password. Raises TooQuick where too many wait."""
        ...

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether it is of that password; without one it takes as long, and is not."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        ...
