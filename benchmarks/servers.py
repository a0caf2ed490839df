"""The three servers that are measured: the playground, the stand-in for fal, the blank page."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.plan import Plan
from benchmarks.process import Process, free_port, serving
from benchmarks.scripted_fal import ScriptedFal

REPOSITORY = Path(__file__).parent.parent
#: no limit of ours may stand between a measurement and what is measured
UNBOUND = {"RATE_LIMIT": "1000000/minute", "MAX_WAITING": "100000", "LOG_LEVEL": "WARNING"}
KEY = "bench:bench"


@asynccontextmanager
async def scripted_fal(plan: Plan) -> AsyncIterator[ScriptedFal]:
    """fal's stand-in: no queue, no time to run, until it is told another pace."""
    port = free_port()
    command = [sys.executable, "-m", "backend.fal.practice", "--scripted", "--port", str(port)]
    command += ["--queue", "0", "--run", "0"]
    settings = {"PYTHONPATH": str(REPOSITORY)}
    folder = plan.new_folder("fal")
    async with (
        serving(command, folder, settings, port, "/_script/seen") as process,
        ScriptedFal(process.url) as fal,
    ):
        yield fal


@asynccontextmanager
async def playground(
    plan: Plan,
    fal_url: str,
    *,
    data: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Process]:
    """The app with a key, whose fal is the stand-in; without settings one local person's."""
    folder = plan.new_folder("app")
    port = free_port()
    given = {
        **UNBOUND,
        "FAL_KEY": KEY,
        "FAL_STAND_IN_URL": fal_url,
        "PORT": str(port),
        "DATA_DIR": str(data or folder / "data"),
        **(settings or {}),
    }
    path = "/sign-in" if "APP_PASSWORD" in given else "/"
    async with serving(
        [sys.executable, str(REPOSITORY / "app.py")], folder, given, port, path
    ) as process:
        yield process


@asynccontextmanager
async def blank_page(plan: Plan) -> AsyncIterator[Process]:
    """A Gradio page with one text box and one button."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.blank", str(port)]
    settings = {"PYTHONPATH": str(REPOSITORY)}
    async with serving(command, plan.new_folder("blank"), settings, port, "/") as process:
        yield process
