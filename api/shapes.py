"""The shapes of bodies and answers, for the checks and for /api/v1/openapi.json."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Input = dict[str, Any]
State = Literal[
    "created",
    "submitting",
    "queued",
    "running",
    "saving",
    "done",
    "failed",
    "cancelled",
    "uncertain",
    "lost",
]


class RunRequest(BaseModel):
    """What to run: only the fields that are set."""

    model_config = ConfigDict(extra="forbid")

    endpoint_id: str = Field(max_length=200, examples=["fal-ai/flux-pro/v1.1-ultra"])
    input: Input = Field(examples=[{"prompt": "a lighthouse in fog"}])


class UploadRequest(BaseModel):
    """A picture by link, or an image of a run."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(None, max_length=72 * 1024 * 1024)
    run_id: str | None = Field(None, max_length=64)
    index: int | None = Field(None, ge=0, le=63)


class PresetRequest(BaseModel):
    """Settings to keep."""

    model_config = ConfigDict(extra="forbid")

    endpoint_id: str = Field(max_length=200)
    name: str = Field(max_length=200)
    description: str = Field("", max_length=1000)
    values: Input


class Upload(BaseModel):
    """A picture that an image field accepts as `upload:{id}`."""

    id: str
    width: int
    height: int
    content_type: str


class Image(BaseModel):
    """One output. `url` is null until the picture is stored."""

    index: int
    url: str | None
    preview_url: str | None
    fal_url: str | None
    width: int | None
    height: int | None
    content_type: str | None
    bytes: int | None
    flagged: bool
    missing: bool


class Output(BaseModel):
    """What fal answered beside the pictures."""

    seed: int | None
    prompt: str | None
    timings: dict[str, Any] | None


class RunError(BaseModel):
    """Why a run did not end well."""

    code: str
    message: str
    retryable: bool
    charged: Literal["yes", "no", "unknown"]
    fields: dict[str, str]


class Run(BaseModel):
    """A run. Amounts are decimal strings, times ISO 8601 in UTC."""

    id: str
    endpoint_id: str
    slug: str | None
    state: State
    request_id: str | None
    input: Input
    defaults: Input
    person: str
    person_name: str
    mine: bool
    practice: bool
    created_at: str
    state_at: str
    finished_at: str | None
    queue_position: int | None
    before_you: int | None
    slow_since: str | None
    cancel_requested: bool
    images: list[Image]
    output: Output
    estimate_usd: str
    cost_usd: str | None
    billable_units: str | None
    error: RunError | None
    again_of: str | None
    deleted_at: str | None


class Runs(BaseModel):
    """A page of runs, newest first."""

    runs: list[Run]
    next_cursor: str | None


class Estimate(BaseModel):
    """The most that a run can cost."""

    endpoint_id: str
    usd: str
    least_usd: str
    unit_price_usd: str
    file_unit_price_usd: str
    text: str
    certain: bool
    exact: bool
    warnings: dict[str, str]


class Fault(BaseModel):
    """One field that needs another value; `loc` ends in its name."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    """application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str | list[Fault]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented problem answers of a route; every route may answer 401."""
    return {
        status: {
            "description": "A problem",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for status in (401, *statuses)
    }
