"""What a person has prompted: each text once, by when it was last used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Protocol

#: hexadecimal digits of a text's digest by which it is known
DIGITS: Final = 32


@dataclass(frozen=True, kw_only=True)
class PastPrompt:
    """A prompt of one person's runs."""

    #: the same text has the same one, for each person
    id: str
    text: str
    last_at: datetime
    #: it is kept, also when all its runs have gone for good
    starred: bool = False


@dataclass(frozen=True, kw_only=True)
class PromptFilter:
    """Which of a person's prompts to list, last used first."""

    person_id: str
    #: texts that it holds, all of them
    words: tuple[str, ...] = ()
    #: those with a star, and no others
    starred: bool = False
    limit: int = 50
    #: where an earlier page ended
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromptPage:
    """Some of them, and where the next ones begin; None where these are the last."""

    prompts: tuple[PastPrompt, ...]
    next_cursor: str | None


def prompt_of(given: Mapping[str, Any]) -> str:
    """The prompt of an input as the history keeps it; empty where there is none."""
    prompt = given.get("prompt")
    return prompt.strip() if isinstance(prompt, str) else ""


def prompt_id(text: str) -> str:
    """By what a prompt is known."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGITS]


class PromptStore(Protocol):
    """Everybody's prompts. They come with runs, and go with the last run that has them."""

    async def list(self, which: PromptFilter) -> PromptPage:
        """A page of them. Raises InputRefused for a cursor not of ours."""
        ...

    async def star(self, person_id: str, prompt_id: str, at: datetime | None) -> PastPrompt | None:
        """Keep it, or with None let it go with its runs; None where this person has no such one."""
        ...

    async def forget(self, person_id: str, prompt_id: str) -> PastPrompt | None:
        """Take it out of the history, its runs stay; None where this person has no such one."""
        ...
