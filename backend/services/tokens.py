"""Personal tokens for the HTTP API: made, listed, revoked, and recognised.

A token is `flux_`, eight letters that name it, `_`, and 256 random bits. Only its SHA-256 is kept:
nobody can try 2²⁵⁶ values, so a slow or salted hash, which a password needs because people choose
it, would only slow each request down. What is kept can't be turned back into the token.
"""

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.domain.audit import Act
from backend.domain.errors import Conflict, InputRefused, NotAllowed, NotFound, StorageFailed
from backend.domain.person import Person, Role
from backend.domain.ports import Clock
from backend.domain.sentence import Sentence
from backend.domain.sharing import in_team
from backend.domain.token import Scope, Token, TokenStore
from backend.services.audit import Audit
from backend.services.people import People

log = logging.getLogger(__name__)

MARK: Final = "flux_"
PREFIX_BYTES: Final = 4
SECRET_BYTES: Final = 32
#: longer ones are looked up by nobody
MOST_LENGTH: Final = 100
NAME_LENGTH: Final = 60
MOST_DAYS: Final = 365
MOST_TOKENS: Final = 50
#: a request a second would otherwise be a write a second
NOTED_EVERY: Final = timedelta(minutes=1)
#: a stream of events asks at each event
REMEMBERED_FOR: Final = timedelta(seconds=5)
MOST_REMEMBERED: Final = 500


@dataclass(frozen=True, kw_only=True)
class Borne:
    """A token that somebody brought, and its person as far as the token reaches."""

    token: Token
    person: Person
    read_at: datetime


class Tokens:
    """Makes, finds and revokes them."""

    def __init__(self, store: TokenStore, people: People, clock: Clock, audit: Audit):
        self._store = store
        self._audit = audit
        self._people = people
        self._clock = clock
        self._remembered: OrderedDict[str, Borne] = OrderedDict()

    async def make(self, person: Person, name: str, scope: Scope, days: int) -> tuple[Token, str]:
        """A new token, and what a program has to carry: told only here.

        Raises InputRefused, NotAllowed, or Conflict where there are too many.
        """
        if not in_team(person):
            raise NotAllowed(Sentence("token.guest", "Guests have no tokens; sign in first."))
        if scope is Scope.ADMIN and person.role is not Role.ADMIN:
            raise NotAllowed(
                Sentence("token.not_admin", "Only an admin can make a token of that scope.")
            )
        shown = _clean(name)
        if not 1 <= days <= MOST_DAYS:
            told = "A token lasts 1 to {most} days."
            raise InputRefused(fields={"days": Sentence("token.days", told, most=MOST_DAYS)})
        prefix = f"{MARK}{secrets.token_hex(PREFIX_BYTES)}"
        carried = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
        now = self._clock.now()
        token = Token(
            id=secrets.token_hex(8),
            person_id=person.id,
            name=shown,
            scope=scope,
            prefix=prefix,
            token_hash=_hash_of(carried),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        if not await self._store.add(token, MOST_TOKENS):
            told = "You have {most} tokens; revoke one first."
            raise Conflict(Sentence("token.many", told, most=MOST_TOKENS))
        await self._audit.note(person, Act.TOKEN_MAKE, token.id, name=shown, scope=str(scope))
        return token, carried

    async def of(self, person: Person) -> Sequence[Token]:
        """A person's tokens, newest first; expired ones too, until they are revoked."""
        return await self._store.of(person.id)

    async def revoke(self, person: Person, token_id: str) -> None:
        """It opens nothing from now on. Raises NotFound where it is not theirs."""
        removed = await self._store.remove(person.id, token_id)
        for key in [k for k, b in self._remembered.items() if b.token.id == token_id]:
            del self._remembered[key]
        if not removed:
            raise NotFound(Sentence("token.gone", "There is no such token of yours."))
        await self._audit.note(person, Act.TOKEN_REVOKE, token_id)

    def forget(self, person_id: str) -> None:
        """Something about this person has changed: the next request looks again."""
        for key in [k for k, b in self._remembered.items() if b.token.person_id == person_id]:
            del self._remembered[key]

    async def find(self, carried: str) -> Borne | None:
        """Whose token it is, and what it may; None where it is forged, revoked or expired, or its
        person may not come in."""
        if not carried.startswith(MARK) or len(carried) > MOST_LENGTH:
            return None
        now = self._clock.now()
        key = _hash_of(carried)
        borne = self._remembered.get(key)
        if borne is None or not timedelta() <= now - borne.read_at < REMEMBERED_FOR:
            borne = await self._looked_up(key, now)
        if borne is None or borne.token.expires_at <= now:
            return None
        last = borne.token.last_used_at
        if last is None or now - last >= NOTED_EVERY:
            borne = await self._noted(key, borne, now)
        return borne

    async def _looked_up(self, key: str, now: datetime) -> Borne | None:
        self._remembered.pop(key, None)
        token = await self._store.by_hash(key)
        person = None if token is None else await self._people.person(token.person_id)
        if token is None or person is None:
            return None
        borne = Borne(token=token, person=_as_far_as(token.scope, person), read_at=now)
        self._remembered[key] = borne
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return borne

    async def _noted(self, key: str, borne: Borne, now: datetime) -> Borne:
        noted = replace(borne, token=replace(borne.token, last_used_at=now))
        if key in self._remembered:
            self._remembered[key] = noted
        try:
            await self._store.used(noted.token.id, now)
        except StorageFailed as error:
            log.warning("the use of a token was not noted: %s", error.message)
        return noted


def _as_far_as(scope: Scope, person: Person) -> Person:
    """An admin with a smaller token is a member to everything that asks."""
    if person.role is Role.ADMIN and scope is not Scope.ADMIN:
        return replace(person, role=Role.MEMBER)
    return person


def _clean(name: str) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not shown or len(shown) > NAME_LENGTH:
        told = "A token needs a name of at most {most} characters."
        raise InputRefused(fields={"name": Sentence("token.name", told, most=NAME_LENGTH)})
    return shown


def _hash_of(carried: str) -> str:
    return hashlib.sha256(carried.encode("utf-8", "surrogatepass")).hexdigest()
