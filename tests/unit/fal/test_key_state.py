import httpx
import pytest

from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from backend.fal.key_state import ask_key_state
from tests.unit.fal.wires import KEY, TurnedClock, wire_to


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(200, json={"prices": []}), "accepted"),
        (httpx.Response(401), "refused"),
        (httpx.Response(403, json={"detail": "no"}), "refused"),
        (httpx.Response(403, json={"detail": "User is locked. Reason: Admin lock."}), "locked"),
        (httpx.Response(404), "unknown"),
        (httpx.Response(500), "unknown"),
        (httpx.Response(302, headers={"location": "https://evil.example"}), "unknown"),
        (httpx.Response(200, text="<html>a hotel's login page</html>"), "unknown"),
    ],
)
async def test_the_state_of_the_key_is_read_from_a_free_call(answer, state):
    wire, far = wire_to(lambda _: answer)
    assert await ask_key_state(wire) == state
    (request,) = far.requests
    assert (request.method, request.url.host) == ("GET", "api.fal.ai")
    assert request.headers["authorization"] == f"Key {KEY}"


async def test_without_a_connection_it_is_unknown():
    def broken(request):
        raise httpx.ConnectError("x", request=request)

    wire, _ = wire_to(broken)
    assert await ask_key_state(wire) == "unknown"


async def test_without_a_key_nobody_is_asked():
    gateway = FalGateway("", FalHosts(), TurnedClock(), "1")
    assert await gateway.key_state() == "missing"
