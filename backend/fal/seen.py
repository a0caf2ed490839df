"""What of a request's statuses is new: stream and polls both repeat the log from its beginning."""

from collections import Counter
from dataclasses import replace

from backend.domain.ports import FalStatus, LogLine


class Seen:
    """What was told about one request so far."""

    def __init__(self) -> None:
        self._lines: Counter[LogLine] = Counter()
        self._last: FalStatus | None = None

    def news_in(self, status: FalStatus) -> FalStatus | None:
        """The status with its new log lines only; None where nothing has changed."""
        new = self._new_lines(status.logs)
        bare = replace(status, logs=())
        if bare == self._last and not new:
            return None
        self._last = bare
        return replace(status, logs=new)

    def _new_lines(self, lines: tuple[LogLine, ...]) -> tuple[LogLine, ...]:
        """A line is new where this answer holds it more often than any answer before."""
        here: Counter[LogLine] = Counter()
        new = []
        for line in lines:
            here[line] += 1
            if here[line] > self._lines[line]:
                new.append(line)
        self._lines |= here
        return tuple(new)
