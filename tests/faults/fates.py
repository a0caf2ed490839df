"""What a call to fal may meet instead of the true answer, stage by stage."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from backend.fal.practice_desk import LOCKED
from backend.fal.practice_script import (
    Action,
    Answer,
    Drip,
    Drop,
    Garbage,
    Hang,
    Oversized,
    Stage,
    Truncate,
    WrongType,
)

NGINX = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

#: nothing was accepted, and fal says so: the same POST may be sent again
BUSY = Answer(429, {"detail": "Too many requests"})
LOCKED_OUT = Answer(403, {"detail": LOCKED})
#: a clear no, which fal means
NOES = (
    Answer(400, {"detail": "odd"}),
    Answer(401, {"detail": "No user found for Key ID and Secret."}),
    Answer(403, {"detail": "This key may not do that."}),
    Answer(404, {"detail": "Application not found"}),
    Answer(422, {"detail": [{"loc": ["body", "seed"], "msg": "m", "type": "less_than"}]}),
)
#: said of a request that is there: fal, or a proxy of its, is wrong once until it says the truth
UNTRUE = (
    Answer(404, {"detail": "Request not found"}),
    Answer(500, {"detail": "The runner broke.", "error_type": "runner_server_error"}),
    Answer(504, {"detail": "Too late.", "error_type": "generation_timeout"}),
)
NO_SUCH_PICTURE = Answer(404, "not here yet")

_TROUBLE: tuple[Action, ...] = (
    Answer(408, {"detail": "timeout"}),
    Answer(409, {"detail": "conflict"}),
    Answer(500, {"detail": "oops"}),
    Answer(500, ""),
    Answer(502, NGINX, {"content-type": "text/html"}),
    Answer(503, NGINX),
    Answer(504, NGINX),
    Answer(302, "", {"location": "/elsewhere"}),
)
_NONSENSE: tuple[Action, ...] = (
    Garbage(),
    WrongType(),
    Answer(200, []),
    Answer(200, {"status": 5, "request_id": 7, "images": "none", "logs": {"a": 1}}),
    Answer(200, None),
)
_SILENCE: tuple[Action, ...] = (Drop(), Drop(reset=True), Hang(), Hang(seconds=0.2))
_HALVES: tuple[Action, ...] = (Truncate(), Truncate(announced=False), Drip(0.2), Drip(2.0))
_REFUSED_ASKING: tuple[Action, ...] = (
    Answer(401, {"detail": "no"}),
    Answer(403, {"detail": LOCKED}),
    Answer(429, {"detail": "Too many requests"}),
)

Draw = Callable[[random.Random], Action]


def fate(stage: Stage, chance: random.Random) -> Action:
    """One of those that this stage may meet."""
    return _DRAWS[stage](chance)


def _submit(chance: random.Random) -> Action:
    kind = chance.random()
    if kind < 0.15:
        return chance.choice((BUSY, BUSY, LOCKED_OUT))
    if kind < 0.2:
        return chance.choice(NOES)
    if kind < 0.3:
        return chance.choice(_HALVES)
    lost = chance.choice((*_TROUBLE, *_NONSENSE, *_SILENCE))
    if chance.random() < 0.4:
        return lost
    accepted: Action = replace(lost, after_accepting=True)
    if isinstance(accepted, Answer) and chance.random() < 0.4:
        accepted = replace(accepted, with_request_id=True)
    return accepted


def _stream(chance: random.Random) -> Action:
    if chance.random() < 0.4:
        return chance.choice((*_TROUBLE, *_NONSENSE[1:], *_REFUSED_ASKING, *UNTRUE))
    broken = chance.choice((Drop(), Drop(reset=True), Hang(seconds=1.0), Garbage()))
    return replace(broken, after_events=chance.randrange(3))


def _asking(*more: Action) -> Draw:
    return lambda chance: chance.choice(
        (*_TROUBLE, *_NONSENSE, *_SILENCE, *_HALVES, *_REFUSED_ASKING, *more)
    )


def _picture(chance: random.Random) -> Action:
    if chance.random() < 0.005:
        return Oversized(content_type="image/jpeg")
    return chance.choice(
        (
            *_TROUBLE,
            *_SILENCE,
            *_HALVES,
            Garbage(),
            WrongType(),
            NO_SUCH_PICTURE,
            Answer(403, "no"),
            Answer(200, b"", {"content-type": "image/jpeg"}),
            Answer(302, "", {"location": "http://169.254.169.254/latest"}),
        )
    )


_DRAWS: Mapping[Stage, Draw] = {
    "submit": _submit,
    "stream": _stream,
    "status": _asking(UNTRUE[0]),
    "result": _asking(*UNTRUE, *UNTRUE),
    "picture": _picture,
    "token": _asking(),
    "upload": _asking(),
    "cancel": _asking(Answer(404, {"status": "NOT_FOUND"})),
    "requests": _asking(Answer(200, {"items": [{"request_id": 5}], "has_more": True})),
    "pricing": _asking(),
}
