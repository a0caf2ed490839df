"""The feed: every change reaches its owner's listeners, once and in order."""

import pytest

from backend.domain.ports import LogLine
from backend.domain.run import RunState
from backend.runs.feed import KEPT_CHANGES, LISTENER_BACKLOG, Feed, FeedClosed, Notices
from tests.unit.runs.factories import NOON, a_run

SOON_S = 5.0


async def test_a_listener_gets_its_persons_changes_only() -> None:
    feed = Feed()
    with feed.listen("alice") as listener:
        feed.publish(a_run(id="other", person_id="bob"))
        feed.publish(a_run(id="mine"))
        change = await listener.next(SOON_S)
    assert change is not None
    assert change.run.id == "mine"


async def test_nothing_new_is_none() -> None:
    with Feed().listen("alice") as listener:
        assert await listener.next(0) is None


async def test_what_is_said_to_everybody_reaches_everybody_also_who_comes_back() -> None:
    feed = Feed()
    position = feed.position
    with feed.listen("alice") as alice, feed.listen("bob") as bob:
        feed.notices_changed()
        told = Notices(id=feed.position)
        assert [await one.next(SOON_S) for one in (alice, bob)] == [told, told]
    assert feed.since("carol", position) == (told,)


def test_who_comes_back_gets_what_was_missed() -> None:
    feed = Feed()
    feed.publish(a_run(id="before"))
    position = feed.position
    feed.publish(a_run(id="one"))
    feed.publish(a_run(id="foreign", person_id="bob"))
    feed.publish(a_run(id="two"))
    missed = feed.since("alice", position)
    assert missed is not None
    assert [change.run.id for change in missed] == ["one", "two"]


@pytest.mark.parametrize("position", ["", "x", "other-1", "-5", "nonsense-99999", "a-b-c"])
def test_a_position_of_another_start_is_not_known(position: str) -> None:
    assert Feed().since("alice", position) is None


def test_a_position_from_the_future_is_not_known() -> None:
    feed = Feed()
    boot = feed.position.partition("-")[0]
    assert feed.since("alice", f"{boot}-7") is None


def test_a_position_that_is_too_old_is_not_known() -> None:
    feed = Feed()
    start = feed.position
    for _ in range(KEPT_CHANGES):
        feed.publish(a_run())
    assert feed.since("alice", start) is not None
    feed.publish(a_run())
    assert feed.since("alice", start) is None


async def test_a_listener_that_is_too_slow_is_cut_off() -> None:
    feed = Feed()
    with feed.listen("alice") as listener:
        for _ in range(LISTENER_BACKLOG + 10):
            feed.publish(a_run())
        for _ in range(LISTENER_BACKLOG - 1):
            assert await listener.next(SOON_S) is not None
        with pytest.raises(FeedClosed):
            await listener.next(SOON_S)


async def test_closing_ends_listening_now_and_later() -> None:
    feed = Feed()
    with feed.listen("alice") as early:
        feed.close()
        with pytest.raises(FeedClosed):
            await early.next(SOON_S)
    with feed.listen("alice") as late, pytest.raises(FeedClosed):
        await late.next(SOON_S)


def test_what_is_true_at_the_moment_goes_with_the_state() -> None:
    feed = Feed()
    run = a_run()
    feed.place(run, before_you=3)
    assert feed.live("run1").before_you == 3
    queued = a_run(state=RunState.QUEUED)
    feed.publish(queued)
    feed.queue_position(queued, 0)
    assert (feed.live("run1").before_you, feed.live("run1").queue_position) == (None, 0)
    feed.publish(a_run(state=RunState.RUNNING))
    assert feed.live("run1").queue_position is None
    feed.slow(a_run(state=RunState.RUNNING), NOON)
    feed.log(a_run(state=RunState.RUNNING), [LogLine(message="step 1")])
    assert feed.live("run1").slow_since == NOON
    feed.publish(a_run(state=RunState.DONE))
    assert feed.live("run1").logs == ()


async def test_the_same_fact_twice_is_one_change() -> None:
    feed = Feed()
    with feed.listen("alice") as listener:
        feed.slow(a_run(), NOON)
        feed.slow(a_run(), NOON)
        feed.slow(a_run(), None)
        feed.slow(a_run(), None)
        feed.log(a_run(), [])
        kinds = [await listener.next(SOON_S), await listener.next(SOON_S)]
        assert all(kinds)
        assert await listener.next(0) is None
