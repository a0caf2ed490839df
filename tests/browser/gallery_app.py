"""A small scripted server: the page's own modules and styles, with runs of a test's making."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.browser.listening import listening
from tests.browser.texts_in_page import texts_tag

STATIC = Path(__file__).parents[2] / "components" / "static"
#: the moment that pages and generated runs agree on
NOW = datetime(2026, 5, 14, 15, 0, tzinfo=UTC)
ENDPOINTS = (
    ("v1.1-ultra", "fal-ai/flux-pro/v1.1-ultra", "1.1 ultra"),
    ("v1.1", "fal-ai/flux-pro/v1.1", "1.1"),
    ("v1", "fal-ai/flux-pro", "1.0"),
    ("v1-fill", "fal-ai/flux-pro/v1/fill", "Fill"),
)
SIZES = ((2752, 1536), (1024, 1024), (1365, 1024), (768, 1365), (1536, 1024), (2048, 880))
PROMPTS = (
    "A lighthouse on a basalt cliff in thin morning fog, long exposure sea",
    "Terracotta rooftops after rain, low sun",
    "A paper boat on a dark lake, one lamp",
    "Macro of a dandelion, backlit, soft green",
)
STYLES = (
    *("tokens", "base", "shell", "stage", "viewer", "compare", "dialog"),
    *("gallery", "finder", "presets"),
    "usage",
)

#: what a page without Gradio has in the place of form.js: it notes what it was asked to do
FORM_JS = """
window.formCalls = [];
window.addEventListener("playground:open-endpoint", (event) => {
  window.formCalls.push(["open", event.detail.slug]);
});
export function initForms() {}
export function applyPreset(slug, id) { window.formCalls.push(["apply", slug, id]); }
"""

Json = dict[str, Any]


def run_json(number: int, **changes: Any) -> Json:
    """The run of that number: the higher, the older. About eight a day."""
    slug, endpoint_id, _ = ENDPOINTS[number % len(ENDPOINTS)]
    run_id = f"run{9999 - number:04d}"
    created = NOW - timedelta(hours=3 * number, minutes=2)
    run = {
        "id": run_id,
        "endpoint_id": endpoint_id,
        "slug": slug,
        "state": "done",
        "state_at": created.isoformat(),
        "request_id": f"req-{number}",
        "input": {"prompt": f"{PROMPTS[number % len(PROMPTS)]}, number {number}"},
        "person": "alice" if number % 3 else "bob",
        "person_name": "Ada" if number % 3 else "Bob",
        "mine": bool(number % 3),
        "practice": False,
        "created_at": created.isoformat(),
        "finished_at": (created + timedelta(seconds=9.8)).isoformat(),
        "queue_position": None,
        "images": [image_json(run_id, 0, SIZES[number % len(SIZES)])],
        "output": {"seed": 4182934112 + number, "prompt": None, "timings": None},
        "estimate_usd": "0.06",
        "cost_usd": "0.06",
        "error": None,
    }
    return {**run, **changes}


def image_json(run_id: str, index: int, size: tuple[int, int], **changes: Any) -> Json:
    """A stored picture of a run."""
    address = f"/media/{run_id}/{index}"
    image = {
        "index": index,
        "url": address,
        "preview_url": f"{address}/preview",
        "width": size[0],
        "height": size[1],
        "bytes": 1_400_000,
        "content_type": "image/jpeg",
        "flagged": False,
        "missing": False,
        "marks": marks_json(),
    }
    return {**image, **changes}


def marks_json(**changes: Any) -> Json:
    """What is on a picture: nothing."""
    bare = {"title": "", "note": "", "tags": [], "starred": False, "stars": 0, "version": "0"}
    return {**bare, **changes}


def preset_json(number: int, **changes: Any) -> Json:
    """A preset; even numbers are shipped, odd ones are one's own."""
    slug, endpoint_id, label = ENDPOINTS[number % len(ENDPOINTS)]
    preset = {
        "id": f"preset{number}",
        "slug": slug,
        "endpoint_id": endpoint_id,
        "name": f"Wide cinematic {number}",
        "description": f"For establishing shots with {label}.",
        "values": {
            "prompt": PROMPTS[number % len(PROMPTS)],
            "aspect_ratio": "21:9",
            "num_images": 2,
        },
        "mine": number % 2 == 1,
        "shipped": number % 2 == 0,
        "tags": ["wide"],
        "cover": None,
        "locked": number % 2 == 0,
        "may_edit": number % 2 == 1,
        "may_change": number % 2 == 1,
        "version": 1,
        "used": number,
        "out_of_date": None,
        "updated_at": NOW.isoformat(),
    }
    return {**preset, **changes}


def me_json(**changes: Any) -> Json:
    """What the server says about who is looking."""
    me = {
        "person": {"id": "alice", "name": "Ada", "role": "member"},
        "practice": False,
        "banner": None,
        "key_state": "accepted",
        "spent_today_usd": "0.42",
        "max_usd_per_day": "20.00",
        "rules": {"endpoints": None, "tolerance": None},
        "sign_out": False,
        "version": "0.1.0",
        "notices": [],
    }
    return {**me, **changes}


@dataclass
class Script:
    """What the server answers; a test changes it while the page is open."""

    runs: list[Json] = field(default_factory=list)
    presets: list[Json] = field(default_factory=list)
    me: Json = field(default_factory=me_json)
    #: path to the status that it answers instead
    broken: dict[str, int] = field(default_factory=dict)
    #: path and query of every call to /api/v1
    calls: list[str] = field(default_factory=list)
    deleted: dict[str, Json] = field(default_factory=dict)
    #: what is said about a search
    notices: list[str] = field(default_factory=list)

    def run(self, run_id: str) -> Json | None:
        """The run of that id, or None."""
        return next((run for run in self.runs if run["id"] == run_id), None)


class Feed:
    """The event stream's listeners; `send` may be called from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queues: set[asyncio.Queue[str | None]] = set()
        self._sent = 0

    def send(self, name: str, data: Json) -> None:
        """One event to every open page."""
        self._sent += 1
        self._put(f"id: {self._sent}\nevent: {name}\ndata: {json.dumps(data)}\n\n")

    def close(self) -> None:
        """Ends every stream."""
        self._put(None)

    def _put(self, text: str | None) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: [q.put_nowait(text) for q in self._queues])

    async def stream(self, snapshot: Json) -> AsyncIterator[str]:
        """What one page hears."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield f"id: {self._sent}\nevent: snapshot\ndata: {json.dumps(snapshot)}\n\n"
            while (text := await queue.get()) is not None:
                yield text
        finally:
            self._queues.discard(queue)


@lru_cache(maxsize=512)
def painted(name: str, size: tuple[int, int]) -> bytes:
    """A small picture that differs by name: two colours that run into each other."""
    seed = sum(ord(c) * (i + 7) for i, c in enumerate(name))
    first, second = ((seed * k) % 150 + 40 for k in (3, 5))
    ramp = Image.linear_gradient("L").resize(size)
    tints = ((first, 220 - first // 2), (second, 200), (110 + seed % 60, first + 60))
    bands = [ramp.point([a + (b - a) * v // 255 for v in range(256)]) for a, b in tints]
    out = io.BytesIO()
    Image.merge("RGB", bands).save(out, "JPEG", quality=80)
    return out.getvalue()


def page() -> str:
    """The hosts that the modules look for, as Gradio would put them into the page."""
    styles = "".join(
        f'<link rel="stylesheet" href="/static/css/{name}.css">'
        for name in STYLES
        if (STATIC / "css" / f"{name}.css").exists()
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>…</title>{(STATIC / "first-paint.html").read_text()}
<link rel="icon" href="data:,">{styles}{texts_tag()}
<style>body {{ margin: 0; background: var(--bg); }}</style>
<script type="module" src="/static/js/main.js"></script></head><body>
<div id="shell-bar" class="pg"></div>
<div id="view-create" class="pg" style="display: flex; min-height: 1500px; padding: 16px 24px;">
<form><label class="label" for="prompt">Prompt</label><textarea class="in" id="prompt"></textarea>
</form><div id="stage" class="pg" style="flex: 1"></div></div>
<div id="view-gallery" class="pg" hidden></div><div id="view-presets" class="pg" hidden></div>
<div id="view-usage" class="pg" hidden></div>
</body></html>"""


def problem(status: int, message: str) -> JSONResponse:
    """An error as the API spells it."""
    return JSONResponse(
        {"status": status, "title": message, "detail": message},
        status,
        media_type="application/problem+json",
    )


def words_in(query: QueryParams) -> list[str]:
    """The plain words of a search; filters are the real server's to understand."""
    typed = re.sub(r'\S*:(?:"[^"]*"|\S+)', "", query.get("q", ""))
    return typed.casefold().split()


class Api:
    """The calls that the shell, the gallery and the presets make."""

    def __init__(self, script: Script, feed: Feed):
        self._script = script
        self._feed = feed

    def routes(self) -> list[Route]:
        """Everything under /api/v1."""
        return [
            Route("/me", self.me),
            Route("/endpoints", self.endpoints),
            Route("/events", self.events),
            Route("/hints", self.hints),
            Route("/runs", self.runs),
            Route("/runs/delete", self.delete_runs, methods=["POST"]),
            Route("/runs/restore", self.restore_runs, methods=["POST"]),
            Route("/marks", self.mark_many, methods=["POST"]),
            Route("/tags", self.tags),
            Route("/runs/{id}/images/{index:int}", self.mark_one, methods=["PATCH"]),
            Route("/runs/{id}/lineage", self.lineage),
            Route("/runs/{id}", self.one_run, methods=["GET"]),
            Route("/runs/{id}", self.delete_run, methods=["DELETE"]),
            Route("/runs/{id}/restore", self.restore_run, methods=["POST"]),
            Route("/presets", self.presets, methods=["GET"]),
            Route("/presets/{id}/restore", self.restore_preset, methods=["POST"]),
            Route("/presets/{id}", self.delete_preset, methods=["DELETE"]),
        ]

    async def me(self, request: Request) -> Response:
        return JSONResponse(self._script.me)

    async def endpoints(self, request: Request) -> Response:
        fields = [{"name": "aspect_ratio", "label": "Aspect ratio", "kind": "aspect ratio"}]
        return JSONResponse(
            {
                "endpoints": [
                    {"slug": slug, "endpoint_id": endpoint_id, "label": label, "fields": fields}
                    for slug, endpoint_id, label in ENDPOINTS
                ]
            }
        )

    async def events(self, request: Request) -> Response:
        own = [run for run in self._script.runs[:24] if run["mine"]]
        return StreamingResponse(self._feed.stream({"runs": own}), media_type="text/event-stream")

    async def runs(self, request: Request) -> Response:
        query = request.query_params
        found = [
            run
            for run in self._script.runs
            if query.get("endpoint") in (None, run["slug"])
            and (query.get("everyone") == "1" or run["mine"])
            and (query.get("pictures") != "1" or run["images"])
            and all(word in str(run["input"]["prompt"]).casefold() for word in words_in(query))
        ]
        start, limit = int(query.get("cursor", "0")), int(query.get("limit", "24"))
        end = start + limit
        cursor = str(end) if end < len(found) else None
        page = {"runs": found[start:end], "next_cursor": cursor}
        if "q" in query:
            page["found"] = {run["id"]: [0] for run in found[start:end]}
            page["notices"] = self._script.notices
        return JSONResponse(page)

    async def hints(self, request: Request) -> Response:
        tags = [{"name": "by the sea", "pictures": 3}]
        return JSONResponse({"people": ["Ada", "Bo Li"], "projects": ["Spring"], "tags": tags})

    async def one_run(self, request: Request) -> Response:
        run = self._script.run(request.path_params["id"])
        return JSONResponse(run) if run else problem(404, "There is no such run.")

    async def delete_run(self, request: Request) -> Response:
        run = self._script.run(request.path_params["id"])
        if run is None:
            return problem(404, "There is no such run.")
        self._script.runs.remove(run)
        self._script.deleted[run["id"]] = run
        return Response(status_code=204)

    async def restore_run(self, request: Request) -> Response:
        run = self._script.deleted.pop(request.path_params["id"])
        self._script.runs = sorted([*self._script.runs, run], key=lambda r: r["id"], reverse=True)
        return JSONResponse(run)

    async def delete_runs(self, request: Request) -> Response:
        ids = (await request.json())["run_ids"]
        known = {run["id"]: run for run in self._script.runs if run["id"] in ids}
        own = [run_id for run_id, run in known.items() if run["mine"]]
        for run_id in own:
            self._script.runs.remove(known[run_id])
            self._script.deleted[run_id] = known[run_id]
        left = [
            {"run_id": run_id, "code": "not_allowed", "message": "This belongs to somebody else."}
            for run_id in ids
            if run_id not in own
        ]
        return JSONResponse({"run_ids": own, "left": left})

    async def restore_runs(self, request: Request) -> Response:
        ids = (await request.json())["run_ids"]
        back = [self._script.deleted.pop(run_id) for run_id in ids]
        self._script.runs = sorted([*self._script.runs, *back], key=lambda r: r["id"], reverse=True)
        return JSONResponse({"run_ids": ids, "left": []})

    async def mark_many(self, request: Request) -> Response:
        body = await request.json()
        left = []
        for one in body["pictures"]:
            run = self._script.run(one["run_id"])
            if run is None or (not run["mine"] and "starred" not in body):
                left.append({**one, "code": "not_allowed", "message": "This is not yours."})
                continue
            marks = run["images"][one["index"]]["marks"]
            marks["starred"] = body.get("starred", marks["starred"])
            gone = body.get("remove_tags", [])
            kept = [name for name in marks["tags"] if name not in gone]
            marks["tags"] = list(dict.fromkeys([*kept, *body.get("add_tags", [])]))
        return JSONResponse({"changed": len(body["pictures"]) - len(left), "left": left})

    async def mark_one(self, request: Request) -> Response:
        run = self._script.run(request.path_params["id"])
        if run is None:
            return problem(404, "There is no such run.")
        run["images"][request.path_params["index"]]["marks"].update(await request.json())
        return JSONResponse(run)

    async def tags(self, request: Request) -> Response:
        begins = request.query_params.get("prefix", "").casefold()
        named = [
            name
            for run in self._script.runs
            for image in run["images"]
            for name in image["marks"]["tags"]
            if name.casefold().startswith(begins)
        ]
        counted = [{"name": name, "pictures": named.count(name)} for name in dict.fromkeys(named)]
        return JSONResponse({"tags": counted})

    async def lineage(self, request: Request) -> Response:
        return JSONResponse({"parents": [], "children": []})

    async def presets(self, request: Request) -> Response:
        slug = request.query_params.get("endpoint")
        found = [one for one in self._script.presets if slug in (None, one["slug"])]
        return JSONResponse({"presets": found, "next_cursor": None})

    async def delete_preset(self, request: Request) -> Response:
        preset_id = request.path_params["id"]
        preset = next(p for p in self._script.presets if p["id"] == preset_id)
        self._script.presets = [p for p in self._script.presets if p["id"] != preset_id]
        self._script.deleted[preset_id] = preset
        return JSONResponse(preset)

    async def restore_preset(self, request: Request) -> Response:
        preset = self._script.deleted.pop(request.path_params["id"])
        self._script.presets = [preset, *self._script.presets]
        return JSONResponse(preset)


def scripted_app(script: Script, feed: Feed) -> Starlette:
    """The server of one test."""

    async def show(request: Request) -> Response:
        return HTMLResponse(page())

    async def form_js(request: Request) -> Response:
        return Response(FORM_JS, media_type="text/javascript")

    async def media(request: Request) -> Response:
        run = script.run(request.path_params["id"])
        index = int(request.path_params["index"])
        if run is None:
            return problem(404, "There is no such picture.")
        image = run["images"][index]
        size = (image["width"] // 4, image["height"] // 4)
        return Response(painted(f"{run['id']}/{index}", size), media_type="image/jpeg")

    async def sign_out(request: Request) -> Response:
        script.calls.append("/sign-out")
        return RedirectResponse(f"/?as={quote('nobody')}", 303)

    app = Starlette(
        routes=[
            Route("/static/js/form.js", form_js),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/api/v1", routes=Api(script, feed).routes()),
            Route("/media/{id}/{index}", media),
            Route("/media/{id}/{index}/preview", media),
            Route("/sign-out", sign_out, methods=["POST"]),
            Route("/{rest:path}", show),
        ]
    )
    app.add_middleware(Faults, script=script)
    return app


class Faults:
    """Notes the API's calls and answers an error where the script says so."""

    def __init__(self, app: Any, script: Script):
        self._app = app
        self._script = script

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/api/v1"):
            self._script.calls.append(f"{path}?{scope['query_string'].decode()}")
            if path in self._script.broken:
                answer = problem(self._script.broken[path], "The database is busy.")
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


@dataclass(frozen=True)
class Scripted:
    """A running server and its strings."""

    url: str
    script: Script
    feed: Feed


@contextmanager
def served(script: Script) -> Iterator[Scripted]:
    """The scripted server on a free port, in a thread of its own."""
    feed = Feed()
    config = uvicorn.Config(
        scripted_app(script, feed), port=0, log_level="error", timeout_graceful_shutdown=1
    )
    with listening(config) as address:
        try:
            yield Scripted(address, script, feed)
        finally:
            feed.close()
