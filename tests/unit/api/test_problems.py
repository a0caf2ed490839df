"""Errors as problem documents."""

import json
from collections.abc import Iterator

import pytest

from api.problems import MEDIA_TYPE, answer, problem, status_of
from backend.domain import errors
from backend.domain.errors import InputRefused, PlaygroundError, TooManyWaiting, TooQuick
from backend.endpoints.errors import EndpointUnknown


def tree(top: type[PlaygroundError]) -> Iterator[type[PlaygroundError]]:
    """A class and all below it."""
    yield top
    for below in top.__subclasses__():
        yield from tree(below)


CONCRETE = [kind for kind in tree(PlaygroundError) if kind is not PlaygroundError]
EXPECTED = {
    errors.NotAllowed: 403,
    errors.EndpointClosed: 403,
    errors.GuestsShareNothing: 403,
    errors.TokenRefused: 401,
    errors.SignInFailed: 403,
    errors.ProviderUnavailable: 503,
    errors.TokenTooNarrow: 403,
    errors.SignInNeeded: 401,
    errors.LinkSpent: 403,
    errors.NotFound: 404,
    errors.InputRefused: 422,
    errors.PictureRefused: 422,
    errors.LinkRefused: 422,
    errors.PresetRefused: 422,
    EndpointUnknown: 422,
    errors.OverLimit: 429,
    errors.MoneyLimitReached: 402,
    errors.ConfirmCost: 402,
    errors.TooManyWaiting: 429,
    errors.TooQuick: 429,
    errors.Conflict: 409,
    errors.KeyReused: 409,
    errors.NameTaken: 409,
    errors.PresetChanged: 409,
    errors.ListChanged: 409,
    errors.SnippetChanged: 409,
    errors.VersionNeeded: 428,
    errors.LastAdmin: 409,
    errors.AlreadyDeleted: 409,
    errors.ChangedMeanwhile: 412,
    errors.RunUnfinished: 409,
    errors.IntakeClosed: 503,
    errors.IntakePaused: 503,
    errors.StorageFailed: 503,
    errors.AccountLocked: 503,
}


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: kind.__name__)
def test_every_error_of_ours_has_a_status_of_its_own(kind: type[PlaygroundError]) -> None:
    assert status_of(kind()) == EXPECTED.get(kind, 502)
    assert kind in EXPECTED or issubclass(kind, errors.FalError)


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: kind.__name__)
def test_every_error_reads_as_a_sentence(kind: type[PlaygroundError]) -> None:
    response = problem(kind())
    body = json.loads(bytes(response.body))
    assert response.media_type == MEDIA_TYPE
    assert set(body) == {"type", "title", "status", "code", "detail"}
    assert body["status"] == response.status_code
    assert body["title"].endswith(".")
    assert body["code"] == kind.code()


def test_who_has_to_wait_is_told_how_long() -> None:
    assert problem(TooManyWaiting()).headers["retry-after"] == "10"
    quick = TooQuick()
    quick.retry_after = 31
    assert problem(quick).headers["retry-after"] == "31"


def test_a_refused_input_names_each_field_at_the_end_of_loc() -> None:
    response = problem(
        InputRefused(fields={"prompt": "Prompt is missing.", "seed": "Seed is odd."})
    )
    assert json.loads(bytes(response.body))["detail"] == [
        {"loc": ["body", "input", "prompt"], "msg": "Prompt is missing.", "type": "input_refused"},
        {"loc": ["body", "input", "seed"], "msg": "Seed is odd.", "type": "input_refused"},
    ]


def test_half_a_character_in_a_problem_can_be_sent() -> None:
    response = problem(InputRefused(fields={"\ud800x": "No “\ud800x” here."}))
    detail = json.loads(bytes(response.body))["detail"]
    assert detail == [
        {"loc": ["body", "input", "?x"], "msg": "No “?x” here.", "type": "input_refused"}
    ]


def test_a_problem_without_details_repeats_its_sentence() -> None:
    body = json.loads(bytes(answer(418, "teapot", "Tea only.").body))
    assert (body["title"], body["detail"], body["status"]) == ("Tea only.", "Tea only.", 418)
