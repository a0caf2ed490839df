"""Apps by the dozen: processes that fork from one that has read the app's modules already."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.acceptance.processes import ROOT, WITHIN_S, Log, bare_environment, until


class Grandchild:
    """A process that the nursery started."""

    def __init__(self, pid: int, log: Path, code: Path) -> None:
        self.log = Log(log)
        self.pid = pid
        self._code = code
        self._gone = False

    @property
    def alive(self) -> bool:
        """Whether it runs. Asked again once it has gone, its number may be another's."""
        if not self._gone:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                self._gone = True
        return not self._gone

    def wait(self, within_s: float = WITHIN_S) -> int:
        """Its exit code, where it ended by itself."""
        until(lambda: not self.alive, f"the end of {self.log.path.name}", within_s)
        return int(self._code.read_text())

    def kill(self) -> None:
        """kill -9; it has gone when the call returns."""
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        until(lambda: not self.alive, "the end of a killed process")


class Nursery:
    """The process that forks."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.nursery_process"],
            cwd=ROOT,
            env=bare_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._answer() != "ready":
            raise AssertionError("the nursery did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def begin(self, environ: Mapping[str, str], log: Path, folder: Path) -> Grandchild:
        """As `python app.py`, for App."""
        code = log.with_suffix(".code")
        wanted = {"environ": dict(environ), "folder": str(folder)}
        wanted |= {"log": str(log), "exit_code": str(code)}
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(wanted)}\n")
        self._process.stdin.flush()
        return Grandchild(int(self._answer()), log, code)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
