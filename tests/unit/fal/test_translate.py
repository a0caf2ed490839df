"""The mapping of exceptions and answers to the errors that a person reads."""

import inspect
import json
from types import ModuleType

import fal_client
import fal_client.auth
import fal_client.client
import httpx
import httpx_sse
import pytest

from backend.domain import errors
from backend.domain.ports import FalStatus
from backend.fal.answer import Answer
from backend.fal.error_types import BY_TYPE
from backend.fal.field_sentences import SENTENCES
from backend.fal.translate import (
    LIBRARY_ERRORS,
    MAY_HAVE_LEFT,
    WIRE_ERRORS,
    Step,
    from_answer,
    from_exception,
    may_have_left,
    refused_access,
    run_error,
    status_problem,
)
from backend.fal.wire import ForeignHost, TooLarge

SECRET_INPUT = "a very secret prompt"


def exception_classes(*modules: ModuleType) -> set[type[Exception]]:
    return {
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Exception)
        and value.__module__.partition(".")[0] in ("httpx", "httpx_sse", "fal_client")
    }


ALL = exception_classes(httpx, httpx_sse, fal_client, fal_client.client, fal_client.auth)


def answer(status, body=None, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=names, body=raw)


def detail(*entries):
    return {"detail": [{"input": SECRET_INPUT, "url": "https://x", **entry} for entry in entries]}


def about(field, kind, **more):
    return {"loc": ["body", field], "type": kind, "msg": "fal's words", **more}


# ── exceptions ───────────────────────────────────────────────────────────────────────────────


def test_every_exception_of_the_libraries_is_mapped_by_name():
    assert len(ALL) > 25
    assert ALL - set(MAY_HAVE_LEFT) == set()


@pytest.mark.parametrize("cls", sorted(ALL, key=lambda cls: cls.__name__))
def test_every_exception_of_the_libraries_is_caught(cls):
    rare = {httpx.CookieConflict}  # only from reading a cookie jar, which nobody does
    assert cls in rare or issubclass(cls, LIBRARY_ERRORS)


def test_our_own_calls_catch_what_they_raise():
    assert issubclass(ForeignHost, WIRE_ERRORS)
    assert issubclass(TooLarge, WIRE_ERRORS)
    assert issubclass(TimeoutError, WIRE_ERRORS)


@pytest.mark.parametrize(
    "cls",
    [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError],
)
def test_before_a_byte_has_left_fal_is_unreachable(cls):
    assert type(from_exception(cls("x"), Step.SUBMIT)) is errors.FalUnreachable


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.LocalProtocolError("x"),
        httpx.DecodingError("x"),
        TimeoutError(),
        ConnectionResetError(),
        RuntimeError("transport is closed"),
        TooLarge(),
    ],
)
def test_after_the_bytes_left_the_outcome_is_unknown(error):
    assert type(from_exception(error, Step.SUBMIT)) is errors.Unknown


def test_an_exception_that_nobody_knows_may_have_left():
    class Strange(Exception):
        pass

    assert may_have_left(Strange())


@pytest.mark.parametrize(
    ("step", "cls"),
    [
        (Step.ASK, errors.Slow),
        (Step.UPLOAD, errors.FalUnreachable),
        (Step.DOWNLOAD, errors.PictureUnavailable),
    ],
)
def test_each_step_has_its_own_word_for_a_lost_connection(step, cls):
    assert type(from_exception(httpx.ReadError("x"), step)) is cls
    assert type(from_exception(httpx.ConnectError("x"), step)) is cls


def test_fal_clients_http_error_is_read_as_the_answer_it_holds():
    response = httpx.Response(403, json={"detail": "User is locked. Reason: TOP_UP."})
    error = fal_client.FalClientHTTPError("x", 403, {}, response)
    assert type(from_exception(error, Step.UPLOAD)) is errors.AccountLocked


def test_an_error_that_is_translated_already_stays():
    error = errors.FalBusy()
    assert from_exception(error, Step.ASK) is error


def test_missing_credentials_are_a_refused_key():
    error = fal_client.auth.MissingCredentialsError("x")
    assert type(from_exception(error, Step.UPLOAD)) is errors.KeyRefused


# ── the answer to a submit ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "cls"),
    [
        (answer(401), errors.KeyRefused),
        (answer(403, {"detail": "Forbidden"}), errors.KeyRefused),
        (answer(403, b"<html>no</html>"), errors.KeyRefused),
        (answer(403, {"detail": "User is locked. Reason: Admin lock."}), errors.AccountLocked),
        (answer(403, {"detail": "Exhausted balance"}), errors.AccountLocked),
        (answer(403, {"detail": "Reason: TOP_UP"}), errors.AccountLocked),
        (answer(404, {"detail": "Application not found"}), errors.EndpointGone),
        (answer(400, {"detail": "bad", "error_type": "bad_request"}), errors.RefusedOtherwise),
        (answer(405), errors.RefusedOtherwise),
        (answer(413), errors.RefusedOtherwise),
        (answer(422, {"detail": "no"}), errors.RefusedOtherwise),
        (answer(422, b"not json"), errors.RefusedOtherwise),
        (answer(422, detail(about("seed", "int_type"))), errors.FieldsRefused),
        (answer(422, detail(about("prompt", "content_policy_violation"))), errors.ContentPolicy),
        (answer(429), errors.FalBusy),
    ],
)
def test_a_clear_no_costs_nothing(given, cls):
    error = from_answer(given, Step.SUBMIT)
    assert type(error) is cls
    assert error.charged == "no"
    assert "othing was charged" in error.message


@pytest.mark.parametrize("status", [301, 307, 308, 408, 409, 425, 499, 500, 502, 503, 504, 599])
def test_no_clear_no_is_unknown_and_keeps_the_request_id(status):
    error = from_answer(answer(status, x_fal_request_id="abc"), Step.SUBMIT)
    assert type(error) is errors.Unknown
    assert error.request_id == "abc"


def test_only_a_403_locks_the_account():
    body = {"detail": "User is locked. Reason: Exhausted balance."}
    assert refused_access(answer(422, body)) is None
    assert type(refused_access(answer(401, body))) is errors.KeyRefused


def test_fals_words_about_the_key_are_not_repeated():
    error = from_answer(answer(401, {"detail": "Key abc:def is wrong"}), Step.SUBMIT)
    assert "abc" not in error.message


# ── input errors ─────────────────────────────────────────────────────────────────────────────

CONTEXTS = {
    "image_too_small": ({"min_width": 256, "min_height": 128}, "256×128"),
    "image_too_large": ({"max_width": 4096, "max_height": 2048}, "4096×2048"),
    "file_too_large": ({"max_size": 52428800}, "52428800"),
    "greater_than": ({"gt": 0}, "0"),
    "greater_than_equal": ({"ge": 1}, "1"),
    "less_than": ({"lt": 9}, "9"),
    "less_than_equal": ({"le": 4}, "4"),
    "multiple_of": ({"multiple_of": 32}, "32"),
    "sequence_too_short": ({"min_length": 1}, "1"),
    "sequence_too_long": ({"max_length": 3}, "3"),
    "one_of": ({"expected": ["jpeg", "png"]}, "jpeg, png"),
    "unsupported_image_format": ({"supported_formats": [".png", ".webp"]}, ".png, .webp"),
    "string_too_long": ({"max_length": 10}, "10"),
    "enum": ({"expected": "'1', '2' or '3'"}, "'1', '2' or '3'"),
}


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_every_documented_type_stands_on_its_field(kind):
    ctx, named = CONTEXTS.get(kind, ({}, ""))
    error = run_error(answer(422, detail(about("image_url", kind, ctx=ctx))))
    assert list(error.fields) == ["image_url"]
    told = error.fields["image_url"]
    assert named in told
    assert told.endswith(".")
    assert SECRET_INPUT not in told + error.message


@pytest.mark.parametrize("kind", sorted(CONTEXTS))
@pytest.mark.parametrize("ctx", [None, {}, [], "x", {"other": 1}, {1: 2}])
def test_a_missing_context_is_no_reason_to_fail(kind, ctx):
    error = run_error(answer(422, detail(about("seed", kind, ctx=ctx))))
    assert "{" not in error.fields["seed"]


def test_an_unknown_type_is_told_in_fals_words():
    error = run_error(answer(422, detail(about("seed", "brand_new", msg="Too\nspicy"))))
    assert error.fields == {"seed": "fal says: Too spicy"}
    assert type(error) is errors.FieldsRefused
    assert error.charged == "unknown"
    assert not error.retryable


def test_fals_words_are_left_out_where_they_repeat_the_input():
    entry = about("prompt", "brand_new", msg=f"Bad value: {SECRET_INPUT}!")
    error = run_error(answer(422, detail(entry)))
    assert SECRET_INPUT not in str(error.fields) + error.message


@pytest.mark.parametrize(
    ("loc", "field"),
    [
        (["body", "prompt"], "prompt"),
        (["prompt"], "prompt"),
        (["body", "image_size", "width"], "image_size"),
        (["body", "image_size", "ImageSize", "width"], "image_size"),
        (["body", 0, "prompt"], "prompt"),
    ],
)
def test_a_message_goes_to_the_field_of_the_input(loc, field):
    error = run_error(answer(422, detail({"loc": loc, "type": "missing", "msg": ""})))
    assert list(error.fields) == [field]


@pytest.mark.parametrize("loc", [None, [], ["body"], "prompt", [1, 2], {"a": 1}])
def test_without_a_field_the_message_is_the_whole_error(loc):
    error = run_error(answer(422, detail({"loc": loc, "type": "missing", "msg": ""})))
    assert type(error) is errors.RefusedOtherwise
    assert "This is required." in error.message


def test_several_fields_keep_their_first_message_each():
    error = run_error(
        answer(422, detail(about("a", "missing"), about("b", "int_type"), about("a", "int_type")))
    )
    assert error.fields == {"a": "This is required.", "b": "Must be a whole number."}


# ── what the result's answer says ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", sorted(BY_TYPE))
def test_a_request_error_is_known_by_its_type(kind):
    in_body = run_error(answer(500, {"detail": "text", "error_type": kind}))
    in_header = run_error(answer(500, b"oops", x_fal_error_type=kind))
    as_model = run_error(answer(500, detail(about("prompt", kind))))
    in_status = status_problem(FalStatus(state="completed", error="text", error_type=kind))
    for error in (in_body, in_header, as_model, in_status):
        assert type(error) is BY_TYPE[kind]


@pytest.mark.parametrize("kind", ["request_timeout", "startup_timeout", "generation_timeout"])
def test_timeouts_are_recognised(kind):
    error = run_error(answer(504, {"detail": "text", "error_type": kind}))
    assert (type(error), error.charged) == (errors.TimedOutAtFal, "no")


def test_a_cancelled_request_is_its_own_error():
    error = status_problem(
        FalStatus(state="completed", error="cancelled", error_type="client_cancelled")
    )
    assert type(error) is errors.CancelledAtFal
    assert isinstance(error, errors.RunFailedAtFal)
    assert error.charged == "unknown"


def test_a_failure_of_the_models_maker_may_cost_something():
    error = run_error(answer(400, detail(about("prompt", "downstream_service_error"))))
    assert (type(error), error.charged) == (errors.BrokeAtFal, "unknown")
    assert "may have been charged" in error.message


def test_a_models_unknown_error_with_5xx_is_a_failure_of_fals():
    error = run_error(answer(500, detail(about("prompt", "brand_new"))))
    assert type(error) is errors.BrokeAtFal


@pytest.mark.parametrize(("said", "expected"), [("true", True), ("1", True), ("false", False)])
@pytest.mark.parametrize("header", ["x_fal_retryable", "x_fal_needs_retry"])
def test_fals_word_on_trying_again_counts(said, expected, header):
    body = detail(about("prompt", "downstream_service_unavailable"))
    assert run_error(answer(500, body, **{header: said})).retryable is expected


@pytest.mark.parametrize("status", [404, 410])
def test_a_result_that_fal_does_not_know_is_gone(status):
    assert type(run_error(answer(status, {"detail": "Not found"}))) is errors.ResultGone


@pytest.mark.parametrize(
    "given",
    [
        answer(500, {"detail": "Internal Server Error"}),
        answer(502, b"<html>nginx</html>"),
        answer(400, {"detail": "Request is still in progress"}),
        answer(401, {"detail": "no"}),
        answer(403, {"detail": "User is locked. Reason: Exhausted balance."}),
        answer(429, {"detail": "slow down"}),
        answer(422, b"garbage"),
        answer(422, [1, 2]),
        answer(503, {"detail": "x", "error_type": "never_heard_of"}),
        answer(503, {"detail": "x", "error_type": ["runner_disconnected"]}),
        answer(500, {"detail": [1, None, {"type": 5}, {}]}),
    ],
)
def test_an_undocumented_answer_says_nothing_about_the_run(given):
    assert run_error(given) is None


def test_an_old_422_with_text_is_told_as_text():
    error = run_error(answer(422, {"detail": "The mask is empty"}))
    assert type(error) is errors.RefusedOtherwise
    assert "The mask is empty" in error.message
    assert error.charged == "unknown"


# ── what a completed status says ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "status",
    [
        FalStatus(state="completed"),
        FalStatus(state="running", error="x"),
        FalStatus(state="queued", error_type="request_timeout"),
        FalStatus(state="completed", error="", error_type=""),
    ],
)
def test_without_an_error_there_is_no_problem(status):
    assert status_problem(status) is None


def test_an_error_without_a_type_is_told_in_fals_words():
    error = status_problem(FalStatus(state="completed", error="GPU on fire"))
    assert type(error) is errors.RunFailedAtFal
    assert "GPU on fire" in error.message
    assert error.charged == "unknown"


def test_a_printed_list_of_errors_is_not_shown_as_it_repeats_the_input():
    text = f"[{{'type': 'x', 'input': '{SECRET_INPUT}'}}]"
    error = status_problem(FalStatus(state="completed", error=text))
    assert SECRET_INPUT not in error.message


def test_an_input_error_type_in_a_status_is_a_refused_field():
    error = status_problem(FalStatus(state="completed", error="x", error_type="image_load_error"))
    assert type(error) is errors.FieldsRefused
    assert SENTENCES["image_load_error"][1] in error.message


# ── uploads and downloads ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "cls"),
    [
        (answer(401), errors.KeyRefused),
        (answer(403, {"detail": "User is locked"}), errors.AccountLocked),
        (answer(413), errors.RefusedOtherwise),
        (answer(415), errors.RefusedOtherwise),
        (answer(408), errors.NotAccepted),
        (answer(429), errors.FalBusy),
        (answer(500), errors.NotAccepted),
        (answer(302), errors.NotAccepted),
    ],
)
def test_a_refused_upload_costs_nothing(given, cls):
    error = from_answer(given, Step.UPLOAD)
    assert (type(error), error.charged) == (cls, "no")


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (404, errors.PictureGone),
        (410, errors.PictureGone),
        (403, errors.PictureUnavailable),
        (500, errors.PictureUnavailable),
        (429, errors.PictureUnavailable),
    ],
)
def test_a_picture_is_gone_or_only_unavailable(status, cls):
    assert type(from_answer(answer(status), Step.DOWNLOAD)) is cls


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_any_bad_answer_to_a_free_question_is_slow(status):
    assert type(from_answer(answer(status), Step.ASK)) is errors.Slow
