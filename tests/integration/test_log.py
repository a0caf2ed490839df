"""The main job with faults: what the log says of it, and what it never says."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.domain.run import Run, RunState
from backend.fal.practice_script import Answer, Drop, Garbage, Truncate
from backend.logs import Format, start_logging
from tests.integration.playground import KEY, Fal, World, started

PROMPT = "marked-prompt of a lighthouse\nERROR in fog"
#: a prompt and fal's addresses of pictures, however they are spelt
NEVER = ("marked-prompt", "lighthouse", "/files/", "marked-key", "data:image")


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest) -> Format:
    chosen: Format = request.param
    return chosen


@pytest.fixture(params=["INFO", "DEBUG"])
def log(
    request: pytest.FixtureRequest, form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Everything that is logged, in a file."""
    file = tmp_path / "log.txt"
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with file.open("w", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stderr", out)
        start_logging(request.param, [KEY], form)
        yield file
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
async def fal() -> AsyncIterator[Fal]:
    """A scripted fal."""
    async with Fal() as fal:
        yield fal


async def unlucky(world: World) -> Run:
    """A run that meets a fault on every step, and is done in the end."""
    world.script.push("submit", Answer(429, {"detail": PROMPT}))
    world.script.push("stream", Drop())
    world.script.push("status", Garbage(PROMPT))
    world.script.push("result", Answer(500, {"detail": PROMPT}))
    world.script.push("picture", Truncate(), Answer(404, PROMPT))
    return await world.done(await world.start(prompt=PROMPT))


async def the_main_job(fal: Fal, folder: Path) -> tuple[Run, Run]:
    """A run with faults, and one that fal refuses with its prompt in the answer."""
    async with started(fal, folder) as world:
        done = await unlucky(world)
        fault = {"loc": ["body", "prompt"], "msg": PROMPT, "type": "x", "input": PROMPT}
        world.script.push("submit", Answer(422, {"detail": [fault]}))
        refused = await world.until(await world.start(prompt=PROMPT), RunState.FAILED)
    return done, refused


async def test_no_prompt_no_key_and_no_picture_link_is_in_the_log(
    fal: Fal, tmp_path: Path, log: Path, form: Format
) -> None:
    done, refused = await the_main_job(fal, tmp_path / "data")
    text = await asyncio.to_thread(log.read_text, "utf-8")
    assert [mark for mark in NEVER if mark in text.lower()] == []
    assert done.id in text
    assert refused.id in text
    if form == "json":
        lines = [json.loads(line) for line in text.splitlines()]
        # a run may be through before anybody has seen it running
        seen = [state for state in states(lines, done) if state != "running"]
        assert seen == [*["created", "submitting"] * 2, "queued", "saving", "done"]
        assert {line["request_id"] for line in about(lines, done)[-2:]} == {done.request_id}
        tried_again = [line for line in lines if line["level"] == "WARNING"]
        assert {line.get("run_id") for line in tried_again} == {done.id}


def about(lines: list[dict[str, Any]], run: Run) -> list[dict[str, Any]]:
    return [line for line in lines if line.get("run_id") == run.id and "state" in line]


def states(lines: list[dict[str, Any]], run: Run) -> list[str]:
    return [line["state"] for line in about(lines, run)]
