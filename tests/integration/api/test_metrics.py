"""Figures for Prometheus."""

import httpx

from tests.integration.playground import World


async def test_a_finished_run_is_counted(world: World, alice: httpx.AsyncClient) -> None:
    await world.done(await world.start())
    answer = await alice.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    ended = 'playground_runs_ended_total{endpoint="fal-ai/flux-pro/v1.1",state="done"} 1.0'
    assert ended in answer.text
    assert "playground_submits_total 1.0" in answer.text
    assert "playground_runs_waiting 0.0" in answer.text


async def test_nobody_reads_them_without_being_let_in(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/metrics")).status_code == 401
