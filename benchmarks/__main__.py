"""`python -m benchmarks [names…] [--quick] [--json FILE]`.

Without names everything is measured, and kept in benchmarks/results/latest.json unless it is
quick. The exit code is 1 where a limit that any machine can keep is not met: those that are not
about time.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.browser import chromium
from benchmarks.machine import facts
from benchmarks.measures import (
    archive,
    calls,
    cpu,
    crowd,
    faults,
    gallery,
    idle,
    lists,
    metadata,
    page,
    press,
    sign_in,
    start,
)
from benchmarks.plan import Plan
from benchmarks.report import LATEST, keep, table
from benchmarks.row import Row

MEASURES: Mapping[str, Callable[[Plan], Awaitable[list[Row]]]] = {
    "press": press.measure,
    "page": page.measure,
    "crowd": crowd.measure,
    "cpu": cpu.measure,
    "metadata": metadata.measure,
    "zip": archive.measure,
    "idle": idle.measure,
    "start": start.measure,
    "lists": lists.measure,
    "gallery": gallery.measure,
    "calls": calls.measure,
    "sign_in": sign_in.measure,
    "faults": faults.measure,
}


def main() -> int:
    """The exit code."""
    options = _parser().parse_args()
    names = options.names or list(MEASURES)
    with TemporaryDirectory(prefix="bench-") as folder:
        plan = Plan(quick=options.quick, folder=Path(folder))
        machine = facts(asyncio.run(_chromium_version()))
        rows = asyncio.run(_measure(names, plan))
    sys.stdout.write(f"\n{table(rows)}\n")
    file = options.json or (None if options.quick or options.names else LATEST)
    if file is not None:
        keep(file, rows, machine, quick=options.quick)
    return int(any(row.fails_anywhere for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="few repetitions, for CI")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures are kept")
    return parser


async def _measure(names: list[str], plan: Plan) -> list[Row]:
    rows = []
    for name in names:
        sys.stderr.write(f"{name} … ")
        sys.stderr.flush()
        begun = time.monotonic()
        rows += await MEASURES[name](plan)
        sys.stderr.write(f"{time.monotonic() - begun:.0f} s\n")
    return rows


async def _chromium_version() -> str:
    async with chromium() as browser:
        return browser.version


if __name__ == "__main__":
    sys.exit(main())
