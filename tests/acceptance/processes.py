"""Processes of their own, each with a log, which a failed test shows; none outlives its test."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
#: a machine that does other things meanwhile is slow, not wrong
WITHIN_S = 60.0
LOOK_EVERY_S = 0.02
SHOWN_LINES = 80
#: nothing of the developer's own settings, key or proxy reaches a process
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


def bare_environment(**added: str) -> dict[str, str]:
    """What every process gets, and what is added."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", "GRADIO_ANALYTICS_ENABLED": "False", **added}


def until(look: Callable[[], T | None], what: str, within_s: float = WITHIN_S) -> T:
    """What `look` gives once it gives something; an AssertionError after so many seconds."""
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s:g} s: {what}")
        time.sleep(LOOK_EVERY_S)


class Log:
    """A file that a process writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shown = 0

    def text(self) -> str:
        """Everything that was said."""
        return self.path.read_text(errors="replace") if self.path.exists() else ""

    def show_news(self) -> None:
        """Write what came since the last time where pytest shows it beside a failed test."""
        text = self.text()
        lines = text[self._shown :].splitlines()[-SHOWN_LINES:]
        self._shown = len(text)
        if lines:
            sys.stdout.write("\n".join([f"── {self.path.name} ──", *lines, ""]))


class Process(Protocol):
    """A process that a test may end."""

    log: Log

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        ...

    def wait(self, within_s: float = ...) -> int:
        """Its exit code, where it ended by itself or by a signal that it takes."""
        ...

    def kill(self) -> None:
        """kill -9; it has gone when the call returns."""
        ...


class Child:
    """A process that this one started."""

    def __init__(
        self, command: Sequence[str], log: Path, environ: Mapping[str, str], folder: Path
    ) -> None:
        self.log = Log(log)
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def wait(self, within_s: float = WITHIN_S) -> int:
        """Its exit code; a negative one is a signal that it did not take."""
        until(lambda: not self.alive, f"the end of {self.log.path.name}", within_s)
        return self._process.wait()

    def kill(self) -> None:
        """kill -9; it has gone when the call returns."""
        self._process.kill()
        self._process.wait()


def said(process: Process, pattern: str) -> str:
    """The first group of a line that the process writes sooner or later."""

    def look() -> str | None:
        found = re.search(pattern, process.log.text())
        if found is None and not process.alive:
            raise AssertionError(f"{process.log.path.name} ended:\n{process.log.text()}")
        return found and found.group(1)

    return until(look, f"{pattern} in {process.log.path.name}")
