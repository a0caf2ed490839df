"""Snippets on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.errors import NameTaken, NotFound, SnippetChanged
from backend.domain.sharing import Visibility
from backend.domain.snippet import Snippet, SnippetFilter
from backend.store.database import Database
from backend.store.hand_over import SqlHandOver
from backend.store.snippets import SqlSnippetStore
from tests.integration.store.making import NOON, TestClock


@pytest.fixture
def store(database: Database, clock: TestClock) -> SqlSnippetStore:
    return SqlSnippetStore(database, clock)


def snippet(
    name: str, person_id: str = "alice", text: str = "slate", *, team: bool = False
) -> Snippet:
    return Snippet(
        id=f"{person_id}-{name}",
        person_id=person_id,
        name=name,
        text=text,
        created_at=NOON,
        updated_at=NOON,
        visibility=Visibility.TEAM if team else Visibility.PRIVATE,
    )


async def names(store: SqlSnippetStore, *words: str, person_id: str = "alice") -> list[str]:
    which = SnippetFilter(person_id=person_id, with_team=True, words=words)
    return [one.name for one in await store.list(which)]


async def test_ones_own_come_first_and_private_ones_of_others_never(
    store: SqlSnippetStore,
) -> None:
    for one in (
        snippet("Slate"),
        snippet("dusk"),
        snippet("Amber", "bob", team=True),
        snippet("Secret", "bob"),
    ):
        assert await store.add(one) == one
    assert await names(store) == ["dusk", "Slate", "Amber"]
    alone = SnippetFilter(person_id="alice")
    assert [one.name for one in await store.list(alone)] == ["dusk", "Slate"]
    part = SnippetFilter(person_id="alice", with_team=True, offset=1, limit=1)
    assert [one.name for one in await store.list(part)] == ["Slate"]


async def test_names_and_texts_are_found_whatever_their_case(store: SqlSnippetStore) -> None:
    await store.add(snippet("Abendlicht", text="Warmes LICHT, 100% weich"))
    await store.add(snippet("Slate", text="grey"))
    assert await names(store, "warmes", "ABEND") == ["Abendlicht"]
    assert await names(store, "100%") == ["Abendlicht"]
    assert await names(store, "%") == ["Abendlicht"]


async def test_a_name_is_used_once_by_a_person_whatever_its_case(store: SqlSnippetStore) -> None:
    await store.add(snippet("Slate"))
    await store.add(snippet("Slate", "bob"))
    with pytest.raises(NameTaken):
        await store.add(replace(snippet("SLATE"), id="other"))
    there = await store.named("alice", "slaTE")
    assert there is not None
    assert there.id == "alice-Slate"
    other = await store.add(snippet("Dusk"))
    with pytest.raises(NameTaken):
        await store.update(replace(other, name="slate"))


async def test_of_two_who_change_it_at_once_one_is_told(store: SqlSnippetStore) -> None:
    first = await store.add(snippet("Slate"))
    changed = await store.update(replace(first, text="wet slate"))
    assert (changed.text, changed.version) == ("wet slate", 2)
    assert await names(store, "wet") == ["Slate"]
    with pytest.raises(SnippetChanged):
        await store.update(replace(first, text="dry slate"))
    with pytest.raises(NotFound):
        await store.update(snippet("Never"))


async def test_a_deleted_one_comes_back_unless_its_name_is_used_or_its_time_over(
    store: SqlSnippetStore, clock: TestClock
) -> None:
    one = await store.add(snippet("Slate"))
    await store.remove(one.id)
    assert await names(store) == []
    gone = await store.list(SnippetFilter(person_id="alice", deleted=True))
    assert [(one.name, one.deleted_at) for one in gone] == [("Slate", clock.now())]
    again = await store.add(replace(snippet("Slate"), id="again"))
    with pytest.raises(NameTaken):
        await store.restore(one.id)
    await store.remove(again.id)
    assert (await store.restore(one.id)).deleted_at is None
    assert await names(store) == ["Slate"]
    assert await store.clean(clock.now()) == 0
    assert await store.clean(clock.now() + timedelta(seconds=1)) == 1
    with pytest.raises(NotFound):
        await store.restore(again.id)


async def test_sharing_and_locking_change_nothing_else(store: SqlSnippetStore) -> None:
    one = await store.add(snippet("Slate"))
    assert await store.share(one.id, None, None) == one
    shared = await store.share(one.id, Visibility.TEAM, True)
    assert shared == replace(one, visibility=Visibility.TEAM, locked=True)
    with pytest.raises(NotFound):
        await store.share("none", Visibility.TEAM, None)


async def test_handed_over_ones_get_a_number_where_their_name_is_used(
    database: Database, store: SqlSnippetStore
) -> None:
    await store.add(snippet("Slate", "bob"))
    await store.add(snippet("slate 2", "bob"))
    await store.add(snippet("Slate"))
    gone = await store.add(snippet("Gone"))
    await store.remove(gone.id)
    await SqlHandOver(database).move("alice", "bob")
    assert await names(store, person_id="alice") == []
    assert await names(store, person_id="bob") == ["Slate", "slate 2", "Slate 3"]
    assert (await store.restore(gone.id)).person_id == "bob"
