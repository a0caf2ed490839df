"""Figures for Prometheus, for whoever is let in."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import Asker, Given

router = APIRouter(include_in_schema=False)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/metrics")
async def metrics(services: Given, _: Asker) -> Response:
    """Runs by endpoint and end state, seconds by stage, submits, uncertain, retries, queue."""
    return Response(services.metrics.text(), media_type=CONTENT_TYPE)
