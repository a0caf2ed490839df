"""AUTH=password: accounts of this server, and the links by which people get and keep one."""

import secrets
from datetime import timedelta
from typing import Final, Literal

from backend.domain.errors import InputRefused, LinkSpent, NotAllowed
from backend.domain.person import Person, Role
from backend.domain.ports import Clock
from backend.domain.sentence import Sentence
from backend.domain.sign_in import AccountStore, Hasher, OneTimeLink
from backend.services.people import clean_name
from backend.services.rate import Tries
from backend.services.sessions import Sessions, hash_of

INVITED_FOR: Final = timedelta(days=7)
#: a new one is printed at each start
FIRST_FOR: Final = timedelta(days=1)
RESET_FOR: Final = timedelta(days=1)
SHORTEST: Final = 10
LONGEST: Final = 200
TOKEN_BYTES: Final = 32
#: tries in vain of one account from one address, and from all: one address alone keeps nobody out
TRIES_FROM_ONE: Final = "10/15 minutes"
TRIES_FROM_ALL: Final = "100/hour"


class Accounts:
    """Signs people in, and hands out and takes back one-time links."""

    def __init__(self, store: AccountStore, sessions: Sessions, clock: Clock, hasher: Hasher):
        self._store = store
        self._sessions = sessions
        self._clock = clock
        self._hasher = hasher
        self._from_one = Tries(TRIES_FROM_ONE)
        self._from_all = Tries(TRIES_FROM_ALL)

    async def sign_in(self, name: str, password: str, place: str) -> Person:
        """Who that is. Raises NotAllowed, the same for an unknown name, and TooQuick.

        `place`: where the try comes from.
        """
        try:
            shown = clean_name(name)
        except InputRefused:
            shown = ""
        key = shown.casefold()
        with self._from_one.one(f"{key} {place}"), self._from_all.one(key):
            account = await self._store.account(shown) if shown else None
            hashed = None if account is None else account[1]
            fits = await self._hasher.fits(hashed, password[: LONGEST + 1])
            if account is None or hashed is None or not fits or not account[0].active:
                raise _wrong()
        if self._hasher.outdated(hashed):
            await self._keep(account[0], password)
        return account[0]

    async def change(self, person: Person, old: str, new: str, session_id: str | None) -> None:
        """A new password for somebody who knows the old one; their other sessions end.

        Raises InputRefused for a wrong old or a bad new one, TooQuick.
        """
        with self._from_all.one(person.name.casefold()):
            known = await self._store.hash_of(person.id)
            if not await self._hasher.fits(known, old[: LONGEST + 1]):
                told = Sentence("accounts.old", "This is not your password.")
                raise InputRefused(told, fields={"old": told})
        _check(new, "new", person.name)
        await self._keep(person, new)
        await self._sessions.end_all(person.id, but=session_id)

    async def first_link(self) -> str | None:
        """The token of a link for the first admin; None where there is an admin."""
        if await self._store.has_admin():
            return None
        return (await self._linked("first", Role.ADMIN, "", FIRST_FOR))[1]

    async def invite(self, role: Role, name: str) -> tuple[OneTimeLink, str]:
        """A link for somebody new, and its token, told only here."""
        shown = clean_name(name) if name.strip() else ""
        return await self._linked("invitation", role, shown, INVITED_FOR)

    async def offer_reset(self, person: Person) -> tuple[OneTimeLink, str]:
        """A link for a new password, and its token, told only here; the old one stays till then."""
        return await self._linked("reset", person.role, person.name, RESET_FOR, person.id)

    async def look(self, token: str) -> OneTimeLink:
        """What a link is for. Raises LinkSpent where it lets nobody in any more."""
        link = await self._store.link(hash_of(token))
        if link is None or not link.opens(self._clock.now()):
            raise LinkSpent
        return link

    async def use(self, token: str, name: str, password: str) -> Person:
        """Whoever the link lets in, with their new password; sessions of before end.

        Raises LinkSpent, NameTaken, InputRefused.
        """
        link = await self.look(token)
        shown = link.name if link.kind == "reset" else clean_name(name)
        _check(password, "password", shown)
        hashed = await self._hasher.hash(password)
        now = self._clock.now()
        if link.kind == "reset":
            person = await self._store.reset(link, hashed, now)
            await self._sessions.end_all(person.id)
            return person
        new = Person(id=secrets.token_hex(8), name=shown, role=link.role, created_at=now)
        person = await self._store.join(link, new, hashed)
        self._sessions.forget(person.id)
        return person

    async def invitations(self) -> tuple[OneTimeLink, ...]:
        """Those that nobody has used yet, newest first."""
        return tuple(await self._store.invitations(self._clock.now()))

    async def withdraw(self, link_id: str) -> bool:
        """Take an invitation back; whether there was one."""
        return await self._store.withdraw(link_id)

    async def clean(self) -> None:
        """Remove links whose time is over."""
        await self._store.remove_links(self._clock.now())

    async def _keep(self, person: Person, password: str) -> None:
        hashed = await self._hasher.hash(password)
        await self._store.set_hash(person.id, hashed, self._clock.now())

    async def _linked(
        self,
        kind: Literal["first", "invitation", "reset"],
        role: Role,
        name: str,
        lasts: timedelta,
        person_id: str | None = None,
    ) -> tuple[OneTimeLink, str]:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock.now()
        link = OneTimeLink(
            id=secrets.token_hex(8),
            token_hash=hash_of(token),
            kind=kind,
            role=role,
            name=name,
            person_id=person_id,
            created_at=now,
            expires_at=now + lasts,
        )
        await self._store.add_link(link)
        return link, token


def _wrong() -> NotAllowed:
    """The same for a wrong name, a wrong password, and somebody who may not come in any more."""
    return NotAllowed(Sentence("accounts.wrong", "Name and password do not go together."))


def _check(password: str, field: str, name: str) -> None:
    """Raises InputRefused on the field."""
    told: str | None = None
    if not SHORTEST <= len(password) <= LONGEST:
        told = Sentence(
            "accounts.length",
            "A password has {least} to {most} characters.",
            least=SHORTEST,
            most=LONGEST,
        )
    elif password.strip().casefold() == name.casefold() or len(set(password)) == 1:
        told = Sentence("accounts.simple", "Anybody would guess this password; take another one.")
    if told is not None:
        raise InputRefused(told, fields={field: told})
