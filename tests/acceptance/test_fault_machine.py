"""A minute of the fault machine (docs/faults.md), and mistakes that it has to find."""

import os
import subprocess
import sys

import pytest

from tests.acceptance.processes import ROOT

#: no episode begins later; the last ones may take as long again
SECONDS = "45"
ENDS_WITHIN_S = 360
#: a seed whose first episodes bring each of the mistakes to light
MISTAKEN_SEED = "5"
MISTAKES = {
    "repeats_the_post": "POST",
    "forgets_a_picture": "it has those with the index",
    "gives_a_picture_up_at_once": "named missing, but fal still gives it out",
}


def machine(*options: str) -> subprocess.CompletedProcess[str]:
    """`python -m tests.faults`, which says everything on standard error."""
    command = [sys.executable, "-m", "tests.faults", "--lanes", "2", *options]
    return subprocess.run(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False, timeout=ENDS_WITHIN_S
    )


@pytest.fixture
def seed() -> str:
    """Another one each time, unless FAULTS_SEED is set."""
    return os.environ["FAULTS_SEED"]


@pytest.mark.timeout(400)
def test_a_minute_of_faults_buys_nothing_twice_and_loses_nothing(seed: str) -> None:
    ended = machine("--seed", seed, "--seconds", SECONDS)
    sys.stdout.write(ended.stderr)
    assert ended.returncode == 0, ended.stderr.partition("VIOLATED")[2] or ended.stderr
    assert " in 0 episodes" not in ended.stderr


@pytest.mark.timeout(400)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_machine_finds_a_mistake(mistake: str) -> None:
    ended = machine("--seed", MISTAKEN_SEED, "--mutant", mistake, "--episodes", "8")
    assert ended.returncode == 1, ended.stderr
    assert f"VIOLATED {MISTAKEN_SEED}/" in ended.stderr
    assert MISTAKES[mistake] in ended.stderr
