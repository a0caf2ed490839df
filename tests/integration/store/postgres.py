"""A PostgreSQL server of the tests' own, on a free port, gone when they end."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

BINARIES = Path("/usr/lib/postgresql")
USER = "postgres"


@dataclass(frozen=True)
class Server:
    """A running server that trusts whoever comes from this machine."""

    port: int

    def url(self, database: str) -> str:
        """The address in the form that hosts hand out."""
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def do(self, statement: str) -> None:
        """One statement outside of a transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def folder_of_binaries() -> Path | None:
    """Where initdb and pg_ctl are: the newest of Debian's folders, or on the PATH."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


@contextmanager
def running(binaries: Path) -> Iterator[Server]:
    """Start one, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="store-tests-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = folder / "data"
        _run(binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        port = _free_port()
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
            " -c fsync=off -c max_connections=100"
        )
        log = folder / "log"
        _run(binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "-o", options, "start")
        try:
            yield Server(port)
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*words: object) -> None:
    """PostgreSQL refuses to run as root, which is what a container's tests are."""
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", USER, "--", *command]
    result = subprocess.run(
        command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=90, check=False
    )
    if result.returncode:
        raise RuntimeError(f"{command}: {result.stderr.decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
