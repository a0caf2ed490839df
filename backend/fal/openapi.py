"""fal's own description of an endpoint: public, asked for without a key."""

import json
from typing import Any

import httpx

ADDRESS = "https://fal.ai/api/openapi/queue/openapi.json"
MOST_BYTES = 5 * 1024 * 1024
WITHIN_S = 30.0


class NoDocument(Exception):
    """Why there is none. The message is one sentence."""


def fetch_document(endpoint_id: str, transport: httpx.BaseTransport | None = None) -> Any:
    """The OpenAPI document as fal serves it today. Raises NoDocument.

    fal's lists lose endpoints for a while (github fal-ai/fal-js issue 156, read 2026-11-21): a 404
    does not prove that one has ended.
    """
    try:
        with (
            httpx.Client(transport=transport, timeout=WITHIN_S, follow_redirects=True) as client,
            client.stream("GET", ADDRESS, params={"endpoint_id": endpoint_id}) as answer,
        ):
            if answer.status_code == 404:
                raise NoDocument("fal has no document of it today (404); it may still be there")
            if answer.status_code != 200:
                raise NoDocument(f"fal answered with {answer.status_code}")
            return _parsed(_read(answer))
    except httpx.HTTPError as error:
        raise NoDocument(f"fal can't be reached ({type(error).__name__})") from None


def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise NoDocument("fal's document is too large")
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NoDocument("fal's answer is not JSON") from None
