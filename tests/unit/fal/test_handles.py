import pytest

from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from tests.unit.fal.wires import KEY, TurnedClock


@pytest.mark.parametrize(
    "endpoint", ["fal-ai/flux-pro", "fal-ai/flux-pro/v1.1-ultra", "fal-ai/flux-pro/v1/fill"]
)
def test_the_path_below_the_app_is_dropped(endpoint):
    gateway = FalGateway(KEY, FalHosts(), TurnedClock(), "1")
    handle = gateway.handle(endpoint, "id-1")
    base = "https://queue.fal.run/fal-ai/flux-pro/requests/id-1"
    assert (handle.response_url, handle.status_url) == (base, f"{base}/status")
    assert (handle.cancel_url, handle.request_id) == (f"{base}/cancel", "id-1")


@pytest.mark.parametrize(
    ("endpoint", "request_id"),
    [("fal-ai/flux-pro", "../x"), ("fal-ai/flux-pro", ""), ("flux", "id"), ("../..", "id")],
)
def test_what_is_no_id_makes_no_address(endpoint, request_id):
    gateway = FalGateway(KEY, FalHosts(), TurnedClock(), "1")
    with pytest.raises(ValueError, match="id"):
        gateway.handle(endpoint, request_id)


def test_the_key_is_in_no_repr():
    gateway = FalGateway(KEY, FalHosts(), TurnedClock(), "1")
    assert "secret" not in f"{gateway!r} {gateway._wire!r} {gateway._library!r}"
    assert "secret" not in repr(gateway._library.client)
