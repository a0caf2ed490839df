"""Accepted runs are followed to their end, however fal behaves meanwhile."""

from datetime import timedelta

import pytest

from backend.domain.run import RunState
from backend.fal.practice_script import (
    Action,
    Answer,
    Drop,
    Ends,
    Garbage,
    Hang,
    Stage,
    Truncate,
    WrongType,
)
from tests.integration.playground import World

FAULTS: list[Action] = [
    Drop(),
    Garbage(),
    WrongType(),
    Truncate(),
    Hang(seconds=1.5),
    Answer(500, {"detail": "oops"}),
    Answer(503, "nginx"),
    Answer(403, {"detail": "no"}),
    Answer(200, {"status": "DREAMING"}),
    Answer(200, {"status": "IN_QUEUE"}),
    Answer(200, ["not", "an", "object"]),
]


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_a_broken_stream_is_replaced_by_polls(world: World, fault: Action) -> None:
    world.script.always("stream", fault)
    run = await world.done(await world.start())
    assert run.images[0].key is not None
    assert world.posts == 1


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_broken_polls_are_asked_again(world: World, fault: Action) -> None:
    world.script.always("stream", Drop())
    world.script.push("status", fault, fault)
    await world.done(await world.start())
    assert world.posts == 1


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_a_broken_result_is_asked_for_again(world: World, fault: Action) -> None:
    world.script.push("result", fault, fault)
    await world.done(await world.start())
    assert world.posts == 1


async def test_a_person_sees_since_when_fal_is_slow(world: World) -> None:
    world.script.always("result", Answer(500, {"detail": "oops"}))
    run = await world.start()
    await world.until_it(
        run, lambda _: world.services.feed.live(run.id).slow_since is not None, "slow"
    )
    world.script.always("result", None)
    await world.done(run)
    assert world.services.feed.live(run.id).slow_since is None


STAGES: list[Stage] = ["stream", "status", "result"]


@pytest.mark.parametrize("stage", STAGES)
async def test_a_request_that_fal_forgot_is_lost_and_says_so(world: World, stage: Stage) -> None:
    for each in ("stream", "status") if stage != "result" else ("result",):
        world.script.always(each, Answer(404, {"detail": "not found"}))  # type: ignore[arg-type]
    run = await world.until(await world.start(), RunState.LOST)
    assert run.problem is not None
    assert run.problem.charged == "yes"
    assert run.request_id in world.made


@pytest.mark.parametrize(
    ("error_type", "code", "charged"),
    [
        ("request_timeout", "timed_out_at_fal", "no"),
        ("runner_disconnected", "broke_at_fal", "no"),
        ("internal_error", "broke_at_fal", "no"),
    ],
)
async def test_completed_with_an_error_is_failed_by_its_class(
    world: World, error_type: str, code: str, charged: str
) -> None:
    world.script.ends(
        Ends(error="it broke", error_type=error_type, status=503, body={"detail": "it broke"})
    )
    run = await world.until(await world.start(), RunState.FAILED)
    assert run.problem is not None
    assert (run.problem.code, run.problem.charged) == (code, charged)


async def test_an_error_body_on_the_result_names_the_field(world: World) -> None:
    body = {
        "detail": [
            {
                "loc": ["body", "image_url"],
                "msg": "m",
                "type": "image_too_small",
                "ctx": {"min_height": 256, "min_width": 256},
            }
        ]
    }
    world.script.ends(Ends(error="invalid", error_type="bad_request", status=422, body=body))
    run = await world.until(await world.start(), RunState.FAILED)
    assert run.problem is not None
    assert "256" in run.problem.fields["image_url"]


async def test_our_own_deadline_ends_the_wait_after_a_day(world: World) -> None:
    world.script.always("result", Answer(500, {"detail": "oops"}))
    run = await world.start()
    await world.until_it(
        run, lambda _: world.services.feed.live(run.id).slow_since is not None, "slow"
    )
    world.clock.ahead = timedelta(hours=25)
    lost = await world.until(run, RunState.LOST)
    assert lost.problem is not None
    assert lost.problem.charged == "unknown"
