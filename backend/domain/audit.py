"""The audit log: who did what to what, and when. Entries are added, never changed or removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from backend.domain.money import plain
from backend.domain.run import Run

#: characters of a prompt that the log keeps where it keeps any
MOST_OF_A_PROMPT: Final = 500


class Act(StrEnum):
    """What was done. The values are kept for good: add, never rename."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGN_OUT = "sign_out"
    RUN_START = "run.start"
    RUN_CANCEL = "run.cancel"
    RUN_FORGET = "run.forget"
    RUN_DELETE = "run.delete"
    RUN_RESTORE = "run.restore"
    RUN_SHARE = "run.share"
    RUN_PURGE = "run.purge"
    RUN_EXPIRE = "run.expire"
    RUN_FORGET_AT_FAL = "run.forget_at_fal"
    PRESET_SAVE = "preset.save"
    PRESET_SHARE = "preset.share"
    PRESET_DELETE = "preset.delete"
    PRESET_LOCK = "preset.lock"
    PRESET_RESTORE = "preset.restore"
    PRESET_IMPORT = "preset.import"
    SNIPPET_SAVE = "snippet.save"
    SNIPPET_SHARE = "snippet.share"
    SNIPPET_LOCK = "snippet.lock"
    SNIPPET_DELETE = "snippet.delete"
    SNIPPET_RESTORE = "snippet.restore"
    LIST_SAVE = "list.save"
    LIST_DELETE = "list.delete"
    LIST_RESTORE = "list.restore"
    TOKEN_MAKE = "token.make"  # noqa: S105 - no token
    TOKEN_REVOKE = "token.revoke"  # noqa: S105 - no token
    PERSON_INVITE = "person.invite"
    PERSON_JOIN = "person.join"
    PERSON_CHANGE = "person.change"
    PERSON_RESET = "person.reset"
    PERSON_HAND_OVER = "person.hand_over"
    PASSWORD_CHANGE = "password.change"  # noqa: S105 - no password
    SESSIONS_END = "sessions.end"
    BUDGET_SET = "budget.set"
    BUDGET_REMOVE = "budget.remove"
    INTAKE_SET = "intake.set"
    RULE_SET = "rule.set"


#: a short fact about an act; never a prompt unless the owner wants that, never a secret
Fact = str | int | bool | None


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One act."""

    at: datetime
    #: None: nobody was signed in
    actor_id: str | None
    act: Act
    #: the id of what it was done to: a run, a preset, a person, an endpoint
    target: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    #: its place in the log; 0 until it is written
    id: int = 0


def facts_of_start(run: Run, *, prompts: bool) -> dict[str, Fact]:
    """What the log says about the start of a run; its prompt only where the owner wants that."""
    facts: dict[str, Fact] = {
        "endpoint": run.endpoint_id,
        "estimate_usd": plain(run.estimate),
        "practice": run.practice,
    }
    if run.again_of is not None:
        facts["again_of"] = run.again_of
    prompt = run.input.get("prompt")
    if prompts and isinstance(prompt, str):
        facts["prompt"] = prompt[:MOST_OF_A_PROMPT]
    return facts


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Which entries to list, newest first."""

    actor_id: str | None = None
    act: Act | None = None
    target: str | None = None
    #: entries from this moment on, and before that one
    since: datetime | None = None
    until: datetime | None = None
    #: entries with a smaller id: the rest of an earlier page
    before: int | None = None
    limit: int = 100


class AuditStore(Protocol):
    """Where entries are kept."""

    async def add(self, entry: AuditEntry) -> None:
        """Write one down; it is durable when the call returns."""

    async def page(self, which: AuditFilter) -> tuple[AuditEntry, ...]:
        """Entries, newest first."""
