"""The persons of this server, and the ways in that need no account of one's own."""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, replace

from backend.domain.errors import InputRefused, NotAllowed
from backend.domain.person import LOCAL_ID, Person, Role
from backend.domain.ports import Clock, PeopleStore
from backend.domain.sentence import Sentence
from backend.domain.sign_in import Auth, ProxyTrust

LOCAL_NAME = "You"
NAME_LENGTH = 60


@dataclass(frozen=True, kw_only=True)
class People:
    """Persons of this server, and the door where there is a password."""

    store: PeopleStore
    clock: Clock
    #: everybody types it once; None: no door
    password: str | None
    #: True where only this machine can reach the server and there is no sign-in
    one_local_person: bool
    auth: Auth = "none"
    #: whom a proxy's headers are believed, where people come in by one
    proxy: ProxyTrust | None = None

    @property
    def open_to_guests(self) -> bool:
        """Whether a browser that is not known becomes a person of its own."""
        return self.auth == "none" and self.password is None

    async def person(self, person_id: str) -> Person | None:
        """A person by id; None where there is none who may come in."""
        person = await self.store.get(person_id)
        return None if person is None or not person.active else _named(person)

    async def local(self) -> Person:
        """The one person of a server on loopback."""
        known = await self.store.get(LOCAL_ID)
        return _named(known or await self._add(LOCAL_ID, LOCAL_NAME, Role.ADMIN))

    async def guest(self) -> Person:
        """A browser that is a person of its own."""
        token = secrets.token_hex(8)
        guest = await self._add(token, f"Guest {token[:4]}", Role.GUEST)
        if guest.id == token:
            return guest
        # the short name is somebody's already, and a name is a person
        return await self._add(token, f"Guest {token}", Role.GUEST)

    async def come_in(self, password: str, name: str) -> Person:
        """Through the door. Raises NotAllowed for a wrong password, InputRefused for a bad name.

        Everybody behind the door trusts everybody: a name is a person, on any device.
        """
        right = (
            self.password is not None
            and self.auth == "none"
            and hmac.compare_digest(_letters(password), _letters(self.password))
        )
        if not right:
            raise NotAllowed(Sentence("people.password", "This is not the password."))
        shown = clean_name(name)
        known = await self.store.by_name(shown)
        if known is not None and known.id == LOCAL_ID:
            raise InputRefused(
                fields={
                    "name": Sentence("people.taken", "That name is taken by this server's owner.")
                }
            )
        if known is not None and not known.active:
            raise NotAllowed(Sentence("people.out", "An admin has shut this person out."))
        return known or await self._add(secrets.token_hex(8), shown, Role.MEMBER)

    async def _add(self, person_id: str, name: str, role: Role) -> Person:
        return await self.store.add(
            Person(id=person_id, name=name, role=role, created_at=self.clock.now())
        )


def _letters(password: str) -> bytes:
    """Its bytes; half a character, as JSON may bring it, is no reason to fail."""
    return password.encode("utf-8", "surrogatepass")


def _named(person: Person) -> Person:
    """The local person is called "You" in the reader's language; a name that was typed stays."""
    if person.id != LOCAL_ID or person.name != LOCAL_NAME:
        return person
    return replace(person, name=Sentence("people.you", "You"))


def clean_name(name: str) -> str:
    """A name as it is kept: one line, no control characters, 1 to 60 characters."""
    normal = unicodedata.normalize("NFC", name)
    shown = " ".join("".join(c if c.isprintable() else " " for c in normal).split())
    if not shown or len(shown) > NAME_LENGTH:
        told = "Type your name, at most {most} characters."
        raise InputRefused(fields={"name": Sentence("people.name", told, most=NAME_LENGTH)})
    return shown
