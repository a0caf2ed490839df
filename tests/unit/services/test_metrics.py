"""Figures are counted once for each change of a run's state."""

from datetime import timedelta

from backend.domain.run import RunState
from backend.runs.feed import Feed
from backend.services.metrics import Metrics
from tests.unit.runs.factories import NOON, a_run


def figures(metrics: Metrics) -> dict[str, float]:
    lines = metrics.text().decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))
    }


def test_a_runs_way_is_counted_once() -> None:
    feed = Feed()
    metrics = Metrics(feed)
    states = [RunState.CREATED, RunState.SUBMITTING, RunState.QUEUED, RunState.SAVING]
    for second, state in enumerate([*states, RunState.DONE]):
        run = a_run(state=state, state_at=NOON + timedelta(seconds=second))
        feed.publish(run)
        feed.publish(run)
    seen = figures(metrics)
    ended = 'playground_runs_ended_total{endpoint="fal-ai/flux-pro/v1.1",state="done"}'
    assert seen[ended] == 1


def test_submits_and_uncertain_runs_are_counted() -> None:
    feed = Feed()
    metrics = Metrics(feed)
    feed.publish(a_run())
    feed.publish(a_run(state=RunState.SUBMITTING))
    feed.publish(a_run(state=RunState.UNCERTAIN))
    metrics.retried()
    seen = figures(metrics)
    assert seen["playground_submits_total"] == 1
    assert seen["playground_uncertain_total"] == 1
    assert seen["playground_saves_retried_total"] == 1


def test_seconds_are_those_between_two_states() -> None:
    feed = Feed()
    metrics = Metrics(feed)
    feed.publish(a_run(state=RunState.QUEUED))
    feed.publish(a_run(state=RunState.RUNNING, state_at=NOON + timedelta(seconds=3)))
    seen = figures(metrics)
    assert seen['playground_stage_seconds_sum{state="queued"}'] == 3
    assert seen['playground_stage_seconds_count{state="queued"}'] == 1
