"""A scripted fal, and an app beside it for the tests that do not end its process."""

from collections.abc import Iterator

import pytest

from tests.acceptance.app_process import App
from tests.acceptance.nursery import Nursery
from tests.acceptance.scripted_fal import ScriptedFal


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts apps in a fraction of the time."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def _kept_fal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedFal]:
    with ScriptedFal(tmp_path_factory.mktemp("fal")) as fal:
        yield fal


@pytest.fixture(scope="session")
def _kept_app(_kept_fal: ScriptedFal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    few = {"MAX_RUNS_IN_FLIGHT": "4"}
    with App(tmp_path_factory.mktemp("app"), fal_url=_kept_fal.url, settings=few) as app:
        yield app


@pytest.fixture
def fal(_kept_fal: ScriptedFal) -> Iterator[ScriptedFal]:
    """It has seen nothing yet and does all it should, until a test tells it not to."""
    _kept_fal.tell("reset")
    yield _kept_fal
    _kept_fal.obey()
    _kept_fal.process.log.show_news()


@pytest.fixture
def app(_kept_app: App, fal: ScriptedFal) -> Iterator[App]:
    """It takes runs. A test may end its process: the next finds another on the same folder."""
    if not _kept_app.process.alive:
        _kept_app.start()
    _kept_app.until_ready()
    yield _kept_app
    _kept_app.process.log.show_news()
