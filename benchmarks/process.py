"""A server as a process of its own, and what the kernel says about it (Linux's /proc)."""

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN_S = 120.0
STOPS_WITHIN_S = 20.0
#: what a server inherits of our environment: no setting and no key of whoever measures
INHERITED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class NotStarted(RuntimeError):
    """A server ended, or did not answer in time; its last words are in the text."""


@dataclass(frozen=True)
class Process:
    """A server that answers at `url`."""

    url: str
    pid: int
    #: seconds from its creation to its first whole answer
    started_in: float

    def cpu_seconds(self) -> float:
        """Processor time so far, of all its threads, ended ones too; in steps of 10 ms."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / TICKS

    def memory_mb(self) -> float:
        """Resident memory, in millions of bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise ValueError("the kernel does not tell the memory of this process")


@asynccontextmanager
async def serving(
    command: Sequence[str], folder: Path, settings: Mapping[str, str], port: int, path: str
) -> AsyncIterator[Process]:
    """Run it in `folder` until the end of the block; it is there once GET `path` answers 200."""
    log = folder / "server.log"
    began = time.perf_counter()
    child = _spawn(command, folder, settings, log)
    try:
        await _until_answer(child, port, path, log)
        took = time.perf_counter() - began
        yield Process(f"http://127.0.0.1:{port}", child.pid, took)
    finally:
        _end(child)


def free_port() -> int:
    """A port of the system's choice."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _spawn(
    command: Sequence[str], folder: Path, settings: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    environ = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with log.open("wb") as out:
        return subprocess.Popen(
            command, cwd=folder, env={**environ, **settings}, stdout=out, stderr=out
        )


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


async def _until_answer(child: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    give_up = time.perf_counter() + STARTS_WITHIN_S
    while not await _answers(port, path):
        if child.poll() is not None or time.perf_counter() > give_up:
            raise NotStarted(_last_words(log))
        await asyncio.sleep(0.005)


async def _answers(port: int, path: str) -> bool:
    """One plain request; False where nobody listens yet or the answer is not a 200."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        answer = await reader.read()
    except OSError:
        return False
    finally:
        writer.close()
    return answer.split(b" ", 2)[1:2] == [b"200"]


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
