"""How practice mode's server answers, below HTTP."""

import asyncio
import socket

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.fal.practice import PracticeFal, PracticeServer
from backend.fal.practice_faults import TRANSPORT


async def test_no_part_of_an_answer_waits_for_an_acknowledgement() -> None:
    async def no_delay(request: Request) -> Response:
        transport: asyncio.Transport = request.scope["state"][TRANSPORT]
        connection = transport.get_extra_info("socket")
        return JSONResponse(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    fal = PracticeFal(())
    fal.app.router.routes.insert(0, Route("/no-delay", no_delay))
    server = PracticeServer(fal)
    base = await server.start()
    try:
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{base}/no-delay")).json() != 0
    finally:
        await server.stop()
