"""The shapes of bodies and answers, for the checks and for /api/v1/openapi.json."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.money_shapes import Budget, Usd
from backend.domain.errors import PlaygroundError
from backend.domain.template import MOST_VARIABLES
from backend.domain.usage import LONGEST_PROJECT
from backend.endpoints.check_input import MAX_PROMPT

Input = dict[str, Any]
#: larger numbers lose digits in a browser
MOST_EXACT: Final = 2**53 - 1
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


Visibility = Literal["private", "team"]


class GivenTemplate(BaseModel):
    """A prompt with variables, choices and lists, as docs/templates.md says."""

    model_config = ConfigDict(extra="forbid")

    prompt: str = Field(
        max_length=MAX_PROMPT, examples=["a {subject} in {oil|ink}"], description="as it is written"
    )
    variables: dict[str, str] = Field(
        {}, max_length=MOST_VARIABLES, description="what each variable stands for, by its name"
    )
    combination: int | None = Field(
        None,
        strict=True,
        ge=0,
        le=MOST_EXACT,
        description="which of all combinations, from 0; without one the seed chooses",
    )


class Template(GivenTemplate):
    """What a run's prompt came out of."""

    seed_drawn: bool = Field(description="nobody gave a seed: one was drawn for the choices")


class EstimateRequest(BaseModel):
    """What a run would be: only the fields that are set."""

    model_config = ConfigDict(extra="forbid")

    endpoint_id: str = Field(max_length=200, examples=["fal-ai/flux-pro/v1.1-ultra"])
    input: Input = Field(examples=[{"prompt": "a lighthouse in fog"}])
    confirmed_usd: Usd | None = Field(
        None, description="Yes to so much, where the estimate is above what needs a yes."
    )
    project: str = Field(
        "", max_length=LONGEST_PROJECT, description="What it is for; usage is added up by it."
    )
    template: GivenTemplate | None = Field(
        None, description="In the place of `prompt` of `input`, which is never a template."
    )
    preset: str = Field(
        "",
        max_length=200,
        description="The id of a preset of this endpoint; `input` comes before its values.",
    )


class RunRequest(EstimateRequest):
    """What to run: only the fields that are set."""


class AgainRequest(BaseModel):
    """What a repetition may need."""

    model_config = ConfigDict(extra="forbid")

    confirmed_usd: Usd | None = None


class UploadRequest(BaseModel):
    """A picture by link, or an image of a run."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(None, max_length=72 * 1024 * 1024)
    run_id: str | None = Field(None, max_length=64)
    index: int | None = Field(None, ge=0, le=63)


class Sharing(BaseModel):
    """Who sees it beside its owner and the admins."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility


class Price(BaseModel):
    """What one unit costs today, and what our file says."""

    amount_usd: str
    file_usd: str
    unit: Literal["image", "megapixel"]
    certainty: Literal["official", "third-party", "inferred"]
    default_usd: str


class EndpointField(BaseModel):
    """One field of an endpoint's input."""

    name: str
    label: str
    help: str
    kind: str
    required: bool
    default: Any
    choices: list[str]
    minimum: float | None
    maximum: float | None
    advanced: bool


class Endpoint(BaseModel):
    """An endpoint: what it is for, its fields, its price."""

    endpoint_id: str
    slug: str
    label: str
    about: str
    status: Literal["listed", "doubtful"]
    category: str
    links: dict[str, str]
    price: Price
    fields: list[EndpointField]


class Endpoints(BaseModel):
    """All, in the order of the tabs."""

    endpoints: list[Endpoint]


class WholeEndpoint(Endpoint):
    """One, with its JSON Schema and what is known about it."""

    input_schema: dict[str, Any] = Field(alias="schema")
    facts: list[str]


class PersonShown(BaseModel):
    """Who asks."""

    id: str
    name: str
    role: Literal["guest", "member", "admin"]


class NoticeShown(BaseModel):
    """A line under the page's bar."""

    level: Literal["info", "warn"]
    text: str


class ChangedPrice(BaseModel):
    """An endpoint whose price at fal is not our file's."""

    slug: str
    usd: str
    file_usd: str
    unit: Literal["image", "megapixel"]


class MyRules(BaseModel):
    """What admins allow to the caller."""

    endpoints: list[str] | None = Field(description="slugs that may be run; null: all")
    tolerance: int | None = Field(description="the most `safety_tolerance`; null: any")


class Me(BaseModel):
    """The caller, the mode, the key and today's money."""

    person: PersonShown
    practice: bool
    banner: NoticeShown | None
    key_state: Literal["missing", "present", "accepted", "refused", "locked", "unknown"]
    prices_changed: list[ChangedPrice]
    spent_today_usd: str
    budgets: list[Budget]
    ask_above_usd: str | None
    max_usd_per_day: str | None
    rules: MyRules
    sign_out: bool
    auth: Literal["none", "password", "oidc", "proxy"]
    version: str
    notices: list[NoticeShown]


class Session(BaseModel):
    """A browser in which somebody is signed in. `id` names it and opens nothing."""

    id: str
    agent: str
    current: bool
    created_at: str
    last_used_at: str
    expires_at: str


class Sessions(BaseModel):
    """Last used first."""

    sessions: list[Session]


class Ended(BaseModel):
    """How many sessions were ended."""

    ended: int


TokenScope = Literal["read", "run", "admin"]


class TokenRequest(BaseModel):
    """A token to make: what it is for, what it may, how many days it lasts."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60, examples=["nightly batch"])
    scope: TokenScope
    days: int = Field(ge=1, le=365)


class TokenShown(BaseModel):
    """A token as its person recognises it."""

    id: str
    name: str
    scope: TokenScope
    prefix: str
    created_at: str
    expires_at: str
    last_used_at: str | None


class MadeToken(TokenShown):
    """With what a program carries, this once."""

    token: str


class TokensShown(BaseModel):
    """Newest first."""

    tokens: list[TokenShown]


class Member(BaseModel):
    """A person, for admins. `comes_in`: whether they have what AUTH asks for."""

    id: str
    name: str
    email: str | None
    role: Literal["guest", "member", "admin"]
    active: bool
    created_at: str
    last_used_at: str | None
    comes_in: bool


class Members(BaseModel):
    """By name."""

    people: list[Member]


class PersonChange(BaseModel):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["guest", "member", "admin"] | None = None
    active: bool | None = None


class InvitationRequest(BaseModel):
    """Whom to invite. The name is a suggestion."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["guest", "member", "admin"] = "member"
    name: str = Field("", max_length=60)


class Invitation(BaseModel):
    """A link that nobody has used yet, without its address."""

    id: str
    role: Literal["guest", "member", "admin"]
    name: str
    created_at: str
    expires_at: str


class Invitations(BaseModel):
    """Newest first."""

    invitations: list[Invitation]


class Link(Invitation):
    """With its address, which is told only once."""

    link: str


class HandOverRequest(BaseModel):
    """Who gets it."""

    model_config = ConfigDict(extra="forbid")

    to: str = Field(max_length=64)


class HandedOver(BaseModel):
    """How many of each."""

    runs: int
    presets: int


class NewPassword(BaseModel):
    """The password of now, and the next."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


class Done(BaseModel):
    """It is done."""

    done: Literal[True]


class Codes(BaseModel):
    """One request in four languages."""

    python: str
    javascript: str
    curl: str
    json_text: str = Field(alias="json")


class Upload(BaseModel):
    """A picture that an image field accepts as `upload:{id}`."""

    id: str
    width: int
    height: int
    content_type: str


class Marks(BaseModel):
    """What people put on a picture. `starred` is yours alone, the rest is the same for all."""

    title: str
    note: str
    tags: list[str]
    starred: bool
    stars: int = Field(description="how many people have starred it")
    version: str = Field(description="of title, note and tags; for If-Match")


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
    marks: Marks


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
    visibility: Visibility
    may_change: bool
    may_share: bool
    practice: bool
    created_at: str
    state_at: str
    finished_at: str | None
    queue_position: int | None
    pictures_due: int | None
    before_you: int | None
    slow_since: str | None
    cancel_requested: bool
    images: list[Image]
    output: Output
    estimate_usd: str
    cost_usd: str | None
    billed_usd: str | None
    billable_units: str | None
    error: RunError | None
    warnings: list[str]
    project: str
    preset: str
    template: Template | None
    again_of: str | None
    deleted_at: str | None


class Relative(BaseModel):
    """Another run, and the picture that connects both."""

    run: Run
    index: int | None = Field(
        description="Which picture of the earlier run the later one was given; null: run again."
    )


class Lineage(BaseModel):
    """Only runs with pictures; newest first, at most 48 of each."""

    parents: list[Relative]
    children: list[Relative]


class Runs(BaseModel):
    """A page of runs, newest first."""

    runs: list[Run]
    next_cursor: str | None
    found: dict[str, list[int]] | None = Field(
        None, description="with `q`: by run id, which of its pictures fit"
    )
    notices: list[str] = Field([], description="with `q`: what to know about how it was read")


class RunsAsked(BaseModel):
    """Which runs to list."""

    limit: int = Field(24, ge=1, le=100)
    cursor: str | None = Field(None, max_length=300)
    endpoint: str | None = Field(None, max_length=80, description="a slug")
    everyone: bool = Field(False, description="mine and the team's")
    pictures: bool = Field(False, description="only runs that made pictures")
    q: str = Field("", description="a search, as docs/gallery.md says")
    zone: str | None = Field(
        None, max_length=60, description="with q: where days begin, as Europe/Berlin; else UTC"
    )


class Tag(BaseModel):
    """A tag, and on how many pictures it is."""

    name: str
    pictures: int


class Tags(BaseModel):
    """The most used first."""

    tags: list[Tag]


class Hints(BaseModel):
    """Names that `q` may go by."""

    people: list[str]
    projects: list[str]
    tags: list[Tag]


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
    combinations: str | None = Field(
        description="How many prompts the template can become; at 10^100 it is no longer counted."
    )


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
    ask: list[str] | None = Field(None, description="402: who can allow more")
    estimate_usd: str | None = Field(None, description="402 confirm_cost: what to confirm")


class AuditEntry(BaseModel):
    """One act."""

    id: int
    at: str
    actor_id: str | None
    actor: str | None = Field(description="the person's name of today")
    act: str
    target: str | None = Field(description="the id of a run, a preset, a person, an endpoint")
    facts: dict[str, str | int | bool | None]


class AuditLog(BaseModel):
    """A page of the audit log, newest first."""

    entries: list[AuditEntry]
    next_before: int | None


def why(error: PlaygroundError) -> dict[str, str]:
    """Why one of many stays as it was."""
    return {"code": error.code(), "message": error.message}


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
