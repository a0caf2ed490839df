"""Lives by the hundred: processes that fork from one that has read the playground's modules.

As a program: one line of JSON on standard input is one life; the answer is a line with its process
id, and one with its exit code, a signal as a negative number, once it has ended.
"""

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

from tests.acceptance.processes import ROOT, bare_environment
from tests.faults.life import UNEXPECTED, live


class Nursery:
    """The process that forks, one life at a time."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.nursery",
            cwd=ROOT,
            env=bare_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        # whoever lives goes with it: they are of its group
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def life(self, job: Mapping[str, Any], log: Path, kill_after_s: float | None) -> int:
        """Its exit code, or the negative number of the signal that ended it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps({'log': str(log), 'job': job})}\n".encode())
        await self._process.stdin.drain()
        pid = await self._answer()
        ended = asyncio.create_task(self._answer())
        try:
            await asyncio.wait([ended], timeout=kill_after_s)
            if not ended.done():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return await ended
        finally:
            ended.cancel()

    async def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


def main() -> None:
    """Until standard input ends."""
    gc.freeze()  # a fork need not copy what stays as it is
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(wanted)
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _be(wanted: Mapping[str, Any]) -> NoReturn:
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard, own in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
        os.dup2(own, standard)
    code = 1
    try:
        code = live(wanted["job"])
    except BaseException:
        sys.stderr.write(f"{UNEXPECTED}\n{traceback.format_exc()}")
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
