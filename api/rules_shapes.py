"""The shapes of the rules, for the checks and for /api/v1/openapi.json."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.domain.rules import LOOSEST, STRICTEST

DAY_S = 24 * 3600

Ceilings = dict[
    Literal["guest", "member", "admin"], Annotated[int, Field(ge=STRICTEST, le=LOOSEST)]
]


class RulesRequest(BaseModel):
    """All rules; what is left out is as without any rule."""

    model_config = ConfigDict(extra="forbid")

    endpoints: list[Annotated[str, Field(max_length=80)]] | None = Field(
        None, max_length=100, description="slugs that may be run; null: all"
    )
    ceilings: Ceilings = Field(
        default_factory=dict, description="the most `safety_tolerance` by role"
    )
    payloads: bool = Field(
        True, description="fal keeps inputs and answers, 30 days, for its whole team to see"
    )
    pictures_s: int | None = Field(
        None,
        ge=DAY_S,
        le=3650 * DAY_S,
        description="seconds until fal deletes its pictures; null: as its account says",
    )
    keep_days: int | None = Field(
        None,
        ge=1,
        le=3650,
        description="days after which pictures go to Recently deleted by themselves; null: never",
    )
    banner: str = Field("", max_length=1000, description="a line for everybody")


class Rules(RulesRequest):
    """As they stand."""
