"""Who has come in: sessions that this server can end at any moment.

A browser carries a random token; the database has its hash. What was looked up is remembered for a
minute, so that a request does not wait for the database, and forgotten at once when a session ends.
"""

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.domain.errors import NotFound, StorageFailed
from backend.domain.person import Person
from backend.domain.ports import Clock
from backend.domain.sign_in import Session, SessionStore
from backend.services.people import People

log = logging.getLogger(__name__)

LASTS: Final = timedelta(days=30)
#: a request a second would otherwise be a write a second
NOTED_EVERY: Final = timedelta(minutes=5)
#: another process that waits for this database may have ended a session
REMEMBERED_FOR: Final = timedelta(minutes=1)
MOST_REMEMBERED: Final = 2_000
TOKEN_BYTES: Final = 32
AGENT_LENGTH: Final = 200


@dataclass(frozen=True, kw_only=True)
class Present:
    """A session and whose it is."""

    session: Session
    person: Person
    read_at: datetime


class Sessions:
    """Begins, finds and ends them."""

    def __init__(self, store: SessionStore, people: People, clock: Clock):
        self._store = store
        self._people = people
        self._clock = clock
        self._remembered: OrderedDict[str, Present] = OrderedDict()
        #: counts what was forgotten: a look-up under way meanwhile is not remembered
        self._forgotten = 0

    async def begin(self, person: Person, agent: str = "") -> str:
        """A new session; the token that its browser has to carry, told only here."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock.now()
        session = Session(
            id=secrets.token_hex(8),
            person_id=person.id,
            token_hash=hash_of(token),
            agent=agent[:AGENT_LENGTH],
            created_at=now,
            last_used_at=now,
            expires_at=now + LASTS,
        )
        await self._store.add(session)
        return token

    async def find(self, token: str) -> Present | None:
        """Whose token it is; None once the session has ended or its person may not come in."""
        now = self._clock.now()
        key = hash_of(token)
        present = self._remembered.get(key)
        if present is None or now - present.read_at >= REMEMBERED_FOR:
            present = await self._looked_up(key, now, present)
        if present is None or present.session.expires_at <= now:
            return None
        if now - present.session.last_used_at >= NOTED_EVERY:
            present = await self._noted(key, present, now)
        return present

    async def of(self, person: Person) -> Sequence[Session]:
        """A person's sessions that have not expired, last used first."""
        now = self._clock.now()
        return tuple(one for one in await self._store.of(person.id) if one.expires_at > now)

    async def end(self, person_id: str, session_id: str) -> None:
        """End one of a person's. Raises NotFound where it is not theirs, or no longer there."""
        ended = await self._store.remove(person_id, session_id, None)
        self.forget(person_id)
        if not ended:
            raise NotFound

    async def end_all(self, person_id: str, but: str | None = None) -> int:
        """End all of a person's, but for one; how many there were."""
        ended = await self._store.remove(person_id, None, but)
        self.forget(person_id)
        return ended

    def forget(self, person_id: str) -> None:
        """Something about this person has changed: the next request looks again."""
        self._forgotten += 1
        for key in [k for k, p in self._remembered.items() if p.person.id == person_id]:
            del self._remembered[key]

    async def clean(self) -> None:
        """Remove what has expired."""
        await self._store.remove_expired(self._clock.now())

    async def _looked_up(self, key: str, now: datetime, earlier: Present | None) -> Present | None:
        before = self._forgotten
        try:
            session = await self._store.by_hash(key)
            person = None if session is None else await self._people.person(session.person_id)
        except StorageFailed:
            # what was known a minute ago keeps event streams open over a short failure
            if earlier is None or before != self._forgotten:
                raise
            return earlier
        if session is None or person is None:
            self._remembered.pop(key, None)
            return None
        present = Present(session=session, person=person, read_at=now)
        if before == self._forgotten:
            self._remember(key, present)
        return present

    async def _noted(self, key: str, present: Present, now: datetime) -> Present:
        """Write that it is used; requests beside this one see it as written already."""
        noted = replace(present, session=replace(present.session, last_used_at=now))
        if key in self._remembered:
            self._remember(key, noted)
        try:
            await self._store.used(noted.session.id, now)
        except StorageFailed as error:
            log.warning("the use of a session was not noted: %s", error.message)
        return noted

    def _remember(self, key: str, present: Present) -> None:
        self._remembered[key] = present
        self._remembered.move_to_end(key)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
