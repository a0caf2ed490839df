"""A line of the log for each state of a run: what, where, how long; never what was asked for."""

import logging
from datetime import datetime

from backend.domain.run import Run, RunState
from backend.runs.feed import Feed

log = logging.getLogger(__name__)


class Journal:
    """Listens to the feed; holds unfinished runs only."""

    def __init__(self, feed: Feed):
        self._seen: dict[str, tuple[RunState, datetime]] = {}
        feed.watch(self.saw)

    def saw(self, run: Run) -> None:
        """A run was published; only a change of its state is written."""
        before = self._seen.pop(run.id, None)
        if not run.state.ended:
            self._seen[run.id] = (run.state, run.state_at)
        if before is not None and before[0] is run.state:
            return
        seconds = None if before is None else (run.state_at - before[1]).total_seconds()
        facts = {
            "run_id": run.id,
            "request_id": run.request_id,
            "endpoint": run.endpoint_id,
            "state": run.state.value,
            "seconds": seconds,
        }
        why = "" if run.problem is None else f" ({run.problem.code})"
        log.info("run is %s%s", run.state.value, why, extra=facts)
