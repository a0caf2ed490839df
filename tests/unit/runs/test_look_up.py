"""Which of fal's requests can be an uncertain run."""

from datetime import timedelta
from typing import Any

from backend.domain.ports import FalRequest
from backend.runs.look_up import candidates
from tests.unit.runs.factories import NOON

SENT = {"prompt": "a lighthouse", "seed": 7}


def listed(request_id: str = "r", seconds: float = 1, given: Any = None) -> FalRequest:
    return FalRequest(
        request_id=request_id,
        sent_at=NOON + timedelta(seconds=seconds),
        input={**SENT, "num_images": 1} if given is None else given,
    )


def test_the_same_input_at_that_time_can_be_it_also_with_defaults_filled_in() -> None:
    assert candidates((listed(),), SENT, NOON) == [listed()]


def test_another_input_can_not_be_it() -> None:
    assert candidates((listed(given={**SENT, "seed": 8}),), SENT, NOON) == []


def test_a_request_without_its_input_can_not_be_told_apart() -> None:
    request = FalRequest(request_id="r", sent_at=NOON, input=None)
    assert candidates((request,), SENT, NOON) == []


def test_a_request_of_another_time_can_not_be_it() -> None:
    assert candidates((listed(seconds=-120), listed(seconds=3600)), SENT, NOON) == []


def test_the_earliest_comes_first() -> None:
    late, early = listed("late", 5), listed("early", 1)
    assert candidates((late, early), SENT, NOON) == [early, late]
