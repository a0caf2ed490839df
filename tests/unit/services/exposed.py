"""What /metrics exposes after a run's whole way."""

from datetime import timedelta
from typing import cast

from prometheus_client.parser import text_string_to_metric_families

from backend.domain.ports import KeyState
from backend.domain.run import RunState
from backend.runs.feed import Feed
from backend.runs.runner import Runner
from backend.services.live_prices import LivePrices
from backend.services.metrics import Metrics
from backend.services.status import KeyWatch
from tests.unit.runs.factories import NOON, a_run


class Standing:
    """What is read of runner, key and prices."""

    waiting, in_flight, locked = 3, 2, False
    state: KeyState = "accepted"
    changed = ("one",)


def metrics_of(standing: Standing | None = None) -> Metrics:
    """Figures of a run that was uncertain for a while and is done."""
    feed = Feed()
    metrics = Metrics(feed)
    now = standing or Standing()
    metrics.read_from(
        cast(Runner, now), cast(KeyWatch, now), cast(LivePrices, now), version="1.2.3"
    )
    states = ("CREATED", "SUBMITTING", "UNCERTAIN", "QUEUED", "SAVING", "DONE")
    for second, state in enumerate(states):
        feed.publish(a_run(state=RunState[state], state_at=NOON + timedelta(seconds=second)))
    metrics.retried()
    return metrics


def exposed() -> dict[str, set[str]]:
    """The labels of each sample's name, without those that tell when it was created."""
    text = metrics_of().text().decode()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                found.setdefault(sample.name, set()).update(sample.labels)
    return found
