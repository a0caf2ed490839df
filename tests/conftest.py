"""What holds for every ring."""

import os
import secrets
from pathlib import Path

import pytest
from hypothesis import settings

# how long one example takes says something about the machine only
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

HERE = Path(__file__).parent
FAULTS_SEED = "FAULTS_SEED"
#: the slow ones first: a long file that begins last would run alone, beside idle cores
RINGS = ("acceptance", "browser", "integration")


def pytest_configure(config: pytest.Config) -> None:
    """One seed for the whole test run: pytest-xdist's workers inherit it."""
    os.environ.setdefault(FAULTS_SEED, str(secrets.randbelow(2**32)))


def pytest_report_header() -> str:
    """With this line the same faults can be had again (docs/faults.md)."""
    return f"fault machine: {FAULTS_SEED}={os.environ[FAULTS_SEED]}"


# after pytest-randomly: within a ring its order stays
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ring by ring. xdist hands files out in this order (--no-loadscope-reorder)."""
    items.sort(key=_ring)


def _ring(item: pytest.Item) -> int:
    ring = item.path.relative_to(HERE).parts[0]
    return RINGS.index(ring) if ring in RINGS else len(RINGS)
