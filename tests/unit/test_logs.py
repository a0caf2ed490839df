"""One line an event, whatever is written, and no secret in any of them."""

import json
import logging
import sys
from typing import Any

import pytest

from backend.domain.log_fields import about
from backend.logs import Redacting, RedactingJson

SECRET = 'key-id:key "secret"\n\u00e9'
SPELT = (
    SECRET,
    json.dumps(SECRET)[1:-1],
    repr(SECRET)[1:-1],
    "key-id%3Akey%20%22secret%22%0A%C3%A9",
)


def record(message: str, *values: object, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("backend.x", logging.INFO, __file__, 1, message, values, None)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def failed(message: str) -> logging.LogRecord:
    try:
        raise RuntimeError(message)
    except RuntimeError:
        return record("went wrong", exc_info=sys.exc_info())


def as_json(made: logging.LogRecord) -> dict[str, Any]:
    line = RedactingJson([SECRET]).format(made)
    assert line.isascii()
    assert line.isprintable()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_is_one_json_object_with_what_it_is_about() -> None:
    with about("run1", "req1"):
        line = as_json(record("poll of %s", "it", seconds=1.5))
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "backend.x",
        "run_id": "run1",
        "request_id": "req1",
        "seconds": 1.5,
        "message": "poll of it",
    }


def test_a_line_about_nothing_names_no_run() -> None:
    assert {"run_id", "request_id", "error"}.isdisjoint(as_json(record("hello")))


def test_what_a_line_says_itself_outweighs_where_it_was_written() -> None:
    with about("run1", "req1"):
        line = as_json(record("x", run_id="run2", request_id=None))
    assert (line["run_id"], line["request_id"]) == ("run2", "req1")


def test_text_names_them_too() -> None:
    with about("run1", "req1"):
        line = Redacting([]).format(record("hello"))
    assert line.endswith(" INFO backend.x run_id=run1 request_id=req1 hello")


@pytest.mark.parametrize("spelt", SPELT)
def test_no_spelling_of_a_secret_is_written(spelt: str) -> None:
    for made in (record(spelt), record("%s", spelt), record("x", run_id=spelt), failed(spelt)):
        for form in (Redacting, RedactingJson):
            line = form([SECRET]).format(made)
            assert "[secret]" in line
            assert not any(one in line for one in (*SPELT, "key-id"))


@pytest.mark.parametrize("evil", ["a\nb", "a\r\n2026 ERROR b", "\x1b[2Jb", "a\u2028b", "\x85b"])
def test_text_from_outside_begins_no_line_of_its_own(evil: str) -> None:
    for made in (record(evil), record("x", request_id=evil)):
        assert Redacting([]).format(made).isprintable()
        assert len(RedactingJson([]).format(made).splitlines()) == 1


def test_a_tracebacks_lines_are_set_in_as_text_and_one_line_as_json() -> None:
    lines = Redacting([]).format(failed("a\n2026 ERROR b")).splitlines()
    assert len(lines) > 2
    assert all(line.startswith("    ") for line in lines[1:])
    assert as_json(failed("b"))["error"].endswith("RuntimeError: b")
