"""Figures are counted once for each change of a run's state."""

import re
from datetime import timedelta

from backend.domain.run import RunState
from backend.runs.feed import Feed
from backend.services.metrics import Metrics
from tests.unit.runs.factories import NOON, a_run
from tests.unit.services.exposed import Standing, metrics_of


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


def test_what_is_true_at_the_moment_is_read_when_it_is_asked_for() -> None:
    standing = Standing()
    metrics = metrics_of(standing)
    seen = figures(metrics)
    assert (seen["playground_runs_waiting"], seen["playground_runs_in_flight"]) == (3, 2)
    assert seen["playground_prices_changed"] == 1
    assert seen['playground_build_info{version="1.2.3"}'] == 1
    assert seen['playground_key_state{state="accepted"}'] == 1
    standing.locked = True
    seen = figures(metrics)
    assert seen['playground_key_state{state="accepted"}'] == 0
    assert seen['playground_key_state{state="locked"}'] == 1


def test_a_run_of_before_the_start_is_counted_from_where_it_was_left() -> None:
    feed = Feed()
    metrics = Metrics(feed)
    feed.publish(a_run(state=RunState.QUEUED))
    feed.publish(a_run(state=RunState.DONE, state_at=NOON + timedelta(hours=2)))
    feed.publish(a_run(state=RunState.DONE, state_at=NOON + timedelta(hours=2)))
    seen = figures(metrics)
    assert seen["playground_submits_total"] == 0
    assert seen['playground_stage_seconds_sum{state="queued"}'] == 7200
    ended = 'playground_runs_ended_total{endpoint="fal-ai/flux-pro/v1.1",state="done"}'
    assert seen[ended] == 1


def test_memory_is_held_for_unfinished_runs_only() -> None:
    feed = Feed()
    metrics = Metrics(feed)
    for number in range(50):
        for state in (RunState.CREATED, RunState.FAILED):
            feed.publish(a_run(id=f"run{number}", state=state))
    assert metrics.unfinished == 0


def test_names_follow_prometheus_conventions() -> None:
    lines = metrics_of().text().decode().splitlines()
    types = dict(line.split()[2:4] for line in lines if line.startswith("# TYPE"))
    helps = {line.split()[2] for line in lines if line.startswith("# HELP") and line.endswith(".")}
    assert set(types) == helps
    for name, kind in types.items():
        assert re.fullmatch(r"playground_[a-z_]+", name)
        assert name.endswith("_total") == (kind == "counter")
        assert kind != "histogram" or name.endswith("_seconds")
