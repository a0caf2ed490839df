"""Who may come in by an OpenID provider, and as what: from its claims, by lists of the host's."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from backend.domain.openid import Claims
from backend.domain.sign_in import Identity

EVERYBODY: Final = "*"
#: Hugging Face says `orgs`, others `groups`
ORGANISATIONS: Final = ("orgs", "organizations", "groups")
#: how Hugging Face calls somebody who looks after an organisation
ADMIN: Final = "admin"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """The host's lists. Names and addresses are compared without regard to capitals."""

    #: "*", addresses, "@domain", and names of accounts
    allowed: frozenset[str]
    organisations: frozenset[str]
    #: addresses, names of accounts, and organisations whose admins are admins here
    admins: frozenset[str]
    #: the claim that gives each person at this provider a name of their own
    account_claim: str | None

    def identity(self, claims: Claims) -> Identity | None:
        """Who they are here; None where they are not invited."""
        guest = _read(claims, self.account_claim)
        admin = not _folded(self.admins).isdisjoint(guest.names | guest.looks_after)
        if not (admin or self._admits(guest)):
            return None
        return Identity(
            provider="oidc",
            subject=f"{claims['iss']} {claims['sub']}",
            name=shown_name(claims),
            email=guest.email,
            admin=admin,
        )

    def fingerprint(self) -> str:
        """Another one where the lists are others."""
        lists = (self.allowed, self.organisations, self.admins)
        told = "\n".join(",".join(sorted(_folded(one))) for one in lists)
        return hashlib.sha256(f"{told}\n{self.account_claim}".encode()).hexdigest()

    def _admits(self, guest: "_Guest") -> bool:
        allowed = _folded(self.allowed)
        return (
            EVERYBODY in allowed
            or not allowed.isdisjoint(guest.names | guest.domains)
            or not _folded(self.organisations).isdisjoint(guest.organisations)
        )


@dataclass(frozen=True, kw_only=True)
class _Guest:
    """What the lists are compared with, folded. Only what nobody can choose for themselves."""

    email: str | None
    #: their checked address and their account
    names: frozenset[str]
    #: "@" and the domain of that address
    domains: frozenset[str]
    organisations: frozenset[str]
    looks_after: frozenset[str] = field(default=frozenset())


def shown_name(claims: Claims) -> str:
    """What to call them: they choose it themselves, so it opens nothing."""
    told = (claims.get(one) for one in ("name", "preferred_username", "nickname", "email", "sub"))
    return next((one for one in told if isinstance(one, str) and one.strip()), "?")


def _read(claims: Claims, account_claim: str | None) -> _Guest:
    email = _text(claims.get("email")) if claims.get("email_verified") is True else None
    account = _text(claims.get(account_claim)) if account_claim else None
    told = [one for name in ORGANISATIONS for one in _listed(claims.get(name))]
    return _Guest(
        email=email,
        names=_folded(one for one in (email, account) if one),
        domains=_folded([f"@{email.rpartition('@')[2]}"] if email else []),
        organisations=_folded(name for name, _ in told),
        looks_after=_folded(name for name, role in told if role == ADMIN),
    )


def _listed(told: object) -> Iterable[tuple[str, object]]:
    """(organisation, role): each is a text, or an object that names its account there."""
    for one in told if isinstance(told, list) else []:
        if isinstance(one, str) and one:
            yield one, None
        elif isinstance(one, dict) and isinstance(one.get("preferred_username"), str):
            yield one["preferred_username"], one.get("roleInOrg")


def _text(told: object) -> str | None:
    return told if isinstance(told, str) and told.strip() else None


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(one.casefold() for one in names)
