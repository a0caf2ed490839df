"""The Create view with its real page and handlers, over services that spend nothing."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from PIL import Image

from api.endpoints import draw as draw_endpoint
from api.problems import problem
from backend.domain.errors import NameTaken
from backend.domain.ports import PeopleStore
from backend.services.preset_view import PresetView
from backend.services.presets import Said
from components.mount import mount_page
from tests.browser.listening import listening
from tests.unit.components.face import ALICE, Face

STATIC = Path(__file__).parents[2] / "components" / "static"


@dataclass
class Script:
    """What the server knows; a test changes it while the page is open."""

    face: Face = field(default_factory=Face)
    #: who asks; None is nobody
    person_id: str | None = "alice"
    #: uploaded pictures by id
    uploads: dict[str, bytes] = field(default_factory=dict)
    #: what /api/v1/me says of fal's prices
    prices_changed: list[dict[str, str]] = field(default_factory=list)
    #: runs that the event stream's snapshot holds
    runs: list[dict[str, Any]] = field(default_factory=list)

    def add_upload(self, size: tuple[int, int], colour: str = "#34a39a") -> str:
        """A picture that is there already: its `upload:{id}`."""
        out = io.BytesIO()
        Image.new("RGB", size, colour).save(out, "PNG")
        return f"upload:{self.keep(out.getvalue())}"

    def keep(self, data: bytes) -> str:
        """The id of an upload of these bytes."""
        upload_id = f"up{len(self.uploads) + 1}"
        self.uploads[upload_id] = data
        self.face.generate.sizes[f"upload:{upload_id}"] = size_of(data)
        return upload_id


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def form_app(script: Script) -> FastAPI:
    """The server of one test: our routes that the form needs, and the page."""
    app = FastAPI()

    _answer_data(app, script)
    _answer_pictures(app, script)
    for address in ("/create/{slug}", "/gallery", "/presets"):
        app.get(address)(_home)
    app.mount("/static", StaticFiles(directory=STATIC))

    async def person_id(_: Any) -> str | None:
        return script.person_id

    mount_page(app, script.face.services, person_id)
    return app


class _NoNames:
    """Nobody but alice is here."""

    async def names(self, person_ids: Any) -> dict[str, str]:
        return {}


def _answer_data(app: FastAPI, script: Script) -> None:
    view = PresetView(catalogue=script.face.catalogue, people=cast(PeopleStore, _NoNames()))

    @app.get("/api/v1/me")
    async def me() -> dict[str, Any]:
        person = {"id": ALICE.id, "name": ALICE.name, "role": "member"}
        return {
            "person": person,
            "practice": True,
            "banner": None,
            "key_state": "accepted",
            "prices_changed": script.prices_changed,
            "spent_today_usd": "0.42",
            "max_usd_per_day": "20.00",
            "rules": {"endpoints": None, "tolerance": None},
            "sign_out": False,
            "notices": [],
        }

    @app.get("/api/v1/endpoints")
    async def endpoints() -> dict[str, Any]:
        return {"endpoints": [draw_endpoint(one) for one in script.face.catalogue.endpoints]}

    @app.get("/api/v1/presets")
    async def presets(endpoint: str = "") -> dict[str, Any]:
        kept = await view.many(await script.face.presets.list(ALICE), ALICE)
        found = [one for one in kept if endpoint in ("", one["slug"])]
        return {"presets": found, "next_cursor": None}

    @app.post("/api/v1/presets")
    async def save_preset(request: Request) -> Response:
        body = await request.json()
        try:
            kept = await script.face.presets.save(ALICE, body["endpoint_id"], _said(body))
        except NameTaken as error:
            return problem(error)
        return JSONResponse(await view.one(kept, ALICE), 201)

    @app.put("/api/v1/presets/{preset_id}")
    async def change_preset(preset_id: str, request: Request) -> dict[str, Any]:
        said = _said(await request.json())
        return await view.one(await script.face.presets.update(ALICE, preset_id, said), ALICE)

    @app.delete("/api/v1/presets/{preset_id}")
    async def delete_preset(preset_id: str) -> dict[str, Any]:
        return await view.one(await script.face.presets.remove(ALICE, preset_id), ALICE)

    @app.get("/api/v1/events")
    async def events() -> StreamingResponse:
        return StreamingResponse(_snapshot(script.runs), media_type="text/event-stream")


def _said(body: dict[str, Any]) -> Said:
    return Said(
        name=body["name"],
        description=body["description"],
        tags=tuple(body["tags"]),
        values=body["values"],
    )


def _answer_pictures(app: FastAPI, script: Script) -> None:
    @app.post("/api/v1/uploads")
    async def upload(request: Request) -> JSONResponse:
        if request.headers["content-type"].startswith("application/json"):
            upload_id = script.add_upload((64, 48)).removeprefix("upload:")
        else:
            async with request.form() as form:
                file = form["file"]
                assert not isinstance(file, str)
                upload_id = script.keep(await file.read())
        width, height = size_of(script.uploads[upload_id])
        return JSONResponse(
            {"id": upload_id, "width": width, "height": height, "content_type": "image/png"}, 201
        )

    @app.get("/media/uploads/{upload_id}")
    async def media(upload_id: str) -> Response:
        if upload_id not in script.uploads:
            return JSONResponse({"detail": "It is gone."}, 404)
        return Response(script.uploads[upload_id], media_type="image/png")


async def _home() -> RedirectResponse:
    return RedirectResponse("/")


async def _snapshot(runs: list[dict[str, Any]]) -> AsyncIterator[str]:
    """One snapshot, and then nothing until the page goes."""
    yield f"id: 1\nevent: snapshot\ndata: {json.dumps({'runs': runs})}\n\n"
    await asyncio.Event().wait()


@contextmanager
def served(script: Script) -> Iterator[str]:
    """The server on a free port, in a thread of its own: its address."""
    # built within the server's loop: Gradio makes one that nobody closes where none is running
    config = uvicorn.Config(
        partial(form_app, script),
        factory=True,
        port=0,
        log_level="error",
        timeout_graceful_shutdown=1,
    )
    with listening(config) as address:
        yield address
