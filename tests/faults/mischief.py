"""A fal that misbehaves by a plan, and keeps the truth: what it took, made and said."""

import io
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from backend.fal.practice_script import Action, Ends, Script, Stage
from tests.faults.fates import BUSY, LOCKED_OUT, NO_SUCH_PICTURE, UNTRUE, fate
from tests.faults.plan import FAILURES, EpisodePlan, Wish

NAME = re.compile(r"wish (\w+) ends")
PICTURE = (24, 16)
#: calls that follow an accepted request: it must be in the database by then
FOLLOWING = frozenset({"stream", "status", "result", "cancel"})


@dataclass
class Post:
    """One paid POST that arrived, and what it met."""

    name: str
    fate: Action | None = None
    request_id: str | None = None

    @property
    def surely_refused(self) -> bool:
        """fal said that it took nothing, and that the same may be sent again."""
        return self.fate in (BUSY, LOCKED_OUT)


@dataclass
class Watcher:
    """Who is asked, at the moment a call arrives, what the database says."""

    #: how often runs of this wish have been written down as submitting
    marks: Callable[[str], int]
    knows: Callable[[str], bool]
    violations: list[str] = field(default_factory=list)


class Mischief(Script):
    """Practice mode's script, which draws what each call meets.

    The draw depends on the seed, the stage, the wish and how many such calls there were: not on
    what other runs do meanwhile.
    """

    def __init__(self, plan: EpisodePlan, watcher: Watcher) -> None:
        super().__init__()
        self._plan = plan
        self._watcher = watcher
        self._wishes = {wish.name: wish for wish in plan.wishes}
        self._seen: Counter[tuple[str, str]] = Counter()
        self._told_lost: set[str] = set()
        #: about what fal has said something untrue, and not the truth since
        self._doubted: set[tuple[str, str]] = set()
        self.ignores_cancel = plan.ignores_cancel
        #: nothing goes wrong any more
        self.calm = False
        self.posts: list[Post] = []
        #: the wish of each accepted request
        self.names: dict[str, str] = {}
        self.injected: Counter[str] = Counter()
        #: what each wish has met, for who reads a violation
        self.met: defaultdict[str, list[str]] = defaultdict(list)

    def saw_submit(self, endpoint_id: str, given: Any, headers: Mapping[str, str]) -> int:
        """A POST has arrived: that it is sent must have been committed before.

        Its run may be uncertain by now: a POST that nobody waits for any more arrives, too.
        """
        found = NAME.search(str(given.get("prompt")) if isinstance(given, dict) else "")
        name = found.group(1) if found else "?"
        self.posts.append(Post(name))
        sent, marks = sum(post.name == name for post in self.posts), self._watcher.marks(name)
        if sent > marks:
            told = f"{name}: POST {sent} arrived, and only {marks} were written down before"
            self._watcher.violations.append(told)
        return super().saw_submit(endpoint_id, given, headers)

    def took(self, number: int, request_id: str) -> None:
        """That POST was accepted."""
        post = self.posts[number]
        post.request_id = request_id
        self.names[request_id] = post.name
        super().took(number, request_id)
        wish = self._wishes.get(post.name)
        end = wish and _end_of(wish, request_id)
        if end is not None:
            self._ends[request_id] = end

    def take(self, stage: Stage, about: str = "") -> Action | None:
        """What this call meets."""
        super().take(stage, about)
        if stage in FOLLOWING and not self._watcher.knows(about):
            told = (
                f"{self.names.get(about)}: fal was asked ({stage}) about {about}, which no run has"
            )
            self._watcher.violations.append(told)
        name = self._name_of(stage, about)
        action = self._gone_for_good(name, stage, about) or self._drawn(stage, name, about)
        if stage == "submit":
            self.posts[int(about)].fate = action
        # a lost picture is asked for again and again, but lost only once
        if action is not None and not (action is NO_SUCH_PICTURE and about in self._told_lost):
            self._told_lost |= {about} if action is NO_SUCH_PICTURE else set()
            self.injected[f"{stage}: {_kind(action)}"] += 1
            self.met[name].append(f"{stage} {action!r:.90}")
        return action

    def _name_of(self, stage: Stage, about: str) -> str:
        if stage == "submit":
            return self.posts[int(about)].name
        request_id = about.partition(".")[0][:36] if stage == "picture" else about
        return self.names.get(request_id, "")

    def _gone_for_good(self, name: str, stage: Stage, about: str) -> Action | None:
        """fal has lost this picture for good."""
        wish = self._wishes.get(name)
        if stage != "picture" or wish is None or wish.loses is None:
            return None
        return NO_SUCH_PICTURE if about[36:].startswith(f"-{wish.loses}.") else None

    def _drawn(self, stage: Stage, name: str, about: str) -> Action | None:
        self._seen[stage, name] += 1
        count = self._seen[stage, name]
        chance = random.Random(f"{self._plan.seed}/{stage}/{name}/{count}")
        action = fate(stage, chance)
        key = (stage, about)  # a wish that was pressed again has two requests
        honest = self.calm or chance.random() > self._plan.chances[stage]
        if honest or (action in UNTRUE and key in self._doubted):
            self._doubted.discard(key)
            return None
        if action in UNTRUE:
            self._doubted.add(key)
        return action


def _end_of(wish: Wish, request_id: str) -> Ends | None:
    if wish.failure is not None:
        status = FAILURES[wish.failure]
        body = {"detail": [{"loc": ["body", "prompt"], "msg": "m", "type": wish.failure}]}
        return Ends(
            error="It broke.",
            error_type=wish.failure,
            status=status,
            body=body if status == 422 else None,
        )
    if not wish.pictures:
        return None
    return Ends(pictures=tuple(picture(f"{request_id}-{one}") for one in range(wish.pictures)))


def picture(name: str) -> bytes:
    """A small picture that no other name has."""
    chance = random.Random(name)
    drawn = Image.new("RGB", PICTURE, tuple(chance.randbytes(3)))
    drawn.paste(tuple(chance.randbytes(3)), (0, 0, 8, 8))
    out = io.BytesIO()
    drawn.save(out, "JPEG", comment=name)
    return out.getvalue()


def _kind(action: Action) -> str:
    name = type(action).__name__.lower()
    return f"{name} {action.status}" if hasattr(action, "status") else name
