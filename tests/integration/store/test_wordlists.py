"""The team's lists, and templates beside runs, in both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.errors import Conflict, KeyReused, ListChanged, NameTaken, NotFound
from backend.domain.template import PromptTemplate
from backend.domain.wordlist import WordList
from backend.store.database import Database
from backend.store.hand_over import SqlHandOver
from backend.store.runs import SqlRunStore
from backend.store.wordlists import SqlWordListStore
from tests.integration.store.making import NOON, TestClock, a_run, new

MOST = 200


@pytest.fixture
def lists(database: Database, clock: TestClock) -> SqlWordListStore:
    """The store."""
    return SqlWordListStore(database, clock)


def a_list(**changes: Any) -> WordList:
    """Two lines of light."""
    made = WordList(
        id="l1", name="Light", lines=("dawn", "dusk"), person_id="alice", updated_at=NOON
    )
    return replace(made, **changes)


async def test_a_list_is_found_by_its_name_whatever_the_case(lists: SqlWordListStore) -> None:
    await lists.add(a_list(), MOST)
    await lists.add(a_list(id="l2", name="größe", lines=("x",)), MOST)
    assert await lists.named(("light", "nothing")) == (a_list(),)
    assert [one.name for one in await lists.all()] == ["größe", "Light"]
    assert await lists.named(()) == ()


async def test_names_are_unique_and_lists_have_a_limit(lists: SqlWordListStore) -> None:
    await lists.add(a_list(), MOST)
    with pytest.raises(NameTaken):
        await lists.add(a_list(id="l2", name="LIGHT"), MOST)
    with pytest.raises(Conflict, match="no more have room"):
        await lists.add(a_list(id="l2", name="other"), 1)


async def test_of_two_changes_of_one_version_one_is_written(lists: SqlWordListStore) -> None:
    await lists.add(a_list(), MOST)
    changed = [a_list(lines=(str(number),)) for number in range(4)]
    told = await asyncio.gather(*map(lists.update, changed), return_exceptions=True)
    written = [one for one in told if isinstance(one, WordList)]
    assert len(written) == 1
    assert sum(isinstance(one, ListChanged) for one in told) == 3
    assert await lists.get("l1") == replace(written[0], version=2)


async def test_a_list_that_is_gone_is_not_changed(lists: SqlWordListStore) -> None:
    await lists.add(a_list(), MOST)
    await lists.remove("l1")
    with pytest.raises(NotFound):
        await lists.update(a_list())
    assert await lists.all() == await lists.named(("light",)) == ()


async def test_a_deleted_one_comes_back_unless_its_name_or_its_place_is_taken_or_its_time_over(
    lists: SqlWordListStore, clock: TestClock
) -> None:
    await lists.add(a_list(), 1)
    await lists.remove("l1")
    assert [one.deleted_at for one in await lists.deleted("alice")] == [clock.now()]
    assert await lists.deleted("bob") == ()
    await lists.add(a_list(id="l2", name="LIGHT"), 1)
    with pytest.raises(NameTaken):
        await lists.restore("l1", MOST)
    with pytest.raises(Conflict, match="no more have room"):
        await lists.restore("l1", 1)
    await lists.remove("l2")
    assert await lists.restore("l1", 1) == a_list()
    assert await lists.restore("l1", 1) == a_list()
    assert await lists.named(("light",)) == (a_list(),)
    assert await lists.clean(clock.now()) == 0
    assert await lists.clean(clock.now() + timedelta(seconds=1)) == 1
    with pytest.raises(NotFound):
        await lists.restore("l2", MOST)


async def test_lists_are_handed_over_deleted_ones_too(
    database: Database, lists: SqlWordListStore
) -> None:
    await lists.add(a_list(), MOST)
    await lists.add(a_list(id="l2", name="gone"), MOST)
    await lists.remove("l2")
    await SqlHandOver(database).move("alice", "bob")
    assert [one.person_id for one in await lists.all()] == ["bob"]
    assert [one.id for one in await lists.deleted("bob")] == ["l2"]


async def test_a_run_keeps_its_template_and_its_key_goes_by_it(runs: SqlRunStore) -> None:
    written = PromptTemplate(prompt="{a|b} {x}", variables={"x": "é\u2028"}, seed_drawn=True)
    first = a_run(id="r1", input={"prompt": "a é", "seed": 1}, template=written)
    (kept, fresh) = await runs.add(replace(new(first), idempotency_key="k"))
    assert fresh
    assert kept.template == written
    again = a_run(id="r2", input={"prompt": "b é", "seed": 2}, template=written)
    assert (await runs.add(replace(new(again), idempotency_key="k")))[0].id == "r1"
    other = replace(again, template=replace(written, variables={"x": "y"}))
    with pytest.raises(KeyReused):
        await runs.add(replace(new(other), idempotency_key="k"))
