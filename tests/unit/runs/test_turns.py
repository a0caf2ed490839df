"""Turns go round the persons; each person's runs keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from backend.runs.turns import Turns


def filled(*pairs: tuple[str, str]) -> Turns:
    turns = Turns()
    for person, run in pairs:
        turns.add(person, run)
    return turns


def taken(turns: Turns) -> list[str]:
    order = []
    while (run := turns.take()) is not None:
        order.append(run)
    return order


def test_a_person_with_many_runs_delays_another_by_one() -> None:
    turns = filled(("alice", "a1"), ("alice", "a2"), ("alice", "a3"), ("bob", "b1"))
    assert taken(turns) == ["a1", "b1", "a2", "a3"]


def test_whoever_had_the_last_turn_lets_a_newcomer_go_first() -> None:
    turns = filled(("alice", "a1"))
    assert turns.take() == "a1"
    for run in ("a2", "a3"):
        turns.add("alice", run)
    turns.add("bob", "b1")
    turns.add("carol", "c1")
    assert turns.order() == ("b1", "c1", "a2", "a3")
    assert taken(turns) == ["b1", "c1", "a2", "a3"]


def test_nothing_waits_nothing_is_taken() -> None:
    assert Turns().take() is None


def test_a_dropped_run_has_no_turn() -> None:
    turns = filled(("alice", "a1"), ("bob", "b1"))
    assert turns.drop("a1")
    assert not turns.drop("a1")
    assert taken(turns) == ["b1"]


def test_a_run_that_is_put_back_is_first_again() -> None:
    turns = filled(("alice", "a1"), ("alice", "a2"), ("bob", "b1"))
    first = turns.take()
    assert first == "a1"
    turns.put_back("alice", first)
    assert taken(turns) == ["a1", "b1", "a2"]


PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.integers()), unique_by=lambda pair: pair[1])


@given(PAIRS, st.integers(0, 9), st.integers(0, 9))
def test_the_shown_order_is_the_order_of_taking(
    pairs: list[tuple[str, int]], earlier: int, turns_given: int
) -> None:
    named = [(person, str(run)) for person, run in pairs]
    turns = filled(*named[:earlier])
    begun = [run for _ in range(turns_given) if (run := turns.take()) is not None]
    for person, run in named[earlier:]:
        turns.add(person, run)
    shown = list(turns.order())
    assert len(turns) == len(pairs) - len(begun)
    assert taken(turns) == shown
    assert sorted([*begun, *shown]) == sorted(run for _, run in named)
