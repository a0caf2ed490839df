"""Ends of requests that a test prepared, instead of painted pictures."""

import io
from typing import Any

from PIL import Image, UnidentifiedImageError
from starlette.responses import JSONResponse, Response

from backend.domain.endpoint import Endpoint
from backend.fal.practice_queue import Accepted, Failure, inference_time
from backend.fal.practice_script import Ends
from backend.fal.practice_sizes import billed_units
from backend.fal.practice_store import PracticeStore

_UNREADABLE = (512, 512)


def prepared_failure(end: Ends) -> Failure | None:
    """The failure of a prepared end; None where it is not one."""
    if end.error is None:
        return None
    body: Any = end.body
    if body is None:
        body = {"detail": end.error, "error_type": end.error_type}
    headers = dict(end.headers)
    if end.error_type is not None:
        headers.setdefault("X-Fal-Error-Type", end.error_type)
    return Failure(
        error=end.error,
        error_type=end.error_type,
        status=end.status,
        body=body,
        headers=headers,
    )


def prepared_answer(
    end: Ends, endpoint: Endpoint, accepted: Accepted, store: PracticeStore, base: str
) -> Response:
    """The result with a test's own pictures, or with its own body."""
    if end.body is not None:
        return JSONResponse(end.body, headers=dict(end.headers))
    sizes = [_size(data) for data in end.pictures]
    images = []
    for index, data in enumerate(end.pictures):
        name = f"{accepted.request_id}-{index}.{end.content_type.partition('/')[2]}"
        store.put_file(name, data)
        width, height = sizes[index]
        size = {"width": width, "height": height}
        images.append({"url": f"{base}/files/{name}", **size, "content_type": end.content_type})
    body = {
        "images": images,
        "timings": {"inference": inference_time(accepted)},
        "seed": accepted.seed,
        "has_nsfw_concepts": [end.flagged] * len(images),
        "prompt": accepted.input.get("prompt", ""),
    }
    units = {"X-Fal-Billable-Units": str(billed_units(endpoint, sizes))}
    return JSONResponse(body, headers={**units, **end.headers})


def _size(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data)) as opened:
            return opened.size
    except (UnidentifiedImageError, OSError):
        return _UNREADABLE
