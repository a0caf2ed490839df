"""What writing a run into a picture of 4 megapixels takes, for each kind of file."""

import asyncio
import time
from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from backend.domain.picture import Preserved
from backend.pictures.metadata import write_metadata
from benchmarks.pictures import photograph
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.stats import median

MOST_MS = 30
KINDS = {"JPEG": {}, "PNG": {"compress_level": 1}, "WEBP": {"quality": 90, "method": 0}}


async def measure(plan: Plan) -> list[Row]:
    """In this process, the first time (which loads the library) left out."""
    return await asyncio.to_thread(_measure, plan.times(30, 5))


def _measure(times: int) -> list[Row]:
    return [_row(kind, options, times) for kind, options in KINDS.items()]


def _row(kind: str, options: dict[str, int], times: int) -> Row:
    image = Image.open(BytesIO(photograph()))
    target = BytesIO()
    image.save(target, kind, **options)
    data, kept = target.getvalue(), _kept()
    written = write_metadata(data, kept, image.size)
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        write_metadata(data, kept, image.size)
        spent.append((time.perf_counter() - begin) * 1000)
    same = _pixels(written) == _pixels(data)
    return Row(
        what=f"metadata into 4 MP, {kind}",
        unit="ms",
        ours=median(spent) if same else float("inf"),
        limit=MOST_MS,
        n=times,
        about_time=same,
        detail={"bytes": len(data), "pixels identical": same},
    )


def _pixels(data: bytes) -> bytes:
    return Image.open(BytesIO(data)).tobytes()


def _kept() -> Preserved:
    return Preserved(
        run_id="bench",
        endpoint_id="fal-ai/flux-pro/v1.1",
        request_id="bench",
        input={"prompt": "a bench by the sea, " * 50, "num_images": 1},
        seed=7,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        app_version="0",
    )
