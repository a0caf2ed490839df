"""The queue calls of practice mode: submit, status, stream, result, cancel."""

import asyncio
import base64
import contextlib
import json
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from backend.domain.endpoint import Endpoint
from backend.fal import practice_checks, practice_inputs
from backend.fal.practice_desk import LOCKED, Desk, TooLarge, base_url, body_of, says
from backend.fal.practice_faults import REQUEST_ID, perform, sever
from backend.fal.practice_inputs import InputProblem
from backend.fal.practice_outcome import prepared_answer, prepared_failure
from backend.fal.practice_queue import (
    Accepted,
    Failure,
    Moment,
    inference_time,
    moment,
    status_body,
)
from backend.fal.practice_script import Action, Drop, Garbage, Hang, Stage
from backend.fal.practice_sizes import billed_units
from backend.fal.practice_studio import Made, Studio, with_defaults

#: room for two pictures as data: URLs
UNITS = "X-Fal-Billable-Units"
_LARGEST_INPUT = 160 * 1024 * 1024
_SEEDS = 2**32

Handler = Callable[[Request], Awaitable[Response]]


class Requests:
    """Accepts requests and answers for them."""

    def __init__(self, desk: Desk, studio: Studio) -> None:
        self._desk = desk
        self._studio = studio
        self._painting: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """The submit route takes any path, so these come last."""
        at = "/{owner}/{app}/requests/{request_id}"
        return [
            Route(f"{at}/status/stream", self._guarded(self.stream), methods=["GET"]),
            Route(f"{at}/status", self._guarded(self.status), methods=["GET"]),
            Route(f"{at}/cancel", self._guarded(self.cancel), methods=["PUT"]),
            Route(at, self._guarded(self.result), methods=["GET"]),
            Route("/{endpoint_id:path}", self._guarded(self.submit), methods=["POST"]),
        ]

    async def close(self) -> None:
        """Stop painting ahead."""
        for task in self._painting:
            task.cancel()
        await asyncio.gather(*self._painting, return_exceptions=True)
        await self._studio.close()

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            problem = self._desk.key_problem(request)
            return await handler(request) if problem is None else says(401, problem)

        return guarded

    # ── submit ───────────────────────────────────────────────────────────────────────────────

    async def submit(self, request: Request) -> Response:
        """Take a request. The script may say no, or lose the answer before or after."""
        script = self._desk.script
        endpoint_id = request.path_params["endpoint_id"]
        try:
            given = _read(await body_of(request, _LARGEST_INPUT))
        except TooLarge:
            return says(413, "Request body is too large.")
        except ValueError:
            return says(422, [practice_checks.problem([], "json_invalid", "Not JSON", given=None)])
        number = script.saw_submit(endpoint_id, given, dict(request.headers))

        async def normal() -> Response:
            return await self._accept(request, endpoint_id, given, number)

        return await perform(script.take("submit", str(number)), request, script, normal)

    async def _accept(
        self, request: Request, endpoint_id: str, given: Any, number: int
    ) -> Response:
        desk = self._desk
        if desk.script.locked:
            return says(403, LOCKED)
        endpoint = desk.endpoints.get(endpoint_id)
        if endpoint is None:
            return says(404, f"Application '{endpoint_id}' not found")
        if not isinstance(given, dict):
            msg = "Input should be a valid object"
            return says(422, [practice_checks.problem([], "dict_type", msg, given=None)])
        problems = practice_checks.problems(endpoint, given)
        if problems:
            return says(422, problems)
        accepted = await self._record(endpoint, practice_checks.known(endpoint, given), number)
        urls = _urls(request, accepted)
        self._paint_ahead(endpoint, accepted)
        body = {
            "status": "IN_QUEUE",
            "request_id": accepted.request_id,
            **urls,
            "queue_position": self._moment(accepted).position or 0,
        }
        return JSONResponse(body, headers={REQUEST_ID: accepted.request_id})

    async def _record(self, endpoint: Endpoint, given: dict[str, Any], number: int) -> Accepted:
        desk = self._desk
        pace = desk.script.pace or desk.pace
        request_id = str(uuid.uuid4())
        desk.script.took(number, request_id)
        found = await asyncio.to_thread(practice_inputs.problems, endpoint, given, desk.store)
        end = desk.script.end_of(request_id)
        seed = given.get("seed")
        accepted = Accepted(
            request_id=request_id,
            endpoint_id=endpoint.endpoint_id,
            input=given,
            seed=int(seed) if seed is not None else secrets.randbelow(_SEEDS),
            accepted_at=desk.now(),
            queue_seconds=pace.queue,
            run_seconds=pace.run,
            failure=refused(found) if found else None if end is None else prepared_failure(end),
        )
        desk.store.put_request(accepted)
        return accepted

    def _paint_ahead(self, endpoint: Endpoint, accepted: Accepted) -> None:
        """Paint while the request runs, so that its result is there when it completes."""
        if accepted.failure is not None or self._desk.script.end_of(accepted.request_id):
            return

        async def ahead() -> None:
            await asyncio.sleep(accepted.queue_seconds)
            current = self._desk.store.request(accepted.request_id)
            if current is not None and current.cancelled_at is None:
                # A picture of the input that has gone since is told with the result.
                await asyncio.gather(
                    self._studio.pictures(endpoint, accepted), return_exceptions=True
                )

        task = asyncio.create_task(ahead(), name=f"practice painting {accepted.request_id}")
        self._painting.add(task)
        task.add_done_callback(self._painting.discard)

    # ── status ───────────────────────────────────────────────────────────────────────────────

    async def status(self, request: Request) -> Response:
        """The status now: 202 until it is completed, then 200."""

        async def normal() -> Response:
            accepted = self._asked(request)
            if accepted is None:
                return _unknown()
            now = self._moment(accepted)
            body = self._body(request, accepted, now)
            code = 200 if now.state == "COMPLETED" else 202
            return JSONResponse(body, code, {REQUEST_ID: accepted.request_id})

        return await self._played("status", request, normal)

    async def stream(self, request: Request) -> Response:
        """Every status as an event, until it is completed."""
        action = self._desk.script.take("stream", request.path_params["request_id"])
        plain = not isinstance(action, Drop | Hang | Garbage)

        async def normal() -> Response:
            accepted = self._asked(request)
            if accepted is None:
                return _unknown()
            events = self._events(request, accepted, None if plain else action)
            headers = {"cache-control": "no-cache", REQUEST_ID: accepted.request_id}
            return StreamingResponse(events, media_type="text/event-stream", headers=headers)

        return await perform(action if plain else None, request, self._desk.script, normal)

    async def _events(
        self, request: Request, accepted: Accepted, action: Action | None
    ) -> AsyncIterator[str]:
        """Statuses as they change; a comment where nothing changes for long."""
        script, pace = self._desk.script, self._desk.script.pace or self._desk.pace
        last: dict[str, Any] | None = None
        sent = 0
        while True:
            if action is not None and sent >= getattr(action, "after_events", 0):
                yield await self._misbehave(request, action)
                action = None
                continue
            current = self._asked(request)
            if current is None:
                return
            now = self._moment(current)
            body = self._body(request, current, now)
            if body != last:
                last = body
                sent += 1
                yield f"data: {json.dumps(body)}\n\n"
                continue
            if now.state == "COMPLETED":
                return
            changed = await script.changes.wait(min(now.next_change or 3600.0, pace.heartbeat))
            if not changed and (now.next_change is None or now.next_change > pace.heartbeat):
                yield ": still here\n\n"

    async def _misbehave(self, request: Request, action: Action) -> str:
        if isinstance(action, Garbage):
            return f"data: {action.text}\n\n"
        if isinstance(action, Hang):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._desk.script.hang.wait(), action.seconds)
            return ""
        sever(request, reset=isinstance(action, Drop) and action.reset)
        await asyncio.Event().wait()  # until this task is told that its client has gone
        return ""

    def _body(self, request: Request, accepted: Accepted, now: Moment) -> dict[str, Any]:
        with_logs = request.query_params.get("logs", "") in {"1", "true"}
        return status_body(accepted, now, _urls(request, accepted), with_logs=with_logs)

    def _moment(self, accepted: Accepted) -> Moment:
        held = self._desk.script.held(accepted.request_id)
        return moment(accepted, self._desk.now(), held)

    def _asked(self, request: Request) -> Accepted | None:
        """The request that the path names, unless it is gone or lost."""
        path = request.path_params
        accepted = self._desk.store.request(path["request_id"])
        if accepted is None or accepted.app != f"{path['owner']}/{path['app']}":
            return None
        return None if self._desk.script.is_lost(accepted.request_id) else accepted

    async def _played(
        self, stage: Stage, request: Request, normal: Callable[[], Awaitable[Response]]
    ) -> Response:
        script = self._desk.script
        action = script.take(stage, request.path_params["request_id"])
        return await perform(action, request, script, normal)

    # ── cancel ───────────────────────────────────────────────────────────────────────────────

    async def cancel(self, request: Request) -> Response:
        """Ask for the end of a request: 202 where it is not over yet, 400 where it is."""

        async def normal() -> Response:
            accepted = self._asked(request)
            if accepted is None:
                return JSONResponse({"status": "NOT_FOUND"}, 404)
            now = self._moment(accepted)
            if now.state == "COMPLETED":
                return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
            if now.state == "IN_QUEUE" or not self._desk.script.ignores_cancel:
                self._desk.store.put_request(
                    Accepted.from_json({**accepted.to_json(), "cancelled_at": self._desk.now()})
                )
                self._desk.script.changes.tell()
            return JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)

        return await self._played("cancel", request, normal)

    # ── result ───────────────────────────────────────────────────────────────────────────────

    async def result(self, request: Request) -> Response:
        """What the model made, or the model's own error."""

        async def normal() -> Response:
            accepted = self._asked(request)
            if accepted is None:
                return _unknown()
            now = self._moment(accepted)
            if now.state != "COMPLETED":
                return says(400, "Request is still in progress")
            answer = await self._ended(request, accepted, now)
            answer.headers[REQUEST_ID] = accepted.request_id
            # a test may let fal answer with what is no number
            with contextlib.suppress(InvalidOperation):
                self._desk.billed[accepted.request_id] = Decimal(answer.headers.get(UNITS, ""))
            return answer

        return await self._played("result", request, normal)

    async def _ended(self, request: Request, accepted: Accepted, now: Moment) -> Response:
        if now.failure is not None:
            return _failed(now.failure)
        endpoint = self._desk.endpoints.get(accepted.endpoint_id)
        if endpoint is None:
            return says(404, f"Application '{accepted.endpoint_id}' not found")
        end = self._desk.script.end_of(accepted.request_id)
        if end is not None:
            return prepared_answer(end, endpoint, accepted, self._desk.store, base_url(request))
        try:
            made = await self._studio.pictures(endpoint, accepted)
        except InputProblem as gone:
            return _failed(refused([gone.found]))
        return await self._pictures(request, endpoint, accepted, made)

    async def _pictures(
        self, request: Request, endpoint: Endpoint, accepted: Accepted, made: list[Made]
    ) -> Response:
        given = with_defaults(endpoint, accepted.input)
        inline = given.get("sync_mode") is True
        images = []
        for one in made:
            url = f"{base_url(request)}/files/{one.name}"
            if inline:
                url = await asyncio.to_thread(self._inline, one)
            size = {"width": one.width, "height": one.height}
            images.append({"url": url, **size, "content_type": one.content_type})
        body = {
            "images": images,
            "timings": {"inference": inference_time(accepted)},
            "seed": accepted.seed,
            "has_nsfw_concepts": [one.flagged for one in made],
            "prompt": used_prompt(given),
        }
        units = billed_units(endpoint, [(one.width, one.height) for one in made])
        return JSONResponse(body, headers={UNITS: str(units)})

    def _inline(self, one: Made) -> str:
        data = self._desk.store.file(one.name) or b""
        return f"data:{one.content_type};base64,{base64.b64encode(data).decode()}"


def _read(body: bytes) -> Any:
    """The JSON of a body. ValueError where it is none, or could not be sent back."""
    given = json.loads(body)
    # NaN and halves of surrogate pairs get through json.loads, but never through an answer.
    json.dumps(given, allow_nan=False, ensure_ascii=False).encode()
    return given


def used_prompt(given: Mapping[str, Any]) -> str:
    """The prompt that was drawn; with `enhance_prompt` a rewritten one, as the service may do."""
    prompt = str(given.get("prompt", ""))
    if given.get("enhance_prompt") is True:
        return f"{prompt}, misty hills in layers, soft light, practice mode".removeprefix(", ")
    return prompt


def refused(problems: list[practice_checks.Problem]) -> Failure:
    """The end of a request whose input the model could not use."""
    return Failure(
        error=problems[0]["msg"],
        error_type=problems[0]["type"],
        status=422,
        body={"detail": problems},
    )


def _failed(failure: Failure) -> Response:
    return JSONResponse(failure.body, failure.status, dict(failure.headers))


def _unknown() -> Response:
    return says(404, "Request not found")


def _urls(request: Request, accepted: Accepted) -> dict[str, str]:
    url = f"{base_url(request)}/{accepted.app}/requests/{accepted.request_id}"
    return {"response_url": url, "status_url": f"{url}/status", "cancel_url": f"{url}/cancel"}
