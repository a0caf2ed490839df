"""Every error is a problem document."""

import httpx
import pytest

from tests.integration.api.shape import PROBLEM
from tests.integration.api.site import Site

UNKNOWN = (
    "/api/v1/nothing",
    "/api/v2/runs",
    "/api/v1/runs/",
    "/api/",
    "/media/x",
    "/media/a/b/c/d",
)
OTHER_METHODS = (
    ("PUT", "/api/v1/runs", "GET, POST"),
    ("POST", "/api/v1/me", "GET"),
    ("GET", "/api/v1/runs/x/cancel", "POST"),
    ("POST", "/media/x/0", "GET, HEAD"),
    ("POST", "/healthz", "GET"),
    ("DELETE", "/sign-in", "GET, POST"),
    ("GET", "/sign-out", "POST"),
    ("POST", "/api/v1/presets/x", "GET, PUT, PATCH, DELETE"),
)


async def test_an_unknown_address_is_a_problem_404(alice: httpx.AsyncClient) -> None:
    for path in UNKNOWN:
        for method in ("GET", "POST", "DELETE", "PATCH"):
            response = await alice.request(method, path)
            assert response.status_code == 404, path
            assert response.headers["content-type"] == PROBLEM
            assert response.json()["code"] == "not_found"


async def test_another_method_is_a_problem_405_that_names_the_right_ones(
    alice: httpx.AsyncClient,
) -> None:
    for method, path, allowed in OTHER_METHODS:
        response = await alice.request(method, path)
        assert response.status_code == 405, path
        assert response.headers["content-type"] == PROBLEM
        assert response.headers["allow"] == allowed


async def test_a_fault_of_ours_is_a_problem_500_that_tells_nothing(
    alice: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(site.world.services.status), "me", broken)
    response = await alice.get("/api/v1/me")
    assert response.status_code == 500
    assert response.headers["content-type"] == PROBLEM
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json()["code"] == "unexpected"
    assert "secret" not in response.text
