"""The app as people start it, in practice mode, for the tests that look at the whole of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.app_process import App

#: answers under way, then runs and practice mode
STOPS_WITHIN_S = 30


@contextmanager
def running_app(folder: Path, **settings: str) -> Iterator[App]:
    """`python app.py` on a free port and a data folder of its own; then it has to stop quietly."""
    with App(folder, settings={"PRACTICE": "on", **settings}) as app:
        yield app
        app.ask_to_stop()
        assert app.exit_code(STOPS_WITHIN_S) == 0
    said = app.logs()
    assert "Traceback" not in said, said
    assert " ERROR " not in said, said
