"""What a ZIP of 2 GB adds to the server's memory while it is sent."""

from pathlib import Path

import httpx

from benchmarks.plan import Plan
from benchmarks.process import Process
from benchmarks.row import Row
from benchmarks.seed import seed
from benchmarks.servers import playground, scripted_fal

#: as many runs give more pictures of the one local person than are asked for
RUNS = 4_000
PICTURES = 2_000
MOST_MB = 50
LOOK_EVERY_BYTES = 16 * 1024 * 1024


async def measure(plan: Plan) -> list[Row]:
    """A seeded store whose files are holes on the disk, all as large as the whole needs."""
    data = plan.new_folder("zip")
    await seed(data, RUNS)
    size = (200_000_000 if plan.quick else 2_000_000_000) // PICTURES
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url, data=data) as app,
        httpx.AsyncClient(base_url=app.url, timeout=600) as client,
    ):
        pictures = await _pictures(client, data, size)
        await _fetched(client, app, pictures[:10])  # what is loaded once is loaded
        before = app.memory_mb()
        sent, most = await _fetched(client, app, pictures)
    return [
        Row(
            what=f"ZIP of {sent / 1e9:.1f} GB: server memory added",
            unit="MB",
            ours=most - before,
            limit=MOST_MB,
            n=1,
            about_time=False,
            detail={"pictures": len(pictures), "bytes": sent},
        )
    ]


async def _pictures(client: httpx.AsyncClient, data: Path, size: int) -> list[dict[str, object]]:
    """Pictures of the local person, each with a file that is one hole."""
    found: list[dict[str, object]] = []
    cursor = ""
    while len(found) < PICTURES:
        answer = await client.get(f"/api/v1/runs?limit=100&pictures=1{cursor}")
        page = answer.raise_for_status().json()
        for run in page["runs"]:
            day = run["created_at"][:10]
            for image in run["images"]:
                name = f"{run['id']}-{image['index']}.jpeg"
                file = data / "pictures" / "pictures" / day / name
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("wb") as hole:
                    hole.truncate(size)
                found.append({"run_id": run["id"], "index": image["index"]})
        cursor = f"&cursor={page['next_cursor']}"
    return found[:PICTURES]


async def _fetched(
    client: httpx.AsyncClient, app: Process, pictures: list[dict[str, object]]
) -> tuple[int, float]:
    """Bytes of the ZIP, and the most memory that the server had meanwhile."""
    made = await client.post("/api/v1/exports", json={"pictures": pictures})
    address = made.raise_for_status().json()["url"]
    sent, looked, most = 0, 0, app.memory_mb()
    async with client.stream("GET", address) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_raw():
            sent += len(part)
            if sent - looked > LOOK_EVERY_BYTES:
                looked, most = sent, max(most, app.memory_mb())
    return sent, max(most, app.memory_mb())
