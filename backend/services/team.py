"""What admins do about people."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.audit import Act
from backend.domain.errors import Conflict, InputRefused, NotFound
from backend.domain.person import Person, Role
from backend.domain.ports import Clock, PeopleStore
from backend.domain.sentence import Sentence
from backend.domain.sign_in import Auth, HandOver, OneTimeLink, Seen
from backend.services.accounts import Accounts
from backend.services.admins import only_admins
from backend.services.arrivals import Arrivals
from backend.services.audit import Audit
from backend.services.sessions import Sessions
from backend.services.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Team:
    """Everybody of this server, for those who look after them."""

    store: PeopleStore
    sessions: Sessions
    arrivals: Arrivals
    tokens: Tokens
    #: None where people come in another way
    accounts: Accounts | None
    made: HandOver
    audit: Audit
    clock: Clock
    auth: Auth

    def admit(self, person: Person) -> None:
        """Raises NotAllowed unless an admin asks."""
        only_admins(person)

    def with_accounts(self) -> Accounts:
        """The accounts. Raises Conflict where people come in another way."""
        if self.accounts is None:
            raise Conflict(
                Sentence(
                    "team.no_accounts",
                    "This server keeps no passwords: people come in another way (AUTH).",
                )
            )
        return self.accounts

    async def everybody(self) -> Sequence[Seen]:
        """Everybody by name, with when they were last here as far as that is known."""
        return await self.store.everybody(self.auth)

    async def change(
        self, admin: Person, person_id: str, role: Role | None, active: bool | None
    ) -> Seen:
        """Another role, or in or out; who is out has no session any more.

        Raises NotFound, LastAdmin.
        """
        changed = await self.store.change(
            person_id, role=role, active=active, way=self.auth, at=self.clock.now()
        )
        if changed is None:
            raise NotFound
        if not changed.active:
            await self.sessions.end_all(person_id)
        self._forget(person_id)
        await self.audit.note(
            admin, Act.PERSON_CHANGE, person_id, role=changed.role.value, active=changed.active
        )
        return next(one for one in await self.everybody() if one.person.id == person_id)

    async def invite(self, admin: Person, role: Role, name: str) -> tuple[OneTimeLink, str]:
        """A link for somebody new, and its token."""
        link, token = await self.with_accounts().invite(role, name)
        await self.audit.note(admin, Act.PERSON_INVITE, link.id, role=role.value)
        return link, token

    async def withdraw(self, admin: Person, link_id: str) -> None:
        """Take an invitation back. Raises NotFound where nobody could use it any more."""
        if not await self.with_accounts().withdraw(link_id):
            raise NotFound
        await self.audit.note(admin, Act.PERSON_INVITE, link_id, withdrawn=True)

    async def offer_reset(self, admin: Person, person_id: str) -> tuple[OneTimeLink, str]:
        """A link for a new password, and its token. Raises NotFound, Conflict."""
        accounts = self.with_accounts()
        person = await self._there(person_id)
        if not person.active:
            raise Conflict(Sentence("team.inactive", "Let this person in again first."))
        link, token = await accounts.offer_reset(person)
        await self.audit.note(admin, Act.PERSON_RESET, person_id, link=link.id)
        return link, token

    async def end_sessions(self, admin: Person, person_id: str) -> int:
        """Sign somebody out everywhere; how many sessions there were. Raises NotFound."""
        await self._there(person_id)
        ended = await self.sessions.end_all(person_id)
        await self.audit.note(admin, Act.SESSIONS_END, person_id, ended=ended)
        return ended

    async def hand_over(self, admin: Person, source: str, target: str) -> tuple[int, int]:
        """What one person made becomes another's; (runs, presets).

        Raises NotFound, or InputRefused where the other may not have it.
        """
        await self._there(source)
        receiver = await self.store.get(target)
        if receiver is None or target == source or not receiver.active:
            told = Sentence("team.receiver", "Choose another person who may come in.")
            raise InputRefused(told, fields={"to": told})
        runs, presets = await self.made.move(source, target)
        await self.audit.note(
            admin, Act.PERSON_HAND_OVER, source, to=target, runs=runs, presets=presets
        )
        return runs, presets

    async def _there(self, person_id: str) -> Person:
        person = await self.store.get(person_id)
        if person is None:
            raise NotFound
        return person

    def _forget(self, person_id: str) -> None:
        self.sessions.forget(person_id)
        self.arrivals.forget(person_id)
        self.tokens.forget(person_id)
