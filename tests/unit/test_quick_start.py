"""The start's way with Python's collector, in an interpreter of its own."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

TELL = """
import gc, json
usual = gc.get_threshold()
import backend.quick_start
during = gc.get_threshold()
backend.quick_start.started()
print(json.dumps([gc.isenabled(), usual, during, gc.get_threshold()]))
"""


def test_only_what_is_old_is_spared_and_only_during_the_start() -> None:
    told = subprocess.run(
        [sys.executable, "-c", TELL], cwd=ROOT, capture_output=True, check=True, text=True
    )
    enabled, usual, during, after = json.loads(told.stdout)
    assert enabled
    assert during[:2] == usual[:2]
    assert during[2] > 1000 * usual[2]
    assert after == usual


def test_the_start_imports_it_before_anything_else_of_ours() -> None:
    lines = (ROOT / "app.py").read_text(encoding="utf-8").splitlines()
    ours = [line for line in lines if line.startswith(("import backend", "from "))]
    assert ours[0] == "import backend.quick_start as quick_start"
