"""What one episode does, drawn from its seed and from nothing else."""

import base64
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any, Literal

from PIL import Image

V11 = "fal-ai/flux-pro/v1.1"
ULTRA = "fal-ai/flux-pro/v1.1-ultra"
REDUX = "fal-ai/flux-pro/v1.1/redux"
FILL = "fal-ai/flux-pro/v1/fill"

#: how a request ends that makes no picture, by its error type: the status of its result
FAILURES: Mapping[str, int] = {
    "generation_timeout": 504,
    "runner_server_error": 500,
    "downstream_service_error": 400,
    "content_policy_violation": 422,
}

LifeEnd = Literal["killed at a step", "killed after a time", "stopped", "settled"]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One press of Run. Its name is in the prompt, and is the press's idempotency key."""

    name: str
    person: str
    endpoint_id: str
    given: dict[str, Any]
    #: seconds of a life before it is pressed
    after_s: float
    #: seconds from the press to its cancel
    cancel_after_s: float | None = None
    #: the person runs it again once it is uncertain
    again: bool = False
    #: the error type that fal ends it with
    failure: str | None = None
    #: pictures that fal gives out; none for an inline result, which is painted
    pictures: int = 0
    #: the index of a picture that fal loses before anybody has it
    loses: int | None = None


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A storage that refuses some of what is asked of it, for a while."""

    chance: float
    for_s: float


@dataclass(frozen=True, kw_only=True)
class Life:
    """One process of the playground, and how it ends."""

    end: LifeEnd
    #: the step at which it kills itself, where that is its end
    step: int = 0
    #: seconds until its end at the latest
    after_s: float = 0.0
    #: calls to fal until fal and the storage behave, where it is the one that settles
    calls: int = 0
    database: Trouble
    files: Trouble


@dataclass(frozen=True, kw_only=True)
class EpisodePlan:
    """Everything that is decided beforehand."""

    seed: str
    wishes: tuple[Wish, ...]
    lives: tuple[Life, ...]
    #: how likely a call meets a fault, by fal's stage
    chances: dict[str, float] = field(default_factory=dict)
    in_flight: int = 16
    queue_s: float = 0.0
    run_s: float = 0.0
    ignores_cancel: bool = False


def plan_of(seed: int, number: int) -> EpisodePlan:
    """The plan of one episode of one seed."""
    name = f"{seed}/{number}"
    chance = random.Random(name)
    wishes = tuple(_wish(chance, f"e{number}w{one}") for one in range(chance.randint(15, 45)))
    heat = chance.choice((0.3, 0.5, 0.7, 0.9))
    return EpisodePlan(
        seed=name,
        wishes=wishes,
        lives=tuple(_lives(chance, len(wishes))),
        chances={stage: heat * chance.choice((0.3, 0.7, 1, 1.2)) for stage in _STAGES},
        in_flight=chance.choice((2, 6, 16)),
        queue_s=chance.choice((0.0, 5.0)),
        run_s=chance.choice((0.0, 0.0, 10.0, 30.0)),
        ignores_cancel=chance.random() < 0.3,
    )


_STAGES = (
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
)


def _wish(chance: random.Random, name: str) -> Wish:
    endpoint_id = chance.choices((V11, ULTRA, REDUX, FILL), (6, 2, 1, 1))[0]
    count = chance.choice((1, 1, 1, 2, 4))
    given: dict[str, Any] = {"prompt": f"wish {name} ends", "num_images": count}
    inline = False
    if endpoint_id == V11:
        given["image_size"] = {"width": 64, "height": 48}
        inline = chance.random() < 0.15
    if endpoint_id in (REDUX, FILL):
        given["image_url"] = _source(name)
    if endpoint_id == FILL:
        given["mask_url"] = _mask()
    if inline:
        given["sync_mode"] = True
    failure = chance.choice(tuple(FAILURES)) if chance.random() < 0.08 else None
    lost = None if inline or failure or chance.random() > 0.04 else chance.randrange(count)
    return Wish(
        name=name,
        person=chance.choice(("alice", "bob")),
        endpoint_id=endpoint_id,
        given=given,
        after_s=chance.uniform(0, 0.6),
        cancel_after_s=chance.uniform(0, 0.5) if chance.random() < 0.12 else None,
        again=chance.random() < 0.3,
        failure=failure,
        pictures=0 if inline else count,
        loses=lost,
    )


def _lives(chance: random.Random, wishes: int) -> list[Life]:
    ends: list[LifeEnd] = ["killed at a step", "killed after a time", "stopped"]
    count = chance.choice((0, 1, 2, 4, 8))
    drawn = chance.choices(ends, (5, 3, 1), k=count)
    return [_life(chance, end, wishes) for end in (*drawn, "settled")]


def _life(chance: random.Random, end: LifeEnd, wishes: int) -> Life:
    return Life(
        end=end,
        # early steps are those of the start and of the presses
        step=int(chance.uniform(1, 1 + wishes * 12 * chance.random())),
        after_s=chance.uniform(0.2, 2.0),
        calls=wishes * chance.choice((6, 15, 30)),
        database=_trouble(chance),
        files=_trouble(chance),
    )


def _trouble(chance: random.Random) -> Trouble:
    if chance.random() < 0.5:
        return Trouble(chance=0, for_s=0)
    return Trouble(chance=chance.choice((0.02, 0.1, 0.4)), for_s=chance.uniform(0, 4))


def _source(name: str) -> str:
    """A picture of this wish's own: the same one is uploaded to fal only once."""
    colour = random.Random(name).randbytes(3)
    return _as_url(Image.new("RGB", (32, 24), tuple(colour)))


def _mask() -> str:
    drawn = Image.new("L", (32, 24))
    drawn.paste(255, (0, 0, 16, 24))
    return _as_url(drawn)


def _as_url(picture: Image.Image) -> str:
    out = BytesIO()
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def as_json(told: Wish | Life) -> dict[str, Any]:
    """For the process that lives it."""
    return asdict(told)


def life_of(told: Mapping[str, Any]) -> Life:
    """From `as_json`."""
    troubles = {name: Trouble(**told[name]) for name in ("database", "files")}
    return Life(**{**told, **troubles})


def wish_of(told: Mapping[str, Any]) -> Wish:
    """From `as_json`."""
    return Wish(**told)
