"""A person's history of prompts. Nobody else sees it, admins neither."""

from dataclasses import dataclass

from backend.domain.errors import NotFound
from backend.domain.person import Person
from backend.domain.ports import Clock
from backend.domain.prompts import PastPrompt, PromptFilter, PromptPage, PromptStore
from backend.domain.sentence import Sentence


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """Runs fill it (backend/store/runs.py); deleting them for good empties it."""

    store: PromptStore
    clock: Clock

    async def page(
        self,
        person: Person,
        words: str = "",
        *,
        starred: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> PromptPage:
        """Last used first. Raises InputRefused for a cursor that no page gave."""
        which = PromptFilter(
            person_id=person.id,
            words=tuple(words.split()),
            starred=starred,
            limit=limit,
            cursor=cursor,
        )
        return await self.store.list(which)

    async def star(self, person: Person, prompt_id: str, starred: bool) -> PastPrompt:
        """Keep one, or let it go with its runs. Raises NotFound."""
        at = self.clock.now() if starred else None
        return _there(await self.store.star(person.id, prompt_id, at))

    async def forget(self, person: Person, prompt_id: str) -> PastPrompt:
        """Take one out; its runs stay as they are. Raises NotFound."""
        return _there(await self.store.forget(person.id, prompt_id))


def _there(prompt: PastPrompt | None) -> PastPrompt:
    if prompt is None:
        raise NotFound(Sentence("missing.prompt", "This prompt is not in your history."))
    return prompt
