"""The shapes of bodies and answers about what people put on pictures."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.services.marking import MOST_AT_ONCE, MOST_TAGS, NOTE_LENGTH, TAG_LENGTH, TITLE_LENGTH

#: longer ones get a sentence; far longer ones are not even looked at
SLACK = 10

TagName = Annotated[str, Field(max_length=TAG_LENGTH * SLACK)]
TagNames = Annotated[list[TagName], Field(max_length=MOST_TAGS * SLACK)]
RunId = Annotated[str, Field(min_length=1, max_length=64)]


class MarkEdit(BaseModel):
    """What to change on one picture; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    starred: bool | None = Field(None, description="by you alone")
    title: str | None = Field(
        None, max_length=TITLE_LENGTH * SLACK, description=f"at most {TITLE_LENGTH} characters"
    )
    note: str | None = Field(
        None, max_length=NOTE_LENGTH * SLACK, description=f"at most {NOTE_LENGTH} characters"
    )
    tags: TagNames | None = Field(
        None, description=f"all of them: at most {MOST_TAGS}, of {TAG_LENGTH} characters each"
    )


class PictureName(BaseModel):
    """One picture of a run."""

    model_config = ConfigDict(extra="forbid")

    run_id: RunId
    index: int = Field(ge=0, le=63)


class PicturesEdit(BaseModel):
    """What to change on many pictures."""

    model_config = ConfigDict(extra="forbid")

    pictures: list[PictureName] = Field(min_length=1, max_length=MOST_AT_ONCE)
    starred: bool | None = Field(None, description="by you alone")
    add_tags: TagNames = []
    remove_tags: TagNames = []


class RunIds(BaseModel):
    """Many runs."""

    model_config = ConfigDict(extra="forbid")

    run_ids: list[RunId] = Field(min_length=1, max_length=MOST_AT_ONCE)


class LeftPicture(BaseModel):
    """A picture that stays as it was."""

    run_id: str
    index: int
    code: str
    message: str


class MarkedPictures(BaseModel):
    """How many were changed, and those that were not."""

    changed: int
    left: list[LeftPicture]


class LeftRun(BaseModel):
    """A run that stays as it was."""

    run_id: str
    code: str
    message: str


class ChangedRuns(BaseModel):
    """The runs that were changed, and those that were not."""

    run_ids: list[str]
    left: list[LeftRun]
