"""Files: stored images, their previews, and uploads. Each checked for who may see it."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.deps import Asker, Given
from backend.services.downloads import Download
from backend.services.gallery import file_name

router = APIRouter(prefix="/media", tags=["media"], include_in_schema=False)

#: a run's files never change; the address is asked for again only by another person. Who that is
#: stands in the cookie: a browser where somebody else has come in asks anew.
CACHED = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Vary": "Cookie, Authorization",
    "X-Content-Type-Options": "nosniff",
}
#: as many digits as any file's size has: longer ones count as no range
RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


@router.api_route("/uploads/{upload_id}", methods=["GET", "HEAD"])
async def upload(upload_id: str, request: Request, services: Given, person: Asker) -> Response:
    """A picture that somebody brought, for its owner and where the team can see its run."""
    kept = await services.uploads.seen(person, upload_id)
    pictures = services.uploads.pictures
    file = Download(pictures=pictures, key=kept.key, size=await pictures.size(kept.key))
    return await send_file(request, file, kept.content_type, f"{kept.id}", inline=True)


@router.api_route("/{run_id}/{index}/preview", methods=["GET", "HEAD"])
async def preview(run_id: str, index: int, services: Given, person: Asker) -> Response:
    """A small JPEG, or WebP where something is transparent; longest side 1024.

    204 while there is none yet.
    """
    made = await services.gallery.preview(person, run_id, index)
    if made is None:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    data, content_type = made
    return Response(data, media_type=content_type, headers=CACHED)


@router.api_route("/{run_id}/{index}", methods=["GET", "HEAD"])
async def image(
    run_id: str,
    index: int,
    request: Request,
    services: Given,
    person: Asker,
    download: Annotated[bool, Query()] = False,
) -> Response:
    """The stored file, with its prompt or without (PROMPTS_IN_DOWNLOADS); range requests work."""
    run, kept = await services.gallery.image(person, run_id, index)
    slug = next(
        (e.slug for e in services.catalogue.endpoints if e.endpoint_id == run.endpoint_id), "run"
    )
    return await send_file(
        request,
        await services.downloads.of(run, kept),
        kept.content_type or "application/octet-stream",
        file_name(run, kept, slug),
        inline=not download,
    )


async def send_file(
    request: Request,
    file: Download,
    content_type: str,
    name: str,
    *,
    inline: bool,
) -> Response:
    """A file of the store, whole or the asked range (RFC 9110, one range)."""
    size = file.size
    headers = {
        **CACHED,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"',
    }
    try:
        span = asked_range(request.headers.get("range"), size)
    except RangeOutside:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = (0, size) if span is None else span
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    status = 200 if span is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, media_type=content_type, headers=headers)
    return StreamingResponse(
        file.pieces(start, end), status, media_type=content_type, headers=headers
    )


class RangeOutside(ValueError):
    """The asked bytes are not in the file."""


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end exclusive), or None for the whole file. Raises RangeOutside.

    What is no range of bytes, several ranges, and one that ends before it begins are no range.
    """
    match = RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
    else:
        start, end = max(0, size - int(last)), size
    if start >= end:
        raise RangeOutside
    return start, end
