"""A script told over HTTP is the same as one told in Python."""

import base64

import pytest

from backend.fal.practice_script import (
    Answer,
    Drop,
    Ends,
    Hang,
    Script,
    accepted_ids,
)
from backend.fal.practice_script_http import action_of, ends_of


def test_an_action_is_read_from_json() -> None:
    told = {"kind": "answer", "status": 503, "body": {"detail": "x"}, "after_accepting": True}

    assert action_of(told) == Answer(503, {"detail": "x"}, after_accepting=True)
    assert action_of({"kind": "hang", "seconds": 2}) == Hang(seconds=2)


@pytest.mark.parametrize("told", [{}, {"kind": "tea"}, {"kind": "drop", "cup": 1}])
def test_an_action_that_there_is_not_is_an_error(told: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        action_of(told)


def test_the_pictures_of_an_end_are_base64() -> None:
    told = {"pictures": [base64.b64encode(b"abc").decode()], "flagged": True}

    assert ends_of(told) == Ends(pictures=(b"abc",), flagged=True)


def test_pushed_actions_come_once_in_order_and_then_the_lasting_one() -> None:
    script = Script()
    script.push("submit", Drop(), Hang())
    script.always("submit", Answer(500))

    taken = [script.take("submit") for _ in range(4)]

    assert taken == [Drop(), Hang(), Answer(500), Answer(500)]
    assert script.calls["submit"] == 4
    assert script.take("status") is None


def test_a_hold_of_one_request_goes_before_the_hold_of_all() -> None:
    script = Script()
    script.hold("queued")
    script.hold("running", "one")

    assert (script.held("one"), script.held("two")) == ("running", "queued")
    script.release()
    assert (script.held("one"), script.held("two")) == ("running", None)


def test_a_script_notes_what_was_accepted() -> None:
    script = Script()
    script.ends(Ends(error="x"))
    first = script.saw_submit("e", {"prompt": "a"}, {})
    second = script.saw_submit("e", {"prompt": "b"}, {})
    script.took(second, "id-2")

    assert [seen.accepted_request_id for seen in script.submits] == [None, "id-2"]
    assert accepted_ids(script.submits) == ["id-2"]
    assert script.end_of("id-2") == Ends(error="x")
    assert first == 0


def test_a_reset_forgets_everything() -> None:
    script = Script()
    script.locked = True
    script.push("submit", Drop())
    script.hold("queued")
    script.lose("one")
    script.saw_key("/", "Key x")

    script.reset()

    assert not script.locked
    assert script.take("submit") is None
    assert script.held("one") is None
    assert not script.is_lost("one")
    assert not script.keys


def test_a_script_that_does_not_record_keeps_nothing() -> None:
    script = Script(recording=False)
    script.took(script.saw_submit("e", {}, {}), "id")
    script.take("status")
    script.saw_key("/", "Key x")

    assert (script.submits, dict(script.calls), dict(script.keys)) == ([], {}, {})
