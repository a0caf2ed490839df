"""Practice mode as a process of its own: `python -m backend.fal.practice --port 0 --folder DIR`.

The first line on stdout is its base URL. SIGTERM and Ctrl+C stop it.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from backend.endpoints.catalogue import load_catalogue
from backend.fal.practice import PracticeFal
from backend.fal.practice_queue import Pace
from backend.fal.practice_server import PracticeServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal comes."""
    asyncio.run(_until_signal(arguments))


async def _until_signal(arguments: Sequence[str] | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(arguments, sys.stdout, stop)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.fal.practice", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, help="keeps requests and files; else in memory")
    parser.add_argument("--key", help="the one key that is accepted; else any")
    parser.add_argument("--queue", type=float, default=Pace.queue, help="seconds in the queue")
    parser.add_argument("--run", type=float, default=Pace.run, help="seconds running")
    parser.add_argument("--scripted", action="store_true", help="opens /_script, for tests")
    return parser


async def serve(arguments: Sequence[str] | None, out: TextIO, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; the base URL goes to `out` as a line."""
    options = _parser().parse_args(arguments)
    fal = PracticeFal(
        load_catalogue().endpoints,
        folder=options.folder,
        pace=Pace(queue=options.queue, run=options.run),
        key=options.key,
        scripted_over_http=options.scripted,
    )
    server = PracticeServer(fal, options.host, options.port)
    out.write(f"{await server.start()}\n")
    out.flush()
    await stop.wait()
    await server.stop()
