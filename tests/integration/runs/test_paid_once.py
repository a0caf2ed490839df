"""Whatever happens to the paid POST: it is sent once, and what fal made of it is found again."""

from decimal import Decimal

import pytest

from backend.domain.run import RunState
from backend.fal.practice_script import Action, Answer, Drop, Garbage, Hang, Truncate
from tests.integration.playground import Fal, World

POLICY = {"loc": ["body", "prompt"], "msg": "m", "type": "content_policy_violation"}
LATER_THAN_WE_WAIT = 0.8
NGINX = "<html>502 Bad Gateway nginx</html>"

LOST_REPLIES = [
    Drop(after_accepting=True),
    Drop(after_accepting=True, reset=True),
    Hang(seconds=LATER_THAN_WE_WAIT, after_accepting=True),
    Garbage(after_accepting=True),
    Truncate(after_accepting=True),
    Answer(500, {"detail": "oops"}, after_accepting=True),
    Answer(502, NGINX, after_accepting=True),
    Answer(503, NGINX, after_accepting=True, with_request_id=True),
    Answer(408, {"detail": "timeout"}, after_accepting=True),
    Answer(409, {"detail": "conflict"}, after_accepting=True),
    Answer(200, {"status": "IN_QUEUE"}, after_accepting=True),
    Answer(302, "", {"location": "/elsewhere"}, after_accepting=True),
]
NEVER_ARRIVED = [
    Drop(),
    Drop(reset=True),
    Garbage(),
    Answer(500, {"detail": "oops"}),
    Answer(502, NGINX),
    Answer(409, {"detail": "conflict"}),
]


@pytest.mark.parametrize("fault", LOST_REPLIES, ids=repr)
async def test_a_lost_reply_buys_nothing_twice_and_loses_nothing(
    world: World, fault: Action
) -> None:
    world.script.push("submit", fault)
    run = await world.done(await world.start())
    assert world.posts == 1
    assert [run.request_id] == world.made
    assert run.images[0].key is not None


async def test_a_request_whose_id_is_known_is_found_in_the_list_while_its_status_is_not_told(
    world: World,
) -> None:
    lost = Answer(503, NGINX, after_accepting=True, with_request_id=True)
    world.script.push("submit", lost)
    world.script.always("stream", Answer(500, {"detail": "oops"}))
    world.script.always("status", Answer(500, {"detail": "oops"}))
    run = await world.until(await world.start(), RunState.QUEUED)
    assert [run.request_id] == world.made
    world.script.always("stream", None)
    world.script.always("status", None)
    await world.done(run)
    assert world.posts == 1


@pytest.mark.parametrize("fault", NEVER_ARRIVED, ids=repr)
async def test_what_fal_may_have_taken_is_uncertain_until_somebody_decides(
    world: World, fault: Action
) -> None:
    world.script.push("submit", fault)
    run = await world.until(await world.start(), RunState.UNCERTAIN)
    assert run.problem is not None
    assert run.problem.charged == "unknown"
    checked = await world.services.control.check(world.alice, run.id)
    assert checked.state is RunState.UNCERTAIN
    again = await world.services.control.again(world.alice, run.id)
    assert again.again_of == run.id
    await world.done(again)
    ended = await world.services.control.never_ran(world.alice, run.id)
    assert ended.state is RunState.FAILED
    assert world.posts == 2


async def test_two_lost_replies_of_the_same_input_find_two_requests(world: World) -> None:
    lost = Drop(after_accepting=True)
    world.script.push("submit", lost, lost)
    first, second = await world.start(), await world.start()
    ended = [await world.done(first), await world.done(second)]
    assert world.posts == 2
    assert sorted(run.request_id or "" for run in ended) == sorted(world.made)


async def test_a_busy_fal_is_asked_again(world: World) -> None:
    busy = Answer(429, {"detail": "too many"})
    world.script.push("submit", busy, busy)
    await world.done(await world.start())
    assert len(world.made) == 1


async def test_a_fal_that_stays_busy_fails_the_run_without_a_charge(world: World) -> None:
    world.script.always("submit", Answer(429, {"detail": "too many"}))
    run = await world.until(await world.start(), RunState.FAILED)
    assert run.problem is not None
    assert (run.problem.code, run.problem.charged) == ("fal_busy", "no")
    assert world.made == []


async def test_a_fal_that_can_not_be_reached_fails_the_run_without_a_charge(
    fal: Fal, world: World
) -> None:
    await fal.__aexit__()
    run = await world.until(await world.start(), RunState.FAILED)
    assert run.problem is not None
    assert (run.problem.code, run.problem.charged) == ("fal_unreachable", "no")


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, {"detail": "no"}, "key_refused"),
        (404, {"detail": "Application not found"}, "endpoint_gone"),
        (400, {"detail": "odd"}, "refused_otherwise"),
        (
            422,
            {
                "detail": [
                    {"loc": ["body", "prompt"], "msg": "m", "type": "content_policy_violation"}
                ]
            },
            "content_policy",
        ),
    ],
)
async def test_a_clear_no_fails_the_run_at_once(
    world: World, status: int, body: object, code: str
) -> None:
    world.script.push("submit", Answer(status, body))
    run = await world.until(await world.start(), RunState.FAILED)
    assert run.problem is not None
    assert run.problem.code == code
    assert world.posts == 1


async def test_a_refused_field_is_named(world: World) -> None:
    fault = {"loc": ["body", "seed"], "msg": "m", "type": "less_than", "ctx": {"lt": 5}}
    world.script.push("submit", Answer(422, {"detail": [fault]}))
    run = await world.until(await world.start(), RunState.FAILED)
    assert run.problem is not None
    assert "5" in run.problem.fields["seed"]


async def test_a_locked_account_holds_the_intake_and_releases_all(world: World) -> None:
    world.script.locked = True
    runs = [await world.start(), await world.start(), await world.start()]
    for run in runs:
        await world.until_it(
            run,
            lambda now: world.services.runner.locked and now.state is RunState.CREATED,
            "held by the locked account",
        )
    assert (await world.services.status.me(world.alice))["key_state"] == "locked"
    later = await world.start()
    world.script.locked = False
    for run in [*runs, later]:
        await world.done(run)
    assert not world.services.runner.locked
    assert len(world.made) == 4


async def test_an_admins_click_tries_a_waiting_run_at_once(fal: Fal, world: World) -> None:
    world.script.locked = True
    run = await world.start()
    await world.until_it(run, lambda _: world.services.runner.locked, "locked")
    world.script.locked = False
    world.services.runner.try_now()
    await world.done(run)


async def test_the_price_of_the_day_stays_with_the_run(world: World) -> None:
    run = await world.start(num_images=3)
    assert (run.estimate, run.unit_price) == (Decimal("0.12"), Decimal("0.04"))
