"""A script's instructions over HTTP, for tests of the app as a process of its own.

POST /_script/{verb} with a JSON object; GET /_script/seen for what arrived. An action is
`{"kind": "drop", ...}` with the fields of its class, an end the fields of Ends, its pictures as
base64.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.fal.practice_queue import Pace
from backend.fal.practice_script import (
    STAGES,
    Action,
    Answer,
    Drip,
    Drop,
    Ends,
    Garbage,
    Hang,
    Oversized,
    Script,
    Stage,
    Truncate,
    WrongType,
)

_KINDS: Mapping[str, Callable[..., Action]] = {
    "answer": Answer,
    "drop": Drop,
    "hang": Hang,
    "garbage": Garbage,
    "truncate": Truncate,
    "drip": Drip,
    "wrong_type": WrongType,
    "oversized": Oversized,
}

Told = Mapping[str, Any]


def action_of(told: Told) -> Action:
    """The action that a JSON object names. Raises KeyError or TypeError."""
    fields = {name: value for name, value in told.items() if name != "kind"}
    return _KINDS[told["kind"]](**fields)


def ends_of(told: Told) -> Ends:
    """The end that a JSON object describes. Raises TypeError or ValueError."""
    pictures = tuple(base64.b64decode(one, validate=True) for one in told.get("pictures", ()))
    return Ends(**{**told, "pictures": pictures})


class ScriptRoutes:
    """The routes below /_script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._verbs: Mapping[str, Callable[[Told], None]] = {
            "push": self._push,
            "always": self._always,
            "hold": lambda told: script.hold(told["state"], told.get("request_id")),
            "release": lambda told: script.release(told.get("request_id")),
            "let_go": lambda told: script.let_go(),
            "lose": lambda told: script.lose(told["request_id"]),
            "ends": lambda told: script.ends(ends_of(told)),
            "lock": self._lock,
            "ignore_cancel": self._ignore_cancel,
            "pace": self._pace,
            "reset": lambda told: script.reset(),
        }

    def routes(self) -> list[Route]:
        """For tests; no key is asked for."""
        return [
            Route("/_script/seen", self.seen, methods=["GET"]),
            Route("/_script/{verb}", self.tell, methods=["POST"]),
        ]

    async def tell(self, request: Request) -> Response:
        """Obey one instruction: 200, or 400 with what is wrong about it."""
        verb = self._verbs.get(request.path_params["verb"])
        if verb is None:
            return JSONResponse({"verbs": sorted(self._verbs)}, 404)
        try:
            verb(json.loads(await request.body() or b"{}"))
        except (KeyError, TypeError, ValueError) as wrong:
            return JSONResponse({"wrong": f"{type(wrong).__name__}: {wrong}"}, 400)
        return JSONResponse({})

    async def seen(self, request: Request) -> Response:
        """Everything that was recorded."""
        script = self._script
        return JSONResponse(
            {
                "submits": [
                    {
                        "endpoint_id": one.endpoint_id,
                        "input": one.input,
                        "headers": dict(one.headers),
                        "accepted_request_id": one.accepted_request_id,
                    }
                    for one in script.submits
                ],
                "calls": dict(script.calls),
                "keys": {path: sorted(keys) for path, keys in script.keys.items()},
            }
        )

    def _push(self, told: Told) -> None:
        action = action_of(told["action"])
        self._script.push(_stage(told), *[action] * int(told.get("times", 1)))

    def _always(self, told: Told) -> None:
        action = told.get("action")
        self._script.always(_stage(told), None if action is None else action_of(action))

    def _lock(self, told: Told) -> None:
        self._script.locked = bool(told.get("locked", True))

    def _ignore_cancel(self, told: Told) -> None:
        self._script.ignores_cancel = bool(told.get("ignores", True))

    def _pace(self, told: Told) -> None:
        self._script.pace = Pace(**told) if told else None


def _stage(told: Told) -> Stage:
    for stage in STAGES:
        if stage == told["stage"]:
            return stage
    raise ValueError(f"no such stage; there are {', '.join(STAGES)}")
