"""The shapes of presets, for the checks and for /api/v1/openapi.json."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.shapes import Input, Visibility
from backend.domain.preset import DESCRIPTION_LENGTH, MOST_TAGS, NAME_LENGTH, TAG_LENGTH
from backend.services.preset_exchange import MOST_BYTES
from backend.services.preset_list import MOST_AT_ONCE


class PresetCover(BaseModel):
    """An image of a run."""

    model_config = ConfigDict(extra="forbid")

    run_id: str = Field(max_length=64)
    index: int = Field(ge=0, le=63)


class PresetRequest(BaseModel):
    """Settings to keep."""

    model_config = ConfigDict(extra="forbid")

    endpoint_id: str = Field(max_length=200)
    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    description: str = Field("", max_length=DESCRIPTION_LENGTH)
    tags: list[str] = Field(default_factory=list, max_length=MOST_TAGS)
    cover: PresetCover | None = None
    values: Input
    visibility: Visibility | None = None


class PresetChange(BaseModel):
    """What a preset is to say from now on: the whole of it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=NAME_LENGTH)
    description: str = Field("", max_length=DESCRIPTION_LENGTH)
    tags: list[str] = Field(
        default_factory=list,
        max_length=MOST_TAGS,
        description=f"Each of at most {TAG_LENGTH} characters.",
    )
    cover: PresetCover | None = None
    values: Input


class PresetQuery(BaseModel):
    """Which presets, and in which order."""

    endpoint: str | None = Field(None, max_length=100, description="A slug.")
    q: str = Field("", max_length=200, description="Words to find, all of them.")
    whose: Literal["mine", "team", "shipped"] | None = None
    sort: Literal["place", "used"] = Field("place", description="`used`: by you, last first.")
    deleted: bool = Field(False, description="One's own that can be restored.")
    limit: int = Field(100, ge=1, le=200)
    cursor: str | None = Field(None, max_length=40)


class PresetSharing(BaseModel):
    """Who sees it, and whether only its owner and admins change it; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility | None = None
    locked: bool | None = None


class PresetRestore(BaseModel):
    """Which version it is to say again; without one a deleted preset comes back."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=1, le=1_000_000)


class PresetOrder(BaseModel):
    """Presets in the order that lists are to have."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(max_length=1_000)


class PresetIds(BaseModel):
    """Many presets."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        min_length=1, max_length=MOST_AT_ONCE
    )


class LeftPreset(BaseModel):
    """A preset that stays as it was."""

    id: str
    code: str
    message: str


class ChangedPresets(BaseModel):
    """The presets that were changed, and those that were not."""

    ids: list[str]
    left: list[LeftPreset]


class PresetImport(BaseModel):
    """A text in the format of presets/README.md: one preset, a list, or {"presets": [...]}."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=MOST_BYTES)
    write: bool = Field(False, description="Without it nothing is written, only told.")
    conflicts: Literal["skip", "rename", "replace"] = "skip"


class CoverOf(PresetCover):
    """Where it can be seen."""

    url: str


class Preset(BaseModel):
    """Settings under a name. `id` and values of a shipped one belong to nobody."""

    id: str
    slug: str | None
    endpoint_id: str
    name: str
    description: str
    tags: list[str]
    cover: CoverOf | None
    values: Input
    mine: bool
    visibility: Visibility
    locked: bool
    may_edit: bool
    may_change: bool
    may_share: bool
    person_name: str
    shipped: bool
    version: int
    updated_at: str | None
    deleted_at: str | None
    used: int
    last_used_at: str | None
    out_of_date: str | None


class Presets(BaseModel):
    """Mine, then the team's, then the shipped ones."""

    presets: list[Preset]
    next_cursor: str | None


class PresetVersion(BaseModel):
    """What a preset said at one time; `changed` names what is other than in the one before."""

    version: int
    at: str
    person: str
    person_name: str
    name: str
    description: str
    tags: list[str]
    cover: CoverOf | None
    values: Input
    changed: list[str]


class PresetVersions(BaseModel):
    """Newest first."""

    versions: list[PresetVersion]


class Imported(BaseModel):
    """What becomes, or became, of one preset of an import."""

    state: Literal["new", "same", "conflicting", "invalid", "written"]
    title: str
    endpoint_id: str
    reasons: dict[str, str]
    left_out: list[str]
    current: dict[str, Any] | None
    id: str | None


class ImportReport(BaseModel):
    """In the order of the text."""

    presets: list[Imported]
