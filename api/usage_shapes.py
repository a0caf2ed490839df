"""The shapes of answers about usage."""

from typing import Literal

from pydantic import BaseModel, Field


class Sums(BaseModel):
    """Sums over runs; practice runs are counted apart and free."""

    runs: int
    practice_runs: int
    estimate_usd: str
    reserved_usd: str = Field(description="estimates of those that have not ended")
    charged_usd: str
    billed_runs: int = Field(description="those whose bill is known")
    billed_usd: str | None = Field(description="fal's bills; null where none is known")
    difference_usd: str = Field(description="reserved and charged, less the estimate")


class UsageGroup(Sums):
    """One person, endpoint, day or project."""

    key: str = Field(description="an id, a day, or a project's name")
    name: str | None = Field(description="of a person or an endpoint")


class UsageOfMonth(BaseModel):
    """A month's runs by their start in UTC: days in their order, others the dearest first."""

    month: str
    by: Literal["person", "endpoint", "day", "project"]
    everyone: bool
    groups: list[UsageGroup]
    total: Sums


class Projects(BaseModel):
    """Names to choose from."""

    projects: list[str]
