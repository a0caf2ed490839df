"""What a test tells practice mode to do wrong, and what it has seen. Empty in production."""

import asyncio
import contextlib
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, get_args

from backend.fal.practice_queue import Hold, Pace

#: `picture` is any GET of a file, `requests` fal's list of requests, `token` the upload's token
Stage = Literal[
    "submit",
    "stream",
    "status",
    "result",
    "picture",
    "token",
    "upload",
    "cancel",
    "requests",
    "pricing",
    "payloads",
    "billing",
    "balance",
]
STAGES: tuple[Stage, ...] = get_args(Stage)


# ── what can happen instead of the true answer ───────────────────────────────────────────────
#
# `after_accepting`: do what was asked first (accept the request, keep the file, cancel), and only
# then misbehave. `after_events`: on a status stream, let that many events through first.


@dataclass(frozen=True)
class Answer:
    """Another answer. A dict or list is sent as JSON, text and bytes as they are."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    after_accepting: bool = False
    #: name the accepted request in the header x-fal-request-id
    with_request_id: bool = False


@dataclass(frozen=True)
class Drop:
    """Close the connection without an answer; with `reset` by a TCP reset."""

    after_accepting: bool = False
    reset: bool = False
    after_events: int = 0


@dataclass(frozen=True)
class Hang:
    """Say nothing for that many seconds, or until `let_go`; then the true answer."""

    seconds: float | None = None
    after_accepting: bool = False
    after_events: int = 0


@dataclass(frozen=True)
class Garbage:
    """A 200 that calls itself JSON and is not; on a stream one such event."""

    text: str = "<<< not json >>>"
    after_accepting: bool = False
    after_events: int = 0


@dataclass(frozen=True)
class Truncate:
    """Half of the true answer, with the length of the whole, then the connection closes.

    Without `announced` it has the length of the half, as from a cache that kept a part.
    """

    after_accepting: bool = True
    announced: bool = True


@dataclass(frozen=True)
class Drip:
    """The true answer, piece by piece over that many seconds."""

    seconds: float = 0.2
    after_accepting: bool = True


@dataclass(frozen=True)
class WrongType:
    """A web page where something else was asked for."""

    after_accepting: bool = False


@dataclass(frozen=True)
class Oversized:
    """A body of that many bytes."""

    size: int = 51 * 1024 * 1024
    content_type: str = "image/jpeg"
    after_accepting: bool = False


Action = Answer | Drop | Hang | Garbage | Truncate | Drip | WrongType | Oversized


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How the next accepted request ends: with an error, or with pictures of the test's own."""

    error: str | None = None
    error_type: str | None = None
    #: of the result, where there is an error
    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[bytes, ...] = ()
    content_type: str = "image/jpeg"
    flagged: bool = False


@dataclass(frozen=True, kw_only=True)
class SubmitSeen:
    """One POST of a request that arrived, whatever became of it."""

    endpoint_id: str
    input: Mapping[str, Any]
    headers: Mapping[str, str]
    accepted_request_id: str | None


class Changes:
    """Wakes everything that waits for a change nobody can foresee."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        """Something has changed."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float | None) -> bool:
        """Until the next change: True; False after so many seconds without one."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._event.wait(), seconds)
        return False


class Script:
    """A test's instructions, and the record of what arrived. For one event loop."""

    def __init__(self, *, recording: bool = True) -> None:
        self._recording = recording
        self.changes = Changes()
        self._hangs = asyncio.Event()
        self._forget()

    def reset(self) -> None:
        """Forget all instructions and records; let everything go that was held."""
        self._forget()
        self.let_go()
        self.changes.tell()

    def _forget(self) -> None:
        #: of requests that are accepted from now on
        self.pace: Pace | None = None
        #: the account is locked: submits and uploads are refused with 403
        self.locked = False
        #: running requests go on after a cancel, as partner models may
        self.ignores_cancel = False
        self.submits: list[SubmitSeen] = []
        self.calls: Counter[str] = Counter()
        #: Authorization headers by path, "" for none
        self.keys: defaultdict[str, set[str]] = defaultdict(set)
        self._once: defaultdict[str, deque[Action]] = defaultdict(deque)
        self._always: dict[str, Action] = {}
        self._holds: dict[str | None, Hold] = {}
        self._lost: set[str] = set()
        #: US dollars of the bill that is not what the units say, by request id; None: no event
        self.bills: dict[str, Decimal | None] = {}
        self._next_ends: deque[Ends] = deque()
        self._ends: dict[str, Ends] = {}

    # ── instructions ─────────────────────────────────────────────────────────────────────────

    def push(self, stage: Stage, *actions: Action) -> None:
        """The next calls of this stage meet these, one each."""
        self._once[stage].extend(actions)

    def always(self, stage: Stage, action: Action | None) -> None:
        """Every call of this stage meets this one, until None."""
        if action is None:
            self._always.pop(stage, None)
        else:
            self._always[stage] = action

    def hold(self, state: Hold, request_id: str | None = None) -> None:
        """Let a request (None: any) not get beyond that state."""
        self._holds[request_id] = state
        self.changes.tell()

    def release(self, request_id: str | None = None) -> None:
        """End a hold; from then on the request is where its age puts it."""
        self._holds.pop(request_id, None)
        self.changes.tell()

    def let_go(self) -> None:
        """End every hang that is under way."""
        self._hangs.set()
        self._hangs = asyncio.Event()

    def lose(self, request_id: str) -> None:
        """fal no longer knows this request."""
        self._lost.add(request_id)
        self.changes.tell()

    def ends(self, *ends: Ends) -> None:
        """How the next accepted requests end, one each."""
        self._next_ends.extend(ends)

    async def until_called(self, stage: Stage, times: int = 1) -> None:
        """Until that many calls of this stage have arrived."""
        while self.calls[stage] < times:
            await self.changes.wait(None)

    # ── what practice mode asks and notes ────────────────────────────────────────────────────

    @property
    def hang(self) -> asyncio.Event:
        """Set by the next `let_go`."""
        return self._hangs

    def take(self, stage: Stage, about: str = "") -> Action | None:
        """What this call meets instead of the true answer.

        `about`: the request's id, the file's name, or with a submit the number of `saw_submit`.
        """
        if self._recording:
            self.calls[stage] += 1
            self.changes.tell()
        waiting = self._once[stage]
        return waiting.popleft() if waiting else self._always.get(stage)

    def saw_key(self, path: str, authorization: str) -> None:
        """A call of that path, with that Authorization header."""
        if self._recording:
            self.keys[path].add(authorization)

    def saw_submit(self, endpoint_id: str, given: Any, headers: Mapping[str, str]) -> int:
        """A POST of a request has arrived; its number, for `took`."""
        if self._recording:
            self.submits.append(
                SubmitSeen(
                    endpoint_id=endpoint_id,
                    input=given,
                    headers=headers,
                    accepted_request_id=None,
                )
            )
        return len(self.submits) - 1

    def took(self, number: int, request_id: str) -> None:
        """That POST was accepted: it takes the next prepared end."""
        if 0 <= number < len(self.submits):
            seen = self.submits[number]
            self.submits[number] = replace(seen, accepted_request_id=request_id)
        if self._next_ends:
            self._ends[request_id] = self._next_ends.popleft()

    def end_of(self, request_id: str) -> Ends | None:
        """The prepared end of a request."""
        return self._ends.get(request_id)

    def held(self, request_id: str) -> Hold | None:
        """Where this request is stopped."""
        return self._holds.get(request_id) or self._holds.get(None)

    def is_lost(self, request_id: str) -> bool:
        """Whether it is to be forgotten."""
        return request_id in self._lost


def accepted_ids(submits: Sequence[SubmitSeen]) -> list[str]:
    """The ids of the requests that were accepted, in order."""
    return [seen.accepted_request_id for seen in submits if seen.accepted_request_id is not None]
