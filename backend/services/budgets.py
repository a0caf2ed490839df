"""Budgets: admins set them, everybody sees what is left of theirs."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backend.domain.audit import Act, Fact
from backend.domain.budget import Budget, Period, Scope, Standing, Strictness
from backend.domain.errors import InputRefused, MoneyLimitReached, NotFound
from backend.domain.money import plain
from backend.domain.person import Person
from backend.domain.ports import BudgetStore, Clock, PeopleStore
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.services.admins import only_admins
from backend.services.audit import Audit


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A budget as an admin asks for it."""

    scope: Scope
    person_id: str | None
    endpoint_id: str | None
    period: Period
    kind: Strictness
    usd: Decimal


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """Limits beside MAX_USD_PER_DAY."""

    store: BudgetStore
    people: PeopleStore
    catalogue: Catalogue
    clock: Clock
    audit: Audit
    practice: bool
    #: ASK_ABOVE_USD
    ask_above: Decimal | None
    #: MONEY_CONTACT
    contact: str | None

    async def all(self, person: Person) -> list[dict[str, Any]]:
        """Every budget and what counts against it. Raises NotAllowed."""
        only_admins(person)
        found = await self.store.standings(self.clock.now(), practice=self.practice)
        return [drawn(one) for one in found]

    async def put(self, person: Person, wanted: Wanted) -> dict[str, Any]:
        """Set one; the same with another amount replaces it.

        Raises NotAllowed, or InputRefused with messages by field.
        """
        only_admins(person)
        await self._check(wanted)
        budget = await self.store.put(
            Budget(
                id=secrets.token_hex(8),
                scope=wanted.scope,
                person_id=wanted.person_id,
                endpoint_id=wanted.endpoint_id,
                period=wanted.period,
                kind=wanted.kind,
                usd=wanted.usd,
            )
        )
        await self.audit.note(person, Act.BUDGET_SET, budget.id, **_facts(wanted))
        found = await self.store.standings(self.clock.now(), practice=self.practice)
        return next(
            (drawn(one) for one in found if one.budget.id == budget.id),
            drawn(Standing(budget=budget, spent=Decimal(0))),
        )

    async def remove(self, person: Person, budget_id: str) -> None:
        """Delete one. Raises NotAllowed or NotFound."""
        only_admins(person)
        if not await self.store.remove(budget_id):
            raise NotFound(Sentence("missing.budget", "There is no such budget."))
        await self.audit.note(person, Act.BUDGET_REMOVE, budget_id)

    async def mine(self, person: Person) -> dict[str, Any]:
        """What is left for a person, and from when on they are asked before a run."""
        found = await self.store.standings(
            self.clock.now(), practice=self.practice, person_id=person.id
        )
        own = await self.store.ask_above(person.id)
        asked = [usd for usd in (self.ask_above, own) if usd is not None]
        return {
            "budgets": [drawn(one) for one in found],
            "ask_above_usd": plain(min(asked)) if asked else None,
            "own_ask_above_usd": None if own is None else plain(own),
        }

    async def left(self, person: Person, endpoint_id: str) -> Decimal | None:
        """US dollars that the tightest one leaves for runs of this endpoint; None without any."""
        found = await self.store.standings(
            self.clock.now(), practice=self.practice, person_id=person.id
        )
        stop = [one for one in found if one.budget.kind is Strictness.HARD]
        left = (one.left for one in stop if one.budget.endpoint_id in (None, endpoint_id))
        return min(left, default=None)

    async def ask_me_above(self, person: Person, usd: Decimal | None) -> dict[str, Any]:
        """A person's own wish; the server's stays beside it, and the lower one counts."""
        await self.store.set_ask_above(person.id, usd)
        return await self.mine(person)

    async def contacts(self) -> tuple[str, ...]:
        """Whom to ask for more."""
        return (self.contact,) if self.contact else await self.people.admins()

    async def with_contacts(self, error: MoneyLimitReached) -> MoneyLimitReached:
        """A refusal that says whom to ask, where there is somebody."""
        names = await self.contacts()
        if not names:
            return error
        told = MoneyLimitReached(
            Sentence(
                "limit.ask",
                "{reason} Ask for more: {names}.",
                reason=error.message,
                names=", ".join(names),
            )
        )
        told.facts = {"ask": list(names)}
        return told

    async def _check(self, wanted: Wanted) -> None:
        of_one = wanted.scope is Scope.PERSON
        with _on("person"):
            if of_one and (
                wanted.person_id is None or await self.people.get(wanted.person_id) is None
            ):
                raise NotFound(Sentence("budget.nobody", "Name a person of this server by its id."))
            if not of_one and wanted.person_id is not None:
                raise NotFound(
                    Sentence("budget.not_a_person", "Only a budget for a person names one.")
                )
        with _on("endpoint_id"):
            if wanted.endpoint_id is not None:
                self.catalogue.by_id(wanted.endpoint_id)


def _facts(wanted: Wanted) -> dict[str, Fact]:
    return {
        "scope": wanted.scope.value,
        "person": wanted.person_id,
        "endpoint": wanted.endpoint_id,
        "period": wanted.period.value,
        "kind": wanted.kind.value,
        "usd": plain(wanted.usd),
    }


@contextmanager
def _on(field: str) -> Iterator[None]:
    try:
        yield
    except (NotFound, EndpointUnknown) as error:
        raise InputRefused(fields={field: error.message}) from error


def drawn(standing: Standing) -> dict[str, Any]:
    """As the API answers it; of a budget for each person nothing is counted for all."""
    budget = standing.budget
    return {
        "id": budget.id,
        "scope": budget.scope.value,
        "person": budget.person_id,
        "endpoint_id": budget.endpoint_id,
        "period": budget.period.value,
        "kind": budget.kind.value,
        "usd": plain(budget.usd),
        "spent_usd": plain(standing.spent),
        "left_usd": plain(standing.left),
    }
