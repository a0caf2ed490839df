"""The shapes of bodies and answers about money."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: US dollars as a decimal string, exact to the micro-dollar
Usd = Annotated[str, Field(pattern=r"^[0-9]{1,7}(\.[0-9]{1,6})?$", examples=["5.00"])]


class BudgetRequest(BaseModel):
    """A limit to set."""

    model_config = ConfigDict(extra="forbid")

    scope: Literal["team", "each", "person"] = Field(
        description="all together, each person on their own, or one person"
    )
    person: str | None = Field(None, max_length=200, description="an id, with scope person")
    endpoint_id: str | None = Field(None, max_length=200, description="null: all together")
    period: Literal["day", "month"]
    kind: Literal["soft", "hard"] = Field(description="soft warns, hard refuses with 402")
    usd: Usd


class Budget(BaseModel):
    """A limit and what counts against it; of one for each person nothing is counted for all."""

    id: str
    scope: Literal["team", "each", "person"]
    person: str | None
    endpoint_id: str | None
    period: Literal["day", "month"]
    kind: Literal["soft", "hard"]
    usd: str
    spent_usd: str
    left_usd: str


class Budgets(BaseModel):
    """All of them."""

    budgets: list[Budget]


class Removed(BaseModel):
    """What is gone."""

    id: str


class MyBudget(BaseModel):
    """The budgets in force for me, and from which estimate on I am asked before a run."""

    budgets: list[Budget]
    ask_above_usd: str | None
    own_ask_above_usd: str | None


class MyBudgetRequest(BaseModel):
    """From which estimate on to ask me."""

    model_config = ConfigDict(extra="forbid")

    ask_above_usd: Usd | None


class Account(BaseModel):
    """What is left of the account at fal, and what fal says of FAL_BILLING_KEY."""

    balance_usd: str | None
    billing_key: Literal["missing", "accepted", "refused", "unknown"]


class IntakeRequest(BaseModel):
    """Whether new runs shall start."""

    model_config = ConfigDict(extra="forbid")

    open: bool
    reason: str = Field("", max_length=300)


class Intake(BaseModel):
    """Whether new runs start, and who decided it."""

    open: bool
    reason: str
    changed_by: str | None
    changed_at: str | None
