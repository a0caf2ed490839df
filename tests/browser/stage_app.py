"""A small scripted server for the stage: a test writes its events, answers and faults."""

import asyncio
import io
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.browser.listening import listening
from tests.browser.texts_in_page import texts_tag

Json = dict[str, Any]

STATIC = Path(__file__).parents[2] / "components" / "static"
ULTRA = "fal-ai/flux-pro/v1.1-ultra"
PROMPT = (
    "A lighthouse on a basalt cliff in thin morning fog, long exposure sea, muted colours, 35 mm"
)
UNFINISHED = {"created", "submitting", "queued", "running", "saving"}

ENDPOINTS = [
    {
        "endpoint_id": ULTRA,
        "slug": "v1.1-ultra",
        "label": "1.1 ultra",
        "about": "Up to 4 megapixels.",
        "fields": [
            {"name": "prompt", "label": "Prompt", "kind": "long_text", "required": True},
            {"name": "seed", "label": "Seed", "kind": "seed", "required": False},
            {
                "name": "aspect_ratio",
                "label": "Aspect ratio",
                "kind": "aspect_ratio",
                "default": "16:9",
            },
            {"name": "raw", "label": "Raw", "kind": "boolean", "default": False},
            {"name": "image_url", "label": "Reference picture", "kind": "image", "required": False},
        ],
    },
    {
        "endpoint_id": "fal-ai/flux-pro/v1/fill",
        "slug": "v1-fill",
        "label": "Fill",
        "about": "Paints into a mask.",
        "fields": [
            {"name": "prompt", "label": "Prompt", "kind": "long_text", "required": True},
            {"name": "image_url", "label": "Picture", "kind": "image", "required": True},
            {"name": "mask_url", "label": "Mask", "kind": "mask", "required": True},
        ],
    },
    {
        "endpoint_id": "fal-ai/flux-pro/v1.1",
        "slug": "v1.1",
        "label": "1.1",
        "about": "No picture goes in.",
        "fields": [{"name": "prompt", "label": "Prompt", "kind": "long_text", "required": True}],
    },
]

#: instead of the real form, which belongs to Gradio's page: it notes what it was asked to do
FORM_JS = """
window.formCalls = [];
export function openInForm(slug, input, options) {
  window.formCalls.push(["open", slug, input, options.from.id]);
}
export function useAsReference(slug, field, source) {
  window.formCalls.push(["reference", slug, field, source]);
}
export const current = () => "v1.1-ultra";
"""

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>FLUX Playground</title>
{styles}
<style>
  body {{ margin: 0; background: var(--bg); font: 14px/1.45 var(--font); color: var(--text); }}
  header {{ height: 48px; background: var(--panel); border-bottom: 1px solid var(--line);
    padding: 13px 24px; box-sizing: border-box; }}
  main {{ display: grid; grid-template-columns: minmax(360px, 460px) minmax(0, 1fr); gap: 24px;
    padding: 59px 24px 24px; max-width: 1680px; margin: auto; box-sizing: border-box; }}
  @media (max-width: 800px) {{ main {{ grid-template-columns: minmax(0, 1fr); padding: 12px; }} }}
</style></head>
<body{dark}><header><b>FLUX Playground</b></header>
<main><section><label>Prompt <textarea id="prompt"></textarea></label></section>
<section id="stage"></section></main>
<script type="module">
import {{ mountStage }} from "/static/js/stage.js";
window.unmount = mountStage(document.getElementById("stage"));
document.documentElement.dataset.ready = "1";
</script></body></html>"""


def now(seconds_ago: float = 0) -> str:
    """That many seconds ago, as the API writes times."""
    return (datetime.now(UTC) - timedelta(seconds=seconds_ago)).isoformat()


def image(run_id: str, index: int = 0, **changes: Any) -> Json:
    """A stored picture."""
    address = f"/media/{run_id}/{index}"
    made = {
        "index": index,
        "url": address,
        "preview_url": f"{address}/preview",
        "width": 2752,
        "height": 1536,
        "content_type": "image/jpeg",
        "bytes": 1_400_000,
        "flagged": False,
        "missing": False,
        "fal_url": None,
    }
    return {**made, **changes}


def run(run_id: str, state: str = "done", *, age: float = 60, **changes: Any) -> Json:
    """A run as the API gives it, started `age` seconds ago."""
    done = state == "done"
    made = {
        "id": run_id,
        "endpoint_id": ULTRA,
        "slug": "v1.1-ultra",
        "state": state,
        "request_id": None if state in {"created", "submitting"} else f"req-{run_id}",
        "input": {"prompt": PROMPT, "aspect_ratio": "16:9"},
        "person": "alice",
        "person_name": "Ada",
        "mine": True,
        "practice": False,
        "created_at": now(age),
        "state_at": now(0 if state in UNFINISHED else age - 9.8),
        "finished_at": None if state in UNFINISHED or state == "uncertain" else now(age - 9.8),
        "queue_position": 2 if state == "queued" else None,
        "before_you": 0,
        "slow_since": None,
        "again_of": None,
        "images": [image(run_id)] if done else [],
        "output": {"seed": 4182934112, "prompt": None, "timings": None} if done else None,
        "estimate_usd": "0.06",
        "cost_usd": "0.06" if done else None,
        "error": None,
    }
    return {**made, **changes}


def problem(code: str, message: str, **changes: Any) -> Json:
    """A run's `error`."""
    made = {"code": code, "message": message, "retryable": True, "charged": "no", "fields": {}}
    return {**made, **changes}


@dataclass(frozen=True)
class Call:
    """One request that the page made."""

    method: str
    path: str
    query: str
    idempotency_key: str | None


@dataclass
class Script:
    """What the server knows and answers. Tests change it from their own thread."""

    runs: dict[str, Json] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    #: answers by "METHOD /path": (status, body)
    answers: dict[str, tuple[int, Json | None]] = field(default_factory=dict)
    #: answers that wait until the test lets them go
    held: dict[str, threading.Event] = field(default_factory=dict)
    refuse_events: int = 0
    dark: bool = False
    loop: asyncio.AbstractEventLoop | None = None
    history: list[tuple[int, str, str]] = field(default_factory=list)
    listeners: set[asyncio.Queue[str | None]] = field(default_factory=set)

    def knows(self, *known: Json) -> "Script":
        """Runs that are there before the page opens."""
        self.runs.update({one["id"]: one for one in known})
        return self

    def push(self, changed: Json) -> None:
        """A whole run, as an event."""
        self.runs[changed["id"]] = changed
        self._send("run", changed)

    def change(self, run_id: str, **changes: Any) -> None:
        """The same run with some values changed, as an event."""
        self.push({**self.runs[run_id], "state_at": now(), **changes})

    def finish(self, run_id: str, **changes: Any) -> None:
        """That run is done, with its one picture."""
        done = run(run_id)
        keep = {k: self.runs[run_id][k] for k in ("input", "created_at", "estimate_usd")}
        self.push({**done, **keep, "finished_at": now(), "state_at": now(), **changes})

    def log(self, run_id: str, *messages: str) -> None:
        """Lines of a run's log."""
        lines = [{"message": m, "timestamp": now(), "level": "INFO"} for m in messages]
        self._send("log", {"run_id": run_id, "lines": lines})

    def drop_streams(self) -> None:
        """Every connection of the event stream ends."""
        self._on_loop(lambda: [queue.put_nowait(None) for queue in self.listeners])

    def count(self, method: str, path: str) -> int:
        """How often the page made that request."""
        return sum(1 for call in self.calls if (call.method, call.path) == (method, path))

    def connections(self) -> list[str]:
        """The queries of all connections to the event stream, in order."""
        return [call.query for call in self.calls if call.path == "/api/v1/events"]

    def _send(self, name: str, data: Json) -> None:
        number = len(self.history) + 1
        self.history.append((number, name, json.dumps(data)))
        text = f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
        self._on_loop(lambda: [queue.put_nowait(text) for queue in self.listeners])

    def _on_loop(self, work: Callable[[], object]) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(work)

    async def stream(self, after: str | None) -> AsyncIterator[str]:
        """One connection: what was missed (or a snapshot), then what comes."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            if after is None:
                newest = sorted(
                    self.runs.values(), key=lambda r: str(r["created_at"]), reverse=True
                )
                data = json.dumps({"runs": newest[:24]})
                yield f"id: {len(self.history)}\nevent: snapshot\ndata: {data}\n\n"
            else:
                yield ": resumed\n\n"
                for number, name, data in self.history[int(after) :]:
                    yield f"id: {number}\nevent: {name}\ndata: {data}\n\n"
            while (text := await queue.get()) is not None:
                yield text
        finally:
            self.listeners.discard(queue)


@lru_cache(maxsize=256)
def painted(name: str, size: tuple[int, int]) -> bytes:
    """A calm picture that differs by name: a sky, a sea, a sun."""
    seed = sum(ord(c) * (i + 3) for i, c in enumerate(name))
    width, height = size
    ramp = Image.linear_gradient("L").resize(size)
    top = ((seed * 3) % 90 + 30, (seed * 5) % 90 + 40, (seed * 7) % 90 + 60)
    low = (180 + seed % 60, 160 + (seed * 3) % 60, 130 + (seed * 7) % 60)
    bands = [
        ramp.point([a + (b - a) * v // 255 for v in range(256)])
        for a, b in zip(top, low, strict=True)
    ]
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    radius = min(size) // 9
    x, y = width * (20 + seed % 60) // 100, height * 45 // 100
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(246, 232, 205))
    draw.rectangle((0, height * 7 // 10, width, height), fill=tuple(v // 2 + 20 for v in top))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def app(script: Script) -> Starlette:
    """The routes of the page, as far as the stage uses them."""

    async def page(request: Request) -> Response:
        names = ("tokens", "base", "stage", "dialog", "viewer")
        styles = "\n".join(f'<link rel="stylesheet" href="/static/css/{n}.css">' for n in names)
        dark = ' class="dark"' if script.dark or "dark" in request.query_params else ""
        return HTMLResponse(PAGE.format(styles=styles + texts_tag(), dark=dark))

    async def events(request: Request) -> Response:
        script.loop = asyncio.get_running_loop()
        note(request)
        if script.refuse_events > 0:
            script.refuse_events -= 1
            return Response(status_code=503)
        body = script.stream(request.query_params.get("after"))
        return StreamingResponse(body, media_type="text/event-stream")

    async def media(request: Request) -> Response:
        run_id = request.path_params["run_id"]
        index = request.path_params["index"]
        known = script.runs.get(run_id, {}).get("images", [])
        sizes = {one["index"]: (one["width"], one["height"]) for one in known}
        size = sizes.get(index, (1024, 576))
        if request.url.path.endswith("/preview"):
            scale = 1024 / max(size)
            size = (int(size[0] * scale), int(size[1] * scale))
        return Response(painted(f"{run_id}{index}", size), media_type="image/jpeg")

    def note(request: Request) -> None:
        key = request.headers.get("idempotency-key")
        script.calls.append(Call(request.method, request.url.path, request.url.query, key))

    async def api(request: Request) -> Response:
        note(request)
        name = f"{request.method} {request.url.path}"
        if name in script.held:
            await asyncio.to_thread(script.held[name].wait, 10)
        if name in script.answers:
            status, body = script.answers[name]
            return JSONResponse(body, status_code=status)
        return default_answer(script, request)

    return Starlette(
        routes=[
            Route("/static/js/form.js", lambda _: Response(FORM_JS, media_type="text/javascript")),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/api/v1/events", events),
            Route("/api/v1/{rest:path}", api, methods=["GET", "POST", "DELETE"]),
            Route("/media/{run_id}/{index:int}", media),
            Route("/media/{run_id}/{index:int}/preview", media),
            Route("/{rest:path}", page),
        ]
    )


def default_answer(script: Script, request: Request) -> Response:
    """What the API says where a test has not said otherwise."""
    parts = request.url.path.removeprefix("/api/v1/").split("/")
    if parts == ["endpoints"]:
        return JSONResponse({"endpoints": ENDPOINTS})
    known = script.runs.get(parts[1]) if len(parts) > 1 and parts[0] == "runs" else None
    if known is None:
        return JSONResponse({"title": "There is nothing here by that name."}, status_code=404)
    action = parts[2] if len(parts) > 2 else request.method
    if action == "code":
        made = {
            name: f"# {name} of {known['id']}" for name in ("python", "javascript", "curl", "json")
        }
        return JSONResponse(made)
    if action == "again":
        started = run(f"{known['id']}-again", "created", age=0, again_of=known["id"])
        script.runs[started["id"]] = started
        return JSONResponse(started, status_code=202)
    if action == "DELETE":
        return Response(status_code=204)
    return JSONResponse(known)


@contextmanager
def serve(script: Script) -> Iterator[str]:
    """The server on a free port, in a thread of its own; gives its address."""
    config = uvicorn.Config(
        app(script), port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
    )
    with listening(config) as address:
        try:
            yield address
        finally:
            script.drop_streams()
