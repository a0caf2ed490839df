"""Reads the app's modules once and forks: an app that takes seconds to start is there at once.

One line of JSON on standard input is one app; the answer is a line with its process id.
"""

import importlib
import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn


def main() -> None:
    """Until standard input ends."""
    app_main = importlib.import_module("app").main
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended leaves nothing behind
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _be(app_main, json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _be(app_main: Callable[[], int], wanted: dict[str, Any]) -> NoReturn:
    """As if `python app.py` had been started with this environment in this folder."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard, own in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
        os.dup2(own, standard)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environ"])
    code = 1
    try:
        code = app_main()
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        Path(wanted["exit_code"]).write_text(str(code))
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
