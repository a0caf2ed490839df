"""All prompts that a template can become, each as a run of its own: looked at before the first is
begun, then begun one by one, as they were seen and for no more than was said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from backend.domain.endpoint import Endpoint
from backend.domain.errors import ConfirmCost, InputRefused
from backend.domain.person import Person
from backend.domain.run import Run
from backend.domain.sentence import Sentence
from backend.domain.template import PromptTemplate
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.services.generate import Generate
from backend.services.templates import PROMPT, Templates, refused

CHANGED: Final = Sentence(
    "all.changed",
    "A list of this prompt has been changed meanwhile, and with it what this run would be of. "
    "Close this and look at all of them again.",
)
#: runs that one confirmation may begin; a person's writes of a minute (RATE_LIMIT) are more
MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, kw_only=True)
class Together:
    """What is to be known before all of them are begun."""

    #: by their numbers
    prompts: tuple[str, ...]
    #: US dollars that one of them costs at most
    each: Decimal
    #: US dollars that the tightest limit leaves for now; None without any
    left: Decimal | None

    @property
    def usd(self) -> Decimal:
        """US dollars that all of them cost at most."""
        return self.each * len(self.prompts)


@dataclass(frozen=True, kw_only=True)
class Combinations:
    """Begins all that a template can become."""

    catalogue: Catalogue
    templates: Templates
    generate: Generate

    @property
    def most(self) -> int:
        """How many may be begun by one confirmation: no more than may wait on this server."""
        return min(MOST_AT_ONCE, self.generate.limits.max_waiting)

    async def look(
        self, person: Person, endpoint_id: str, given: Mapping[str, Any], template: PromptTemplate
    ) -> Together:
        """All of them, each checked as it will be at its start; nothing is written.

        Raises InputRefused, with messages by field.
        """
        endpoint = self.catalogue.by_id(endpoint_id)
        prompts = await self._prompts(person, endpoint, given, template)
        each, wrong = await self.generate.check(person, endpoint_id, {**given, PROMPT: prompts[0]})
        if each is None:
            raise InputRefused(fields=wrong)
        return Together(
            prompts=prompts, each=each.usd, left=await self.generate.left(person, endpoint_id)
        )

    async def start(  # noqa: PLR0913 - what is known of one run
        self,
        person: Person,
        endpoint_id: str,
        given: Mapping[str, Any],
        template: PromptTemplate,
        idempotency_key: str | None,
        *,
        seen: str,
        confirmed: Decimal,
        project: str = "",
        preset: str = "",
    ) -> Run:
        """Begin the one that the template names, as Generate.start does.

        Raises InputRefused where its prompt is not the one that was `seen`, ConfirmCost where it
        costs more than was `confirmed`, and what Generate.start raises.
        """
        filled, kept = await self.templates.fill(person, given, template)
        if filled[PROMPT] != seen:
            raise refused(CHANGED)
        price = await self.generate.estimate(person, endpoint_id, filled)
        if price.usd > confirmed:
            raise ConfirmCost.of(price.usd, confirmed)
        return await self.generate.start(
            person,
            endpoint_id,
            filled,
            idempotency_key,
            confirmed=confirmed,
            project=project,
            preset=preset,
            template=kept,
            filled=True,
        )

    async def _prompts(
        self, person: Person, endpoint: Endpoint, given: Mapping[str, Any], template: PromptTemplate
    ) -> tuple[str, ...]:
        """All of them. One that can't be sent is told before another one is bought."""
        many = await self.templates.count(person, template.prompt)
        if many > self.most:
            english = "This becomes {count:n} prompts: at most {most:n} can be run together."
            raise refused(Sentence("all.too_many", english, count=many, most=self.most))
        prompts: list[str] = []
        for number in range(many):
            one = replace(template, combination=number)
            filled, _ = await self.templates.fill(person, given, one)
            wrong = check_input(endpoint, filled).get(PROMPT)
            if wrong is not None:
                english = "Prompt {number} of {count}: {reason}"
                raise refused(
                    Sentence("all.wrong", english, number=number + 1, count=many, reason=wrong)
                )
            prompts.append(filled[PROMPT])
        return tuple(prompts)
