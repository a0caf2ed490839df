"""Bob on what is alice's: he sees what the team sees, and changes nothing."""

import httpx
import pytest

from backend.domain.run import Run, RunState
from tests.integration.api.site import Site
from tests.integration.api.test_uploads import drawn
from tests.integration.playground import V11, World

CHANGES = (
    ("POST", "/api/v1/runs/{}/cancel"),
    ("POST", "/api/v1/runs/{}/check"),
    ("POST", "/api/v1/runs/{}/forget"),
    ("DELETE", "/api/v1/runs/{}"),
    ("POST", "/api/v1/runs/{}/restore"),
)
LOOKS = (
    ("GET", "/api/v1/runs/{}"),
    ("GET", "/api/v1/runs/{}/code"),
    ("GET", "/media/{}/0"),
    ("GET", "/media/{}/0/preview"),
)


@pytest.fixture
async def run(world: World) -> Run:
    """A done run of alice's."""
    return await world.done(await world.start())


async def test_bob_sees_her_run_and_that_it_is_hers(bob: httpx.AsyncClient, run: Run) -> None:
    for method, path in LOOKS:
        assert (await bob.request(method, path.format(run.id))).status_code == 200, path
    seen = (await bob.get(f"/api/v1/runs/{run.id}")).json()
    assert (seen["person"], seen["person_name"], seen["mine"]) == ("alice", "Alice", False)


async def test_bob_can_not_change_her_run(bob: httpx.AsyncClient, world: World, run: Run) -> None:
    for method, path in CHANGES:
        response = await bob.request(method, path.format(run.id))
        assert response.status_code == 403, path
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == "not_allowed"
    assert await world.get(run) == run


async def test_bob_can_not_cancel_her_waiting_run(bob: httpx.AsyncClient, world: World) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    assert (await bob.post(f"/api/v1/runs/{run.id}/cancel")).status_code == 403
    assert not (await world.get(run)).cancel_requested
    assert world.script.calls["cancel"] == 0
    world.script.release()


async def test_her_deleted_run_is_not_there_for_bob(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, run: Run
) -> None:
    await alice.delete(f"/api/v1/runs/{run.id}")
    for method, path in (*LOOKS, *CHANGES, ("POST", "/api/v1/runs/{}/again")):
        response = await bob.request(method, path.format(run.id))
        assert response.status_code == 404, path
        assert "Alice" not in response.text
    body = {"run_id": run.id, "index": 0}
    assert (await bob.post("/api/v1/uploads", json=body)).status_code == 404
    listed = (await bob.get("/api/v1/runs", params={"everyone": True})).json()["runs"]
    assert listed == []


async def test_what_bob_runs_again_is_his(bob: httpx.AsyncClient, run: Run) -> None:
    response = await bob.post(f"/api/v1/runs/{run.id}/again")
    assert response.status_code == 202
    assert (response.json()["person"], response.json()["again_of"]) == ("bob", run.id)


async def test_her_upload_is_not_there_for_bob_and_sounds_like_one_that_never_was(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    files = {"file": drawn()}
    upload = (await alice.post("/api/v1/uploads", files=files)).json()["id"]
    assert (await alice.get(f"/media/uploads/{upload}")).status_code == 200
    for ways in (
        lambda name: bob.get(f"/media/uploads/{name}"),
        lambda name: bob.post("/api/v1/uploads", json={"url": f"upload:{name}"}),
        lambda name: bob.post(
            "/api/v1/runs",
            json={
                "endpoint_id": "fal-ai/flux-pro/v1/redux",
                "input": {"image_url": f"upload:{name}"},
            },
        ),
        lambda name: bob.post(
            "/api/v1/presets",
            json={
                "endpoint_id": "fal-ai/flux-pro/v1/redux",
                "name": "x",
                "values": {"image_url": f"upload:{name}"},
            },
        ),
    ):
        hers, nobodys = await ways(upload), await ways("0" * 24)
        assert hers.status_code in (404, 422)
        assert hers.status_code == nobodys.status_code
        assert hers.json() == nobodys.json()
    assert world.posts == 0


async def test_an_upload_in_a_run_of_the_team_can_be_seen_and_used_by_bob(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    upload = (await alice.post("/api/v1/uploads", files={"file": drawn()})).json()["id"]
    body = {
        "endpoint_id": "fal-ai/flux-pro/v1/redux",
        "input": {"image_url": f"upload:{upload}"},
    }
    assert (await alice.post("/api/v1/runs", json=body)).status_code == 202
    assert (await bob.get(f"/media/uploads/{upload}")).status_code == 200
    assert (await bob.post("/api/v1/runs", json=body)).status_code == 202


async def test_her_presets_are_neither_listed_for_bob_nor_his_to_delete(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    body = {
        "endpoint_id": V11,
        "name": "Dusk",
        "values": {"prompt": "a hill at dusk"},
        "visibility": "private",
    }
    saved = await alice.post("/api/v1/presets", json=body)
    assert saved.status_code == 201
    preset = saved.json()["id"]
    listed = (await bob.get("/api/v1/presets")).json()["presets"]
    assert preset not in {one["id"] for one in listed}
    hers = await bob.delete(f"/api/v1/presets/{preset}")
    nobodys = await bob.delete("/api/v1/presets/nothing")
    assert (hers.status_code, nobodys.status_code) == (404, 404)
    assert hers.json() == nobodys.json()
    listed = (await alice.get("/api/v1/presets")).json()["presets"]
    assert listed[0]["id"] == preset


async def test_his_runs_are_not_among_hers(alice: httpx.AsyncClient, site: Site) -> None:
    values = {"prompt": "a hill", "image_size": {"width": 64, "height": 48}}
    his = await site.world.services.generate.start(site.world.bob, V11, values)
    runs = (await alice.get("/api/v1/runs")).json()["runs"]
    assert his.id not in {run["id"] for run in runs}
