"""How often one person may do something."""

import time
from contextlib import ExitStack

import pytest

from backend.domain.errors import TooQuick
from backend.services.rate import Rate, Tries


class Watch:
    """The time of day, to be turned."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(time, "time", watch)
    return watch


def hits(rate: Rate, key: str, times: int) -> int:
    """How many of so many tries were let through."""
    through = 0
    for _ in range(times):
        try:
            rate.hit(key)
        except TooQuick:
            continue
        through += 1
    return through


def test_so_many_and_no_more(watch: Watch) -> None:
    assert hits(Rate("3/minute"), "alice", 5) == 3


def test_each_person_has_their_own_measure(watch: Watch) -> None:
    rate = Rate("2/minute")
    assert hits(rate, "alice", 3) == 2
    assert hits(rate, "bob", 3) == 2


def test_two_rates_do_not_share_what_they_counted(watch: Watch) -> None:
    assert hits(Rate("1/minute"), "alice", 1) == 1
    assert hits(Rate("1/minute"), "alice", 1) == 1


def test_the_window_moves_with_the_time(watch: Watch) -> None:
    rate = Rate("2/minute")
    rate.hit("alice")
    watch.now += 40
    rate.hit("alice")
    with pytest.raises(TooQuick):
        rate.hit("alice")
    watch.now += 21  # the first is over a minute old, the second is not
    assert hits(rate, "alice", 2) == 1


def test_a_refusal_says_how_long_to_wait_and_may_be_retried(watch: Watch) -> None:
    rate = Rate("1/minute")
    rate.hit("alice")
    with pytest.raises(TooQuick) as caught:
        rate.hit("alice")
    assert 1 <= caught.value.retry_after <= 60
    assert caught.value.retryable


def test_who_waits_as_long_as_told_gets_through_in_the_end(watch: Watch) -> None:
    rate = Rate("1/minute")
    rate.hit("alice")
    for _ in range(4):
        try:
            rate.hit("alice")
        except TooQuick as refused:
            watch.now += refused.retry_after
        else:
            return
    raise AssertionError("refused again and again")


def tried(tries: Tries, *, right: bool) -> bool:
    """Whether a try was let through."""
    try:
        with tries.one("alice"):
            if not right:
                raise ValueError
    except TooQuick:
        return False
    except ValueError:
        return True
    return True


def test_only_tries_in_vain_are_counted(watch: Watch) -> None:
    tries = Tries("3/minute")
    assert all(tried(tries, right=True) for _ in range(20))
    assert [tried(tries, right=False) for _ in range(5)] == [True] * 3 + [False] * 2
    assert not tried(tries, right=True)
    watch.now += 61
    assert tried(tries, right=True)


def test_many_tries_at_once_are_no_more_than_one_after_the_other() -> None:
    tries = Tries("3/minute")
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(tries.one("alice"))
        assert not tried(tries, right=True)
    assert tried(tries, right=True)
