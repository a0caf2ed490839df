"""Figures for Prometheus: counted from the feed, so that nothing else has to know of them."""

from collections.abc import Callable
from datetime import datetime
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from backend.domain.ports import KeyState
from backend.domain.run import Run, RunState
from backend.runs.feed import Feed
from backend.runs.runner import Runner
from backend.services.live_prices import LivePrices
from backend.services.status import KeyWatch

#: seconds; a picture takes about ten
STAGE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """A registry of its own: two servers in one process do not count into each other."""

    def __init__(self, feed: Feed):
        self._registry = CollectorRegistry()
        self._seen: dict[str, tuple[RunState, datetime]] = {}
        self._ended = self._counter(
            "playground_runs_ended", "Runs by endpoint and end state.", "endpoint", "state"
        )
        self._submits = self._counter("playground_submits", "Paid POSTs begun.")
        self._uncertain = self._counter(
            "playground_uncertain", "Runs of which fal may or may not know."
        )
        self._retried = self._counter("playground_saves_retried", "Pictures tried once more.")
        self._stage = Histogram(
            "playground_stage_seconds",
            "How long runs were in a state.",
            ["state"],
            buckets=STAGE_SECONDS,
            registry=self._registry,
        )
        feed.watch(self.saw)

    def read_from(self, runner: Runner, key: KeyWatch, prices: LivePrices, version: str) -> None:
        """Show what is only true at the moment of reading."""
        self._gauge("playground_runs_waiting", "Runs that wait for a turn.", lambda: runner.waiting)
        self._gauge("playground_runs_in_flight", "Runs that hold one.", lambda: runner.in_flight)
        self._gauge(
            "playground_prices_changed",
            "Endpoints whose price at fal is not our file's.",
            lambda: len(prices.changed),
        )
        build = Gauge("playground_build_info", "Always 1.", ["version"], registry=self._registry)
        build.labels(version).set(1)
        states = Gauge(
            "playground_key_state",
            "1 for what fal says of the key, 0 for the others.",
            ["state"],
            registry=self._registry,
        )

        def is_now(state: str) -> Callable[[], float]:
            return lambda: float(state == ("locked" if runner.locked else key.state))

        for state in get_args(KeyState):
            states.labels(state).set_function(is_now(state))

    @property
    def unfinished(self) -> int:
        """How many runs are remembered: those that have not ended."""
        return len(self._seen)

    def saw(self, run: Run) -> None:
        """A run was published; only a change of its state counts."""
        before = self._seen.pop(run.id, None)
        if before is not None and before[0] is not run.state:
            seconds = (run.state_at - before[1]).total_seconds()
            self._stage.labels(before[0].value).observe(max(0.0, seconds))
            self._count(run)
        if not run.state.ended:
            self._seen[run.id] = (run.state, run.state_at)

    def _count(self, run: Run) -> None:
        if run.state is RunState.SUBMITTING:
            self._submits.inc()
        if run.state is RunState.UNCERTAIN:
            self._uncertain.inc()
        if run.state.ended:
            self._ended.labels(run.endpoint_id, run.state.value).inc()

    def retried(self) -> None:
        """A picture of fal's could not be had or stored and is tried once more."""
        self._retried.inc()

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(name, help_text, labels, registry=self._registry)

    def _gauge(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        Gauge(name, help_text, registry=self._registry).set_function(read)
