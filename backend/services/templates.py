"""From a template to the prompt of a run."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from backend.domain.combination import combinations, combined
from backend.domain.errors import InputRefused
from backend.domain.person import Person
from backend.domain.sentence import Sentence
from backend.domain.template import (
    PromptTemplate,
    TemplateRefused,
    parse,
    resolve,
    too_long,
)
from backend.endpoints.check_input import MAX_PROMPT
from backend.services.wordlists import WordLists

PROMPT: Final = "prompt"
SEED: Final = "seed"
#: fal's own seeds have 32 bits
SEEDS: Final = 2**32


def drawn_seed() -> int:
    """One that nobody chose."""
    return secrets.randbelow(SEEDS)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What there is to know of a template before it is run."""

    variables: tuple[str, ...]
    #: MOST_COUNTED stands for that many or more
    combinations: int
    #: what it becomes, by seed; a variable without a value stays as it is written
    previews: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Templates:
    """Fills templates in. What is wrong with one is told on the field prompt."""

    lists: WordLists

    async def fill(
        self, person: Person, given: Mapping[str, Any], template: PromptTemplate
    ) -> tuple[dict[str, Any], PromptTemplate | None]:
        """The input with the prompt that the template becomes, and with a seed where one decides
        about it; and the template as the run keeps it, None where it is a mere text. The prompt is
        the one of the template's combination, where it names one: then no seed is drawn.

        Raises InputRefused.
        """
        if PROMPT in given:
            english = "Give the prompt as a text or as a template, not as both."
            raise refused(Sentence("template.twice", english))
        if len(template.prompt) > MAX_PROMPT:
            return {**given, PROMPT: template.prompt}, None  # refused with all else that is wrong
        seed = given.get(SEED)
        try:
            pattern = parse(template.prompt)
            lists = await self.lists.of(person, pattern)
            number = template.combination
            drawn = pattern.is_chosen and seed is None and number is None
            if drawn:
                seed = drawn_seed()
            if number is not None:
                prompt = combined(pattern, template.variables, lists, number, longest=MAX_PROMPT)
            else:
                # a seed that is no number is refused with all else that is wrong
                by = seed if type(seed) is int else 0
                prompt = resolve(pattern, template.variables, lists, by, longest=MAX_PROMPT)
        except TemplateRefused as error:
            raise refused(error.sentence) from error
        filled = {**given, PROMPT: prompt} | ({SEED: seed} if drawn else {})
        return filled, None if pattern.is_plain else replace(template, seed_drawn=drawn)

    async def count(self, person: Person, prompt: str) -> int:
        """How many prompts it can become. Raises InputRefused."""
        return (await self.look(person, prompt, {}, ())).combinations

    async def look(
        self, person: Person, prompt: str, values: Mapping[str, str], seeds: Sequence[int]
    ) -> Look:
        """What a prompt asks for, and what it becomes by these seeds. Raises InputRefused."""
        if len(prompt) > MAX_PROMPT:
            raise refused(too_long(MAX_PROMPT))
        try:
            pattern = parse(prompt)
            lists = await self.lists.of(person, pattern)
            shown = {name: values.get(name) or f"{{{name}}}" for name in pattern.variables}
            return Look(
                variables=pattern.variables,
                combinations=combinations(pattern, lists),
                previews=tuple(
                    (seed, resolve(pattern, shown, lists, seed, longest=MAX_PROMPT))
                    for seed in (seeds if pattern.is_chosen else seeds[:1])
                ),
            )
        except TemplateRefused as error:
            raise refused(error.sentence) from error


def refused(sentence: Sentence) -> InputRefused:
    """The template is wrong, and that is told beside the prompt."""
    return InputRefused(fields={PROMPT: sentence})
