"""A small form with a picture and a mask, and a server that keeps what is uploaded."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread
import uvicorn
from PIL import Image, UnidentifiedImageError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.browser.listening import listening
from tests.browser.texts_in_page import texts_tag

STATIC = Path(__file__).parents[2] / "components" / "static"
HELD_AT_MOST_S = 20

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Painter</title>
<link rel="icon" href="data:,">TEXTS
<link rel="stylesheet" href="/static/css/tokens.css">
<link rel="stylesheet" href="/static/css/base.css">
<link rel="stylesheet" href="/static/css/drop-zone.css">
<link rel="stylesheet" href="/static/css/painter.css">
<style>body { margin: 0; background: var(--bg); color: var(--text); }
main { box-sizing: border-box; max-width: 484px; padding: 12px; display: grid; gap: 16px; }</style>
</head><body><main class="pg">
<div><label class="label" for="prompt">Prompt</label>
<textarea class="in" id="prompt"></textarea></div>
<div id="picture"></div><div id="mask"></div><div id="second"></div>
<div id="own" style="width: 120px"></div><p id="beside">Nothing can be dropped here.</p>
</main><script type="module">
import { mountDropZone } from "/static/js/drop-zone.js";
import { mountPainter } from "/static/js/painter.js";
import { pictureElement } from "/static/js/picture.js";
import { followTheme } from "/static/js/theme.js";
followTheme();
const at = (id) => document.getElementById(id);
window.changes = [];
window.masks = [];
window.painter = mountPainter(at("mask"), {
  label: "Mask", onChange: (state) => window.masks.push(state),
});
window.zone = mountDropZone(at("picture"), {
  label: "Picture", name: "image_url", kind: "image",
  onChange(value, info) {
    window.changes.push([value, info]);
    window.painter.setSource(info?.url ?? null, info?.width, info?.height);
  },
});
window.second = mountDropZone(at("second"), { label: "Reference", name: "reference" });
const image = { index: 0, url: "/media/uploads/own", preview_url: null, width: 64, height: 48 };
const run = { id: "run1", input: { prompt: "A boat" }, images: [image] };
at("own").append(pictureElement(run, image));
document.documentElement.dataset.ready = "1";
</script></body></html>"""


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture of that size: a ramp from dark to light with a warm side."""
    ramp = Image.linear_gradient("L").resize((width, height))
    side = ramp.transpose(Image.Transpose.ROTATE_90).resize((width, height))
    out = io.BytesIO()
    Image.merge("RGB", (ramp, side, ramp.point(lambda v: 220 - v // 2))).save(out, kind)
    return out.getvalue()


@dataclass
class Shelf:
    """What was uploaded, by id, and how the server behaves."""

    url: str = ""
    kept: dict[str, bytes] = field(default_factory=dict)
    #: the file names of the uploads, in order
    names: list[str] = field(default_factory=list)
    #: the JSON bodies of links and own pictures, in order
    asked: list[Any] = field(default_factory=list)
    #: the next uploads wait for this
    gate: threading.Event = field(default_factory=threading.Event)
    #: the next upload is answered with this: status and problem
    refusal: tuple[int, dict[str, Any]] | None = None

    def keep(self, data: bytes) -> str:
        """Puts a picture there as if it had been uploaded; its id."""
        upload_id = f"u{len(self.kept) + 1}"
        self.kept[upload_id] = data
        return upload_id

    def picture(self, upload_id: str) -> Image.Image:
        """The kept picture, decoded."""
        image = Image.open(io.BytesIO(self.kept[upload_id]))
        image.load()
        return image


def described(upload_id: str, data: bytes) -> JSONResponse:
    """The answer to an upload."""
    try:
        image = Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        return problem(422, {"detail": [{"loc": ["file"], "msg": "That is no picture."}]})
    content_type = Image.MIME[image.format or "PNG"]
    size = {"width": image.width, "height": image.height}
    return JSONResponse({"id": upload_id, **size, "content_type": content_type}, 201)


def problem(status: int, body: dict[str, Any]) -> JSONResponse:
    """An error as the API spells it."""
    full = {"status": status, "title": "Refused", **body}
    return JSONResponse(full, status, media_type="application/problem+json")


def painter_app(shelf: Shelf) -> Starlette:
    """The server of one test."""

    async def show(request: Request) -> Response:
        return HTMLResponse(PAGE.replace("TEXTS", texts_tag()))

    async def taken(request: Request) -> bytes:
        if request.headers["content-type"].startswith("application/json"):
            shelf.asked.append(await request.json())
            return picture(320, 200)
        async with request.form() as form:
            upload = form["file"]
            assert not isinstance(upload, str)
            shelf.names.append(upload.filename or "")
            return await upload.read()

    async def upload(request: Request) -> Response:
        data = await taken(request)
        await anyio.to_thread.run_sync(shelf.gate.wait, HELD_AT_MOST_S)
        if shelf.refusal:
            status, body = shelf.refusal
            shelf.refusal = None
            return problem(status, body)
        return described(shelf.keep(data), data)

    async def media(request: Request) -> Response:
        data = shelf.kept.get(request.path_params["id"])
        if data is None:
            return problem(404, {"detail": "There is no such picture."})
        kind = Image.open(io.BytesIO(data)).format or "PNG"
        return Response(data, media_type=Image.MIME[kind])

    return Starlette(
        routes=[
            Route("/", show),
            Route("/api/v1/uploads", upload, methods=["POST"]),
            Route("/media/uploads/{id}", media),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
    )


@contextmanager
def served() -> Iterator[Shelf]:
    """The server on a free port, in a thread of its own."""
    shelf = Shelf()
    shelf.gate.set()
    shelf.kept["own"] = picture(64, 48)
    config = uvicorn.Config(
        painter_app(shelf), port=0, log_level="error", ws="none", timeout_graceful_shutdown=1
    )
    with listening(config) as shelf.url:
        try:
            yield shelf
        finally:
            shelf.gate.set()
