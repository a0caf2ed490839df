"""The shapes of the team's lists."""

from pydantic import BaseModel, ConfigDict, Field

from backend.domain.template import NAME_LENGTH
from backend.domain.wordlist import LONGEST_LINE, MOST_LINES


class WordListRequest(BaseModel):
    """What a list is to say: the whole of it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=NAME_LENGTH, examples=["light"])
    lines: list[str] = Field(
        min_length=1,
        max_length=MOST_LINES,
        examples=[["dawn", "noon", "{soft|hard} lamp light"]],
        description=f"Each of at most {LONGEST_LINE} characters; blank ones are left out.",
    )


class WordListShown(BaseModel):
    """A list without its lines."""

    id: str
    name: str
    count: int
    version: int
    updated_at: str
    person_name: str
    mine: bool
    may_change: bool = Field(description="whether you may delete it")
    deleted_at: str | None


class WordList(WordListShown):
    """A list."""

    lines: list[str]


class WordListQuery(BaseModel):
    """Which lists."""

    deleted: bool = Field(False, description="Yours that can still be brought back.")


class WordLists(BaseModel):
    """By name; deleted ones last deleted first."""

    lists: list[WordListShown]
