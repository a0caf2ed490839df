"""A listener of /api/v1/events in a thread of its own, as a browser tab is one."""

import threading
from typing import Self

import httpx

from tests.acceptance.app_process import App
from tests.acceptance.processes import WITHIN_S


class Listening:
    """Reads the stream to its end."""

    def __init__(self, app: App) -> None:
        self._url = f"{app.url}/api/v1/events"
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._read, name="listener")
        self.kinds: list[str] = []
        #: what ended the stream, where it was not the server
        self.broken: httpx.HTTPError | None = None

    def __enter__(self) -> Self:
        """Returns once the first event is there."""
        self._thread.start()
        assert self._first.wait(WITHIN_S), "no event"
        return self

    def __exit__(self, *_: object) -> None:
        self.until_ended()

    def until_ended(self) -> None:
        """Until the stream has come to its end, well or not."""
        self._thread.join(WITHIN_S)
        assert not self._thread.is_alive(), "the stream does not end"

    def _read(self) -> None:
        try:
            with (
                httpx.Client(trust_env=False, timeout=WITHIN_S) as client,
                client.stream("GET", self._url) as answer,
            ):
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        self.kinds.append(line.removeprefix("event: "))
                        self._first.set()
        except httpx.HTTPError as error:
            self.broken = error
