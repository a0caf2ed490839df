"""The process runs on the quicker event loop, and without it all the same."""

import asyncio
import sys

import pytest

from api.event_loop import carry_out


def loop_of_a_start() -> str:
    """The module of the loop's class."""
    seen: list[str] = []

    async def work() -> None:
        seen.append(type(asyncio.get_running_loop()).__module__)

    carry_out(work())
    return seen[0]


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop has no build for Windows")
def test_it_is_uvloop_s() -> None:
    assert loop_of_a_start().startswith("uvloop")


def test_where_there_is_none_python_s_own_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loop_of_a_start().startswith("asyncio")


def test_what_goes_wrong_is_told() -> None:
    async def work() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        carry_out(work())
