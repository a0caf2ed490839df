"""The floor: a bare script at fal. Submit, read the status stream to its end, result, picture."""

import time
from typing import Any

import httpx

from benchmarks.servers import KEY

ENDPOINT_ID = "fal-ai/flux-pro/v1.1"
HEADERS = {"Authorization": f"Key {KEY}", "Accept-Encoding": "identity"}


def warm_client() -> httpx.AsyncClient:
    """Kept for all runs, as a program that lives longer than one run does."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
    return httpx.AsyncClient(headers=HEADERS, limits=limits, timeout=60)


async def bare_run(client: httpx.AsyncClient, fal_url: str, given: dict[str, Any]) -> float:
    """Seconds from the submit to the last byte of the picture."""
    began = time.perf_counter()
    submitted = (await client.post(f"{fal_url}/{ENDPOINT_ID}", json=given)).json()
    async with client.stream("GET", f"{submitted['status_url']}/stream") as events:
        async for _ in events.aiter_lines():
            pass
    result = (await client.get(submitted["response_url"])).json()
    picture = await client.get(result["images"][0]["url"])
    picture.raise_for_status()
    return time.perf_counter() - began
