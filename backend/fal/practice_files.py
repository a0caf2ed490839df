"""The file calls of practice mode: a token, an upload, and what lies at a file's address."""

import asyncio
import secrets
import uuid
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.fal.practice_desk import LOCKED, Desk, TooLarge, base_url, body_of, says
from backend.fal.practice_faults import perform
from backend.fal.practice_queue import iso

_LARGEST_FILE = 100 * 1024 * 1024
_TOKEN_LIFE = timedelta(hours=1).total_seconds()
_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
}


class Files:
    """Takes uploads, gives files."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        #: tokens and when they expire
        self._tokens: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """fal's three hosts for files, under one address."""
        return [
            Route("/storage/auth/token", self.token, methods=["POST"]),
            Route("/files/upload", self.upload, methods=["POST"]),
            Route("/files/{name}", self.file, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """A token for uploads, good for an hour."""

        async def normal() -> Response:
            problem = self._desk.key_problem(request)
            if problem is not None:
                return says(401, problem)
            if self._desk.script.locked:
                return says(403, LOCKED)
            now = self._desk.now()
            self._tokens = {token: end for token, end in self._tokens.items() if end > now}
            token = secrets.token_urlsafe(24)
            self._tokens[token] = now + _TOKEN_LIFE
            return JSONResponse(
                {
                    "token": token,
                    "token_type": "Bearer",
                    "base_url": base_url(request),
                    "expires_at": iso(now + _TOKEN_LIFE),
                }
            )

        script = self._desk.script
        return await perform(script.take("token"), request, script, normal)

    async def upload(self, request: Request) -> Response:
        """Keep a file for a day; its public address."""
        self._desk.script.saw_key(request.url.path, request.headers.get("authorization", ""))
        if not self._may_upload(request):
            return says(401, "Invalid upload token")
        try:
            data = await body_of(request, _LARGEST_FILE)
        except TooLarge:
            return says(413, "File is too large.")

        async def normal() -> Response:
            if self._desk.script.locked:
                return says(403, LOCKED)
            name = f"{uuid.uuid4()}.{kind_of(data)}"
            await asyncio.to_thread(self._desk.store.put_file, name, data)
            return JSONResponse({"access_url": f"{base_url(request)}/files/{name}"})

        script = self._desk.script
        return await perform(script.take("upload"), request, script, normal)

    async def file(self, request: Request) -> Response:
        """An upload or an output, to anyone who has its address, as at fal."""
        self._desk.script.saw_key(request.url.path, request.headers.get("authorization", ""))

        async def normal() -> Response:
            name = request.path_params["name"]
            data = await asyncio.to_thread(self._desk.store.file, name)
            if data is None:
                return says(404, "File not found")
            kind = name.rpartition(".")[2]
            return Response(
                data,
                media_type=_TYPES.get(kind, "application/octet-stream"),
                # Whatever was uploaded, a browser shall not run it.
                headers={
                    "x-content-type-options": "nosniff",
                    "content-security-policy": "default-src 'none'; sandbox",
                    "cache-control": "private, max-age=3600",
                },
            )

        script = self._desk.script
        action = script.take("picture", request.path_params["name"])
        return await perform(action, request, script, normal)

    def _may_upload(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expires = self._tokens.get(token.strip(), 0.0)
        return scheme.lower() == "bearer" and expires > self._desk.now()


def kind_of(data: bytes) -> str:
    """The file's ending by its first bytes; "bin" for what is no picture."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"avis"}:
        return "avif"
    return "bin"
