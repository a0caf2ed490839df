"""A scripted fal, and an app beside it for the tests that do not end its process."""

from collections.abc import Iterator

import pytest

from tests.acceptance.app_process import App
from tests.acceptance.scripted_fal import ScriptedFal


@pytest.fixture(scope="module")
def fal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedFal]:
    """It misbehaves on request; a test resets it first."""
    with ScriptedFal(tmp_path_factory.mktemp("fal")) as fal:
        yield fal


@pytest.fixture(scope="module")
def _kept_app(fal: ScriptedFal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with App(tmp_path_factory.mktemp("app"), fal_url=fal.url, MAX_RUNS_IN_FLIGHT="4") as app:
        yield app


@pytest.fixture
def app(_kept_app: App, fal: ScriptedFal) -> Iterator[App]:
    """One of a module's tests may end its process: the next finds another on the same folder."""
    fal.tell("reset")
    if not _kept_app.process.alive:
        _kept_app.start()
    _kept_app.until_ready()
    yield _kept_app
    fal.obey()
    _kept_app.process.log.show_news()
