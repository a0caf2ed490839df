"""The app as people start it, `python app.py`, on a data folder of its own."""

import re
import signal
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import httpx
from PIL import Image

from tests.acceptance.processes import ROOT, Child, Process, bare_environment, said, until

KEY = "marked-key-id:marked-key-secret"
V11 = "fal-ai/flux-pro/v1.1"
SIZE = (64, 48)
ADDRESS = r"The playground is on (http://127\.0\.0\.1:\d+)"

Run = dict[str, Any]
#: starts an app's process: its environment, its log, the folder that it runs in
Start = Callable[[Mapping[str, str], Path, Path], Process]


def python_app(environ: Mapping[str, str], log: Path, folder: Path) -> Child:
    """`python app.py`."""
    return Child([sys.executable, str(ROOT / "app.py")], log, environ, folder)


class App:
    """A data folder and settings, and the process that works on them at the moment.

    As a context manager it is ready at the start (without `wait` only begun), and its process has
    ended at the end.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fal_url: str | None = None,
        data_dir: Path | None = None,
        begin: Start = python_app,
        wait: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """With `fal_url` there is a key, and that address answers in fal's place."""
        folder.mkdir(parents=True, exist_ok=True)
        self.data_dir = data_dir or folder / "data"
        self._folder = folder
        self._begin = begin
        self._wait = wait
        real = {} if fal_url is None else {"FAL_KEY": KEY, "FAL_STAND_IN_URL": fal_url}
        usual = {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "DATA_DIR": str(self.data_dir),
            "RATE_LIMIT": "10000/minute",
            "LOG_LEVEL": "DEBUG",
        }
        self._environ = bare_environment(**{**usual, **real, **(settings or {})})
        self._starts = 0
        self.client = httpx.Client(trust_env=False, timeout=30)
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        try:
            if self._wait:
                self.until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        if self.process.alive:
            self.process.kill()
        self.process.log.show_news()

    # ── its process ──────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Begin a process; whether it answers is another question."""
        self._starts += 1
        log = self._folder / f"app-{self._starts}.log"
        self.process = self._begin(self._environ, log, self._folder)

    def until_ready(self) -> None:
        """Until it takes runs."""
        self.until_served()
        until(lambda: self.get("/readyz").status_code == 200, "ready")

    def until_served(self) -> None:
        """Until it answers."""
        self.url = said(self.process, ADDRESS)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.log.show_news()

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal."""
        assert isinstance(self.process, Child)
        self.process.signal(number)

    def exit_code(self, within_s: float) -> int:
        """Wait for its end."""
        return self.process.wait(within_s)

    # ── its HTTP API ─────────────────────────────────────────────────────────────────────────

    def get(self, path: str) -> httpx.Response:
        """GET, by the local person."""
        return self.client.get(f"{self.url}{path}")

    def press(
        self, prompt: str, endpoint_id: str = V11, key: str | None = None, **given: Any
    ) -> httpx.Response:
        """POST /api/v1/runs."""
        size = {"image_size": dict(zip(("width", "height"), SIZE, strict=True))}
        values = {**(size if endpoint_id == V11 else {}), "prompt": prompt, **given}
        return self.client.post(
            f"{self.url}/api/v1/runs",
            json={"endpoint_id": endpoint_id, "input": values},
            headers={} if key is None else {"Idempotency-Key": key},
        )

    def run(self, prompt: str, endpoint_id: str = V11, **given: Any) -> Run:
        """A run that was taken."""
        answer = self.press(prompt, endpoint_id, **given)
        assert answer.status_code == 202, answer.text
        run: Run = answer.json()
        return run

    def see(self, run: Run) -> Run:
        """A run as it is now."""
        now: Run = self.get(f"/api/v1/runs/{run['id']}").raise_for_status().json()
        return now

    def runs(self) -> list[Run]:
        """The last hundred runs."""
        runs: list[Run] = self.get("/api/v1/runs?limit=100").raise_for_status().json()["runs"]
        return runs

    def until(self, run: Run, *states: str) -> Run:
        """The run once it is in one of these states."""
        now = run

        def look() -> Run | None:
            nonlocal now
            now = self.see(run)
            return now if now["state"] in states else None

        try:
            return until(look, f"a run that is {' or '.join(states)}")
        except AssertionError as error:
            raise AssertionError(f"{error}, but {now['state']}: {now['error']}") from None

    def picture(self, image: Mapping[str, Any]) -> Image.Image:
        """A picture as this app serves it, decoded."""
        answer = self.get(image["url"])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == image["content_type"]
        with Image.open(BytesIO(answer.content)) as picture:
            picture.load()
            return picture.copy()

    # ── its data ─────────────────────────────────────────────────────────────────────────────

    @property
    def database(self) -> Path:
        """SQLite's file."""
        return self.data_dir / "playground.db"

    def state_on_disk(self, run: Run) -> str:
        """A run's state, read while no process serves it."""
        with closing(sqlite3.connect(self.database)) as connection:
            row = connection.execute("SELECT state FROM runs WHERE id = ?", (run["id"],))
            return str(row.fetchone()[0])

    def logs(self) -> str:
        """What all its processes have said."""
        return "".join(path.read_text() for path in sorted(self._folder.glob("app-*.log")))

    def files_with(self, pattern: bytes) -> list[Path]:
        """The files of its folder, logs included, that hold these bytes."""
        everything = {*self._folder.rglob("*"), *self.data_dir.rglob("*")}
        return [
            path
            for path in sorted(everything)
            if path.is_file() and re.search(re.escape(pattern), path.read_bytes())
        ]
