"""People whom somebody else has checked: a proxy on each request, an OpenID provider at sign-in."""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from backend.domain.errors import InputRefused
from backend.domain.person import Person
from backend.domain.ports import Clock
from backend.domain.sign_in import Identity, IdentityStore
from backend.services.people import clean_name

#: another process that waits for this database may have changed somebody
REMEMBERED_FOR: Final = timedelta(minutes=1)
MOST_REMEMBERED: Final = 2_000


class Arrivals:
    """Finds whose identity it is, and takes in who comes for the first time.

    `admins`: subjects and e-mail addresses of those who are admins whenever they come. Without
    any, the first person who comes is the first admin.
    """

    def __init__(self, store: IdentityStore, clock: Clock, admins: frozenset[str]):
        self._store = store
        self._clock = clock
        self._admins = frozenset(one.casefold() for one in admins)
        self._remembered: OrderedDict[Identity, tuple[Person, datetime]] = OrderedDict()
        self._forgotten = 0

    async def person(self, identity: Identity) -> Person | None:
        """Whose identity it is; None where they may not come in."""
        now = self._clock.now()
        known = self._remembered.get(identity)
        if known is not None and now - known[1] < REMEMBERED_FOR:
            return known[0]
        before = self._forgotten
        person = await self._arrived(identity)
        if not person.active:
            self._remembered.pop(identity, None)
            return None
        if before == self._forgotten:
            self._remember(identity, person, now)
        return person

    async def signed_in(self, identity: Identity) -> Person | None:
        """Whose identity it is, with name and address as of now; None: they may not come in."""
        person = await self._taken_in(identity)
        return person if person.active else None

    def forget(self, person_id: str) -> None:
        """Something about this person has changed: the next request looks again."""
        self._forgotten += 1
        for key in [k for k, (person, _) in self._remembered.items() if person.id == person_id]:
            del self._remembered[key]

    async def _arrived(self, identity: Identity) -> Person:
        listed = self._listed(identity)
        known = await self._store.find(identity.provider, identity.subject)
        if known is not None and known.email == identity.email and (known.is_admin or not listed):
            return known
        return await self._taken_in(identity)

    async def _taken_in(self, identity: Identity) -> Person:
        new = Person(id=secrets.token_hex(8), name=_name(identity), created_at=self._clock.now())
        return await self._store.arrive(
            identity, new, listed=self._listed(identity), first_is_admin=not self._admins
        )

    def _listed(self, identity: Identity) -> bool:
        told = (identity.subject, identity.email or "")
        return identity.admin or any(one.casefold() in self._admins for one in told)

    def _remember(self, identity: Identity, person: Person, now: datetime) -> None:
        self._remembered[identity] = (person, now)
        self._remembered.move_to_end(identity)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def _name(identity: Identity) -> str:
    for name in (identity.name, identity.subject):
        try:
            return clean_name(name)
        except InputRefused:
            continue
    return "?"
