"""A practice fal on a free port, and clients of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from backend.domain.endpoint import Endpoint
from backend.domain.field import Kind
from backend.endpoints.catalogue import load_catalogue
from backend.fal.practice import Pace, PracticeFal, PracticeServer
from backend.fal.practice_script import Script

ENDPOINTS = load_catalogue().endpoints
V11 = "fal-ai/flux-pro/v1.1"
KEY = {"Authorization": "Key practice:key"}
THUMBNAIL = {"width": 64, "height": 48}
AT_ONCE = Pace(queue=0, run=0)


@dataclass
class World:
    """A running practice fal and a client that has its key."""

    base: str
    script: Script
    client: httpx.AsyncClient
    server: PracticeServer

    async def submit(self, endpoint_id: str = V11, **given: Any) -> dict[str, Any]:
        """The reply to an accepted request, for a small picture where it says no size."""
        given = {"prompt": "a hill", "image_size": THUMBNAIL, **given}
        reply = await self.client.post(f"/{endpoint_id}", json=given)
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    async def get(self, url: str) -> httpx.Response:
        """Any address of it."""
        return await self.client.get(url)

    async def upload(self, data: bytes, content_type: str = "image/png") -> str:
        """The address of an uploaded file."""
        token = (await self.client.post("/storage/auth/token?storage_type=fal-cdn-v3")).json()
        headers = {
            "Authorization": f"{token['token_type']} {token['token']}",
            "Content-Type": content_type,
        }
        reply = await self.client.post("/files/upload", content=data, headers=headers)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["access_url"])

    async def complete_input(self, endpoint: Endpoint) -> dict[str, Any]:
        """An input of required fields for any endpoint, its pictures uploaded."""
        given: dict[str, Any] = {}
        for field in endpoint.fields:
            if field.required:
                given[field.name] = await self._example(field.kind)
        return given

    async def _example(self, kind: Kind) -> Any:
        if kind is Kind.IMAGE:
            return await self.upload(png((64, 48), (200, 60, 40)))
        if kind is Kind.MASK:
            return await self.upload(half_mask((64, 48)))
        return 1.0 if kind is Kind.NUMBER else "a hill"


@asynccontextmanager
async def practice(
    *,
    script: Script | None = None,
    folder: Path | None = None,
    pace: Pace = AT_ONCE,
    **more: Any,
) -> AsyncIterator[World]:
    """A practice fal that is served for as long as the block lasts."""
    script = script or Script()
    server = PracticeServer(PracticeFal(ENDPOINTS, folder=folder, pace=pace, script=script, **more))
    base = await server.start()
    try:
        async with httpx.AsyncClient(
            base_url=base, headers=KEY, trust_env=False, timeout=10
        ) as client:
            yield World(base, script, client, server)
    finally:
        await server.stop()


def png(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def half_mask(size: tuple[int, int]) -> bytes:
    """Black on the left, white on the right."""
    mask = Image.new("L", size)
    mask.paste(255, (size[0] // 2, 0, size[0], size[1]))
    out = BytesIO()
    mask.save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """The decoded picture."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def at_path(url: str, base: str) -> str:
    """The same path at another address."""
    return f"{base}{httpx.URL(url).path}"


def first_problem(reply: httpx.Response) -> Mapping[str, Any]:
    """The first entry of a 422's list."""
    assert reply.status_code == 422, reply.text
    found: Mapping[str, Any] = reply.json()["detail"][0]
    return found
