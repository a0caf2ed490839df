import json

import pytest

from backend.domain.ports import FalStatus, LogLine
from backend.fal.seen import Seen
from backend.fal.statuses import LONGEST_LINE, MOST_LINES, read_event, read_status


def test_the_three_documented_states_are_read():
    assert read_status({"status": "IN_QUEUE", "queue_position": 3}) == FalStatus(
        state="queued", position=3
    )
    line = {"message": "step 1", "timestamp": "t", "level": "INFO", "source": "USER"}
    assert read_status({"status": "IN_PROGRESS", "logs": [line]}) == FalStatus(
        state="running", logs=(LogLine(message="step 1", timestamp="t", level="INFO"),)
    )
    failed = {"status": "COMPLETED", "logs": None, "error": "no", "error_type": "internal_error"}
    assert read_status(failed) == FalStatus(
        state="completed", error="no", error_type="internal_error"
    )


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        7,
        "COMPLETED",
        {},
        {"status": None},
        {"status": "completed"},
        {"status": "CANCELLED"},
        {"status": ["COMPLETED"]},
        {"state": "COMPLETED"},
    ],
)
def test_anything_else_is_no_usable_answer(data):
    assert read_status(data) is None


@pytest.mark.parametrize("position", [None, -1, "3", 2.5, True, [], {}])
def test_a_strange_queue_position_is_left_out(position):
    assert read_status({"status": "IN_QUEUE", "queue_position": position}).position is None


@pytest.mark.parametrize(
    "logs", [None, 5, "text", {"message": "x"}, [None, 1, "x", {}, {"message": 5}]]
)
def test_strange_logs_are_left_out(logs):
    assert read_status({"status": "IN_PROGRESS", "logs": logs}).logs == ()


def test_a_log_line_keeps_only_text():
    line = {"message": "hi", "timestamp": 5, "level": None}
    assert read_status({"status": "IN_PROGRESS", "logs": [line]}).logs == (LogLine(message="hi"),)


def test_logs_are_bounded_and_the_last_lines_stay():
    lines = [{"message": str(n) + "x" * 5_000} for n in range(3_000)]
    logs = read_status({"status": "IN_PROGRESS", "logs": lines}).logs
    assert len(logs) == MOST_LINES
    assert logs[-1].message.startswith("2999")
    assert max(len(line.message) for line in logs) == LONGEST_LINE


@pytest.mark.parametrize("error", [{"message": "x"}, ["x"], 5, True])
def test_an_error_that_is_not_text_is_an_error_all_the_same(error):
    assert read_status({"status": "COMPLETED", "error": error}).error == "no readable reason"


@pytest.mark.parametrize("error", [None, "", [], {}, False, 0])
def test_an_empty_error_is_none(error):
    assert read_status({"status": "COMPLETED", "error": error}).error is None


@pytest.mark.parametrize("text", ["", "<<<", "null", "[" * 100_000, '"x"', "{}"])
def test_a_garbage_event_is_no_usable_answer(text):
    assert read_event(text) is None


def test_an_event_is_a_status_as_json():
    assert read_event(json.dumps({"status": "COMPLETED"})) == FalStatus(state="completed")


# ── what is new ──────────────────────────────────────────────────────────────────────────────


def running(*messages, timestamp=None):
    return FalStatus(
        state="running",
        logs=tuple(LogLine(message=message, timestamp=timestamp) for message in messages),
    )


def messages(status):
    return None if status is None else [line.message for line in status.logs]


def test_a_log_that_is_told_from_its_beginning_gives_its_new_lines():
    seen = Seen()
    told = [
        messages(seen.news_in(running(*lines))) for lines in (["a"], ["a", "b"], ["a", "b", "b"])
    ]
    assert told == [["a"], ["b"], ["b"]]


def test_a_log_that_is_told_in_pieces_gives_all_lines():
    seen = Seen()
    told = [messages(seen.news_in(running(*lines))) for lines in (["a"], ["b"], ["c", "d"])]
    assert told == [["a"], ["b"], ["c", "d"]]


def test_the_same_words_at_another_time_are_a_new_line():
    seen = Seen()
    assert messages(seen.news_in(running("a", timestamp="1"))) == ["a"]
    assert messages(seen.news_in(running("a", timestamp="2"))) == ["a"]


def test_nothing_new_is_told_as_nothing():
    seen = Seen()
    queued = FalStatus(state="queued", position=2)
    assert seen.news_in(queued) == queued
    assert seen.news_in(queued) is None
    assert seen.news_in(FalStatus(state="queued", position=1)) is not None
