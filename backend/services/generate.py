"""Starting a run: check, take pictures in, price, write down, hand over to the runner."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from backend.domain.audit import facts_of_start
from backend.domain.endpoint import Endpoint
from backend.domain.errors import (
    InputRefused,
    IntakeClosed,
    MoneyLimitReached,
    NotAllowed,
    NotFound,
    StorageFailed,
)
from backend.domain.field import Field, Input, Kind
from backend.domain.person import Person, Role
from backend.domain.picture import Upload
from backend.domain.ports import Clock, NewRun, RunStore
from backend.domain.rules import check_endpoint, over_ceiling, under_ceiling
from backend.domain.run import Run, RunState
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility, begins_as
from backend.domain.template import PromptTemplate
from backend.domain.usage import project_name
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.endpoints.price import Estimate, estimate
from backend.runs.run_id import new_run_id
from backend.runs.runner import Runner
from backend.services.budgets import Budgets
from backend.services.live_prices import LivePrices
from backend.services.rate import Rate
from backend.services.rule_book import RuleBook
from backend.services.templates import PROMPT, SEED, Templates
from backend.services.uploads import PREFIX, Uploads

_NO_SIZES: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({})

GUEST = Sentence("generate.guest", "Guests can only practise here; an admin can make you a member.")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a server's owner allows."""

    max_usd_per_day: Decimal | None
    max_waiting: int
    ask_above: Decimal | None
    #: whether the audit log keeps prompts
    audit_prompts: bool = False


@dataclass(frozen=True, kw_only=True)
class Generate:
    """Both faces, the page and the HTTP API, start runs here."""

    catalogue: Catalogue
    store: RunStore
    uploads: Uploads
    runner: Runner
    clock: Clock
    limits: Limits
    prices: LivePrices
    budgets: Budgets
    rules: RuleBook
    templates: Templates
    practice: bool
    writes: Rate
    #: what new runs are
    visibility: Visibility
    #: whether this server is open to everybody (ALLOW_OPEN)
    guests_pay: bool = False

    async def start(  # noqa: PLR0913 - what is known of one run
        self,
        person: Person,
        endpoint_id: str,
        given: Mapping[str, Any],
        idempotency_key: str | None = None,
        again_of: str | None = None,
        confirmed: Decimal | None = None,
        project: str = "",
        preset: str = "",
        template: PromptTemplate | None = None,
        filled: bool = False,
    ) -> Run:
        """Write a run down and begin it; with an idempotency key of earlier, that run.

        `preset` is the name of the one whose settings it begins with; a `template` makes the
        prompt, which is then not among the values given, unless it was `filled` in before.
        `confirmed` are US dollars to which the person has said yes. Raises InputRefused with
        messages by field, MoneyLimitReached, ConfirmCost, TooManyWaiting, KeyReused, TooQuick,
        IntakeClosed, NotAllowed for guests.
        Nothing has been spent when it raises.
        """
        self.writes.hit(person.id)
        if person.role is Role.GUEST and not (self.practice or self.guests_pay):
            raise NotAllowed(GUEST)
        if not self.runner.open:
            raise IntakeClosed
        endpoint = self.catalogue.by_id(endpoint_id)
        rules = await self.rules.current()
        check_endpoint(rules, endpoint.endpoint_id)
        if template is not None and not filled:
            given, template = await self.templates.fill(person, given, template)
        refused = over_ceiling(rules, person.role, given) | check_input(endpoint, given)
        if refused:
            raise InputRefused(fields=refused)
        given = under_ceiling(rules, person.role, given, endpoint.defaults)
        checked, pictures = await self._pictures(person, endpoint, given)
        price = estimate(endpoint, checked, _sizes(pictures), self.prices.of(endpoint))
        now = self.clock.now()
        run = Run(
            id=new_run_id(now),
            person_id=person.id,
            endpoint_id=endpoint.endpoint_id,
            state=RunState.CREATED,
            input=checked,
            defaults=endpoint.defaults,
            practice=self.practice,
            estimate=price.usd,
            unit_price=price.unit_price,
            created_at=now,
            state_at=now,
            again_of=again_of,
            visibility=begins_as(person, self.visibility),
            project=project_name(project),
            preset=preset,
            template=template,
        )
        new = NewRun(
            run=run,
            upload_ids=tuple(upload.id for upload in pictures.values()),
            idempotency_key=idempotency_key,
            max_usd_per_day=self.limits.max_usd_per_day,
            max_waiting=self.limits.max_waiting,
            ask_above=self.limits.ask_above,
            confirmed=confirmed,
            facts=facts_of_start(run, prompts=self.limits.audit_prompts),
        )
        return await self._written(new)

    async def _written(self, new: NewRun) -> Run:
        try:
            run, fresh = await self.store.add(new)
        except StorageFailed:
            self.runner.look_for(new.run)
            raise
        except MoneyLimitReached as error:
            raise await self.budgets.with_contacts(error) from error
        if fresh:
            self.runner.accept(run)
        return run

    async def again(
        self,
        person: Person,
        run: Run,
        idempotency_key: str | None = None,
        confirmed: Decimal | None = None,
    ) -> Run:
        """A new run of the same settings, linked to the earlier one. Of a template, too: it is
        filled in anew, by another seed where none was given. One of its combinations stays the
        prompt that it was, also where a list says something else by now."""
        chosen = run.template is not None and run.template.combination is not None
        return await self.start(
            person,
            run.endpoint_id,
            run.input if chosen else _as_given(run),
            idempotency_key,
            again_of=run.id,
            confirmed=confirmed,
            project=run.project,
            preset=run.preset,
            template=run.template,
            filled=chosen,
        )

    async def estimate(
        self,
        person: Person,
        endpoint_id: str,
        given: Mapping[str, Any],
        known: Mapping[str, tuple[int, int]] = _NO_SIZES,
    ) -> Estimate:
        """What it can cost at most; values that can't be right yet count as absent."""
        endpoint = self.catalogue.by_id(endpoint_id)
        refused = check_input(endpoint, given)
        sound = {name: value for name, value in given.items() if name not in refused}
        sizes = dict(known)
        for field in endpoint.fields:
            value = sound.get(field.name)
            if field.is_picture and isinstance(value, str) and value.startswith(PREFIX):
                try:
                    upload = await self.uploads.seen(person, value.removeprefix(PREFIX))
                except InputRefused:
                    continue
                sizes[field.name] = (upload.width, upload.height)
        return estimate(endpoint, sound, sizes, self.prices.of(endpoint))

    async def left(self, person: Person, endpoint_id: str) -> Decimal | None:
        """US dollars that the tightest limit leaves a person for now; None without any."""
        left = await self.budgets.left(person, endpoint_id)
        most = self.limits.max_usd_per_day
        if most is None:
            return left
        spent = await self.store.spent_today(self.clock.now(), practice=self.practice)
        today = max(most - spent, Decimal(0))
        return today if left is None else min(left, today)

    async def check(
        self,
        person: Person,
        endpoint_id: str,
        given: Mapping[str, Any],
        template: PromptTemplate | None = None,
        sizes: Mapping[str, tuple[int, int]] = _NO_SIZES,
    ) -> tuple[Estimate | None, dict[str, str]]:
        """The price, or the messages by field; nothing is fetched or written.

        `sizes`: width and height of pictures that are no uploads, as far as they are known.
        """
        rules = await self.rules.current()
        endpoint = self.catalogue.by_id(endpoint_id)
        if template is not None:
            given, _ = await self.templates.fill(person, given, template)
        refused = over_ceiling(rules, person.role, given) | check_input(endpoint, given)
        if refused:
            return None, refused
        return await self.estimate(person, endpoint_id, given, sizes), {}

    async def _pictures(
        self, person: Person, endpoint: Endpoint, given: Mapping[str, Any]
    ) -> tuple[Input, dict[str, Upload]]:
        checked = dict(given)
        taken: dict[str, Upload] = {}
        for field in sorted(endpoint.fields, key=lambda field: field.kind is Kind.MASK):
            value = given.get(field.name)
            if not field.is_picture or not value:
                continue
            with _on_field(field):
                upload = await self.uploads.take(person, value)
                if field.kind is Kind.MASK and field.same_size_as in taken:
                    upload = await self._fitting(person, upload, taken[field.same_size_as])
            taken[field.name] = upload
            checked[field.name] = f"{PREFIX}{upload.id}"
        return checked, taken

    async def _fitting(self, person: Person, mask: Upload, source: Upload) -> Upload:
        data = await self.uploads.read(mask)
        return await self.uploads.add_mask(person, data, (source.width, source.height))


def _as_given(run: Run) -> Input:
    """Its input without what came out of its template."""
    if run.template is None:
        return run.input
    made = {PROMPT, SEED} if run.template.seed_drawn else {PROMPT}
    return {name: value for name, value in run.input.items() if name not in made}


@contextmanager
def _on_field(field: Field) -> Iterator[None]:
    """Puts what goes wrong with a picture on its field."""
    try:
        yield
    except (InputRefused, NotFound) as error:
        raise InputRefused(fields={field.name: error.message}) from error


def _sizes(pictures: Mapping[str, Upload]) -> dict[str, tuple[int, int]]:
    return {name: (upload.width, upload.height) for name, upload in pictures.items()}
