"""What holds for every ring."""

import os
import secrets

import pytest
from hypothesis import settings

# how long one example takes says something about the machine only
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

FAULTS_SEED = "FAULTS_SEED"


def pytest_configure(config: pytest.Config) -> None:
    """One seed for the whole test run: pytest-xdist's workers inherit it."""
    os.environ.setdefault(FAULTS_SEED, str(secrets.randbelow(2**32)))


def pytest_report_header() -> str:
    """With this line the same faults can be had again (docs/faults.md)."""
    return f"fault machine: {FAULTS_SEED}={os.environ[FAULTS_SEED]}"
