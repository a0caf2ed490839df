"""The key in what fal says, blacked out before anybody reads it.

fal's own words are shown where no sentence of ours fits them, and its log lines are shown as they
are. A proxy on the way, or a model, may repeat the header that it got.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from backend.domain.errors import FalError
from backend.domain.ports import FalResult, FalStatus, LogLine
from backend.domain.run import Output

BLACK = "[key]"
#: a shorter half of a key may be an ordinary word; fal's have more than thirty characters
SHORTEST = 12


class Unsaid:
    """Knows the key and both of its halves. None of them shows in its repr."""

    def __init__(self, key: str):
        parts = {part for part in (key, *key.split(":")) if len(part) >= SHORTEST}
        # the whole before its halves
        self._parts = tuple(sorted(parts, key=len, reverse=True))

    def text(self, said: str) -> str:
        """A text without them."""
        for part in self._parts:
            said = said.replace(part, BLACK)
        return said

    def status(self, status: FalStatus) -> FalStatus:
        """A status without them."""
        return replace(
            status,
            logs=tuple(self._line(line) for line in status.logs),
            error=self._maybe(status.error),
            error_type=self._maybe(status.error_type),
        )

    def result(self, result: FalResult) -> FalResult:
        """A result whose words and addresses are without them: both are shown to people."""
        output = result.output
        timings = output.timings
        return replace(
            result,
            images=tuple(replace(image, url=self._maybe(image.url)) for image in result.images),
            output=Output(
                seed=output.seed,
                prompt=self._maybe(output.prompt),
                timings=timings and {self.text(name): value for name, value in timings.items()},
            ),
        )

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """What is raised inside says none of them."""
        try:
            yield
        except FalError as error:
            error.message = self.text(error.message)
            error.fields = {self.text(name): self.text(told) for name, told in error.fields.items()}
            error.args = (error.message,)
            raise

    def _maybe(self, said: str | None) -> str | None:
        return None if said is None else self.text(said)

    def _line(self, line: LogLine) -> LogLine:
        return LogLine(
            message=self.text(line.message),
            timestamp=self._maybe(line.timestamp),
            level=self._maybe(line.level),
        )
