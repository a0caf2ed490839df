"""The fault machine (docs/faults.md), until ten thousand faults have happened."""

import asyncio
import json
import sys
from typing import Any

from benchmarks.machine import cores
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.servers import REPOSITORY

FAULTS, FEW = 10_000, 200
#: most of an episode is waiting
LANES_A_CORE = 3


async def measure(plan: Plan) -> list[Row]:
    """Another seed each time; it is kept with the figures, and repeats them."""
    report = await _work(plan.times(FAULTS, FEW))
    told = {"seed": report["seed"], "seconds": report["seconds"], "ended": report["ended"]}
    kinds = {"faults": report["faults"], "violations": report["violations"]}
    figures = {
        "faults: injected": sum(report["faults"].values()),
        "faults: runs that met them": report["runs"],
        "faults: restarts, most after kill -9": report["restarts"],
    }
    rows = [_row(what, count, report, {}) for what, count in figures.items()]
    violated = _row("faults: promises violated", len(report["violations"]), report, told | kinds, 0)
    return [*rows, violated]


async def _work(faults: int) -> dict[str, Any]:
    command = ["-m", "tests.faults", "--json", "--faults", str(faults)]
    command += ["--lanes", str(LANES_A_CORE * cores())]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"the fault machine ended with the exit code {process.returncode}")
    report: dict[str, Any] = json.loads(out)
    return report


def _row(
    what: str, ours: int, report: dict[str, Any], detail: dict[str, Any], limit: int | None = None
) -> Row:
    return Row(
        what=what,
        unit="",
        ours=ours,
        limit=limit,
        n=report["episodes"],
        about_time=False,
        detail=detail,
    )
