"""From created to done, once."""

from decimal import Decimal

from backend.domain.run import RunState
from backend.pictures.metadata import read_metadata
from tests.integration.playground import World


async def test_a_run_makes_its_pictures_with_one_call_of_each_kind(world: World) -> None:
    run = await world.done(await world.start(num_images=2, seed=7))
    assert [image.index for image in run.images] == [0, 1]
    assert run.output is not None
    assert run.output.seed == 7
    calls = world.script.calls
    assert (calls["submit"], calls["stream"], calls["result"], calls["picture"]) == (1, 1, 1, 2)
    assert calls["status"] == 0


async def test_the_bill_is_what_fal_says_it_billed(world: World) -> None:
    run = await world.done(await world.start())
    assert run.billable_units == 1
    assert run.cost == Decimal("0.04")


async def test_the_stored_file_keeps_its_settings(world: World) -> None:
    run = await world.done(await world.start(prompt="a ${hill} <b>", seed=11))
    key = run.images[0].key
    assert key is not None
    kept = read_metadata(await world.services.gallery.pictures.read(key))
    assert kept is not None
    assert (kept.input["prompt"], kept.seed, kept.run_id) == ("a ${hill} <b>", 11, run.id)


async def test_an_inline_picture_is_stored_and_never_kept_as_text(world: World) -> None:
    run = await world.done(await world.start(sync_mode=True))
    assert run.images[0].fal_url is None
    assert run.images[0].key is not None
    assert world.script.calls["picture"] == 0
    database = b"".join(file.read_bytes() for file in world.folder.glob("playground.db*"))
    assert b"base64" not in database


async def test_a_flagged_picture_is_marked(world: World) -> None:
    run = await world.done(await world.start(prompt="nsfw"))
    assert run.images[0].flagged


async def test_the_events_tell_the_whole_story_in_order(world: World) -> None:
    with world.services.feed.listen("alice") as listener:
        run = await world.start()
        states: list[RunState] = []
        while not states or not states[-1].ended:
            change = await listener.next(20)
            assert change is not None
            if change.kind == "run" and change.run.state not in states:
                states.append(change.run.state)
    assert run.state is RunState.CREATED
    assert [str(state) for state in states if state is not RunState.RUNNING] == [
        "created",
        "submitting",
        "queued",
        "saving",
        "done",
    ]
