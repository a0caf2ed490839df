"""The history of prompts on both databases: it comes with runs and goes with them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from backend.domain.errors import InputRefused
from backend.domain.prompts import PastPrompt, PromptFilter, prompt_id
from backend.domain.run import Run, RunState
from backend.store.database import Database
from backend.store.deleted import SqlDeletedStore
from backend.store.hand_over import SqlHandOver
from backend.store.migrate import FOLDER
from backend.store.prompts import SqlPromptStore
from backend.store.runs import SqlRunStore
from tests.integration.store.making import NOON, TestClock, a_run, in_state, new, written

REFERENCES = text("SELECT id, prompt_id FROM runs ORDER BY id")
#: the version of the tables before there was a history
BEFORE = "0015"


def walk(connection: Connection, way: Callable[[Config, str], None], target: str) -> None:
    """To another version of the tables, and back."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    way(config, target)


@pytest.fixture
def prompts(database: Database) -> SqlPromptStore:
    return SqlPromptStore(database)


async def prompted(runs: SqlRunStore, said: str, minutes: int = 0, person_id: str = "alice") -> Run:
    """A run of that prompt, so many minutes after noon."""
    when = NOON + timedelta(minutes=minutes)
    run = a_run(person_id=person_id, input={"prompt": said}, created_at=when, state_at=when)
    return await in_state(runs, RunState.DONE, run)


async def purge(runs: SqlRunStore, database: Database, run: Run, clock: TestClock) -> None:
    """Its pictures and words go for good."""
    await runs.delete(run.id, clock.now())
    await SqlDeletedStore(database).purge(run.id)


async def texts(prompts: SqlPromptStore, person_id: str = "alice", *words: str) -> list[str]:
    """What is listed, in its order."""
    page = await prompts.list(PromptFilter(person_id=person_id, words=words))
    return [prompt.text for prompt in page.prompts]


async def test_each_text_is_there_once_by_its_last_use(
    runs: SqlRunStore, prompts: SqlPromptStore
) -> None:
    await prompted(runs, "a fox", 1)
    await prompted(runs, "a kite", 2)
    await prompted(runs, "  a fox\n", 3)
    await prompted(runs, "a secret", 4, person_id="bob")
    await written(runs, a_run(input={"image_url": "upload:x"}))
    await written(runs, a_run(input={"prompt": "  "}))
    assert await texts(prompts) == ["a fox", "a kite"]
    (fox, _) = (await prompts.list(PromptFilter(person_id="alice"))).prompts
    at = NOON + timedelta(minutes=3)
    assert fox == PastPrompt(id=prompt_id("a fox"), text="a fox", last_at=at)


async def test_a_run_of_an_earlier_key_is_no_new_use(
    runs: SqlRunStore, prompts: SqlPromptStore
) -> None:
    first = a_run(input={"prompt": "a fox"})
    later = {"created_at": NOON + timedelta(minutes=5)}
    await runs.add(new(first, idempotency_key="k"))
    await runs.add(new(a_run(input={"prompt": "a fox"}, **later), idempotency_key="k"))
    (fox,) = (await prompts.list(PromptFilter(person_id="alice"))).prompts
    assert fox.last_at == NOON


async def test_words_are_found_whatever_their_case_and_signs_mean_themselves(
    runs: SqlRunStore, prompts: SqlPromptStore
) -> None:
    for number, said in enumerate(("Ein FUCHS im Schnee", "100% wool", "100 sheep", "a_b", "acb")):
        await prompted(runs, said, number)
    assert await texts(prompts, "alice", "fuchs", "SCHNEE") == ["Ein FUCHS im Schnee"]
    assert await texts(prompts, "alice", "100%") == ["100% wool"]
    assert await texts(prompts, "alice", "a_b") == ["a_b"]
    assert await texts(prompts, "alice", "nothing") == []


async def test_pages_follow_each_other_and_a_foreign_cursor_is_refused(
    runs: SqlRunStore, prompts: SqlPromptStore
) -> None:
    for number in range(5):
        await prompted(runs, f"prompt {number}", number // 2)
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await prompts.list(PromptFilter(person_id="alice", limit=2, cursor=cursor))
        seen += [prompt.text for prompt in page.prompts]
        cursor = page.next_cursor
    assert cursor is None
    assert sorted(seen) == [f"prompt {number}" for number in range(5)]
    with pytest.raises(InputRefused):
        await prompts.list(PromptFilter(person_id="alice", cursor="nonsense"))


async def test_purging_the_last_run_takes_its_words_out_of_the_history(
    database: Database, runs: SqlRunStore, prompts: SqlPromptStore, clock: TestClock
) -> None:
    one, two = await prompted(runs, "a fox", 1), await prompted(runs, "a fox", 2)
    await purge(runs, database, two, clock)
    assert await texts(prompts) == ["a fox"]
    await runs.delete(one.id, clock.now())
    assert await texts(prompts) == ["a fox"]
    await SqlDeletedStore(database).purge(one.id)
    assert await texts(prompts) == []
    async with database.read() as connection:
        found = await connection.execute(text("SELECT count(*) FROM prompts"))
        assert found.scalar() == 0


async def test_a_star_keeps_it_until_it_is_taken_away(
    database: Database, runs: SqlRunStore, prompts: SqlPromptStore, clock: TestClock
) -> None:
    run = await prompted(runs, "a fox")
    await prompted(runs, "a kite")
    fox = prompt_id("a fox")
    assert await prompts.star("bob", fox, clock.now()) is None
    starred = await prompts.star("alice", fox, clock.now())
    assert starred is not None
    assert starred.starred
    await purge(runs, database, run, clock)
    kept = (await prompts.list(PromptFilter(person_id="alice", starred=True))).prompts
    assert [prompt.text for prompt in kept] == ["a fox"]
    assert await prompts.star("alice", fox, None) is not None
    assert await texts(prompts) == ["a kite"]


async def test_what_was_taken_out_comes_back_with_its_next_run_and_goes_with_the_last(
    database: Database, runs: SqlRunStore, prompts: SqlPromptStore, clock: TestClock
) -> None:
    one = await prompted(runs, "a fox", 1)
    assert await prompts.forget("bob", prompt_id("a fox")) is None
    assert await prompts.forget("alice", prompt_id("a fox")) is not None
    assert await texts(prompts) == []
    two = await prompted(runs, "a fox", 2)
    await purge(runs, database, one, clock)
    assert await texts(prompts) == ["a fox"]
    await purge(runs, database, two, clock)
    assert await texts(prompts) == []


async def test_what_is_handed_over_brings_no_prompts_along(
    database: Database, runs: SqlRunStore, prompts: SqlPromptStore, clock: TestClock
) -> None:
    run = await prompted(runs, "a fox")
    await prompted(runs, "a kite", person_id="bob")
    await SqlHandOver(database).move("alice", "bob")
    assert await texts(prompts) == []
    assert await texts(prompts, "bob") == ["a kite"]
    await purge(runs, database, run, clock)
    assert await texts(prompts, "bob") == ["a kite"]


async def test_text_that_no_database_takes_breaks_nothing(
    runs: SqlRunStore, prompts: SqlPromptStore
) -> None:
    await prompted(runs, "nul \x00 and half \ud83d")
    assert await texts(prompts) == ["nul \ufffd and half \ufffd"]
    assert await texts(prompts, "alice", "HALF") == ["nul \ufffd and half \ufffd"]


async def test_prompts_from_before_there_was_a_history_are_in_it(
    database: Database, runs: SqlRunStore, prompts: SqlPromptStore
) -> None:
    await prompted(runs, "a fox", 1)
    await prompted(runs, "Ein Fuchs \x00", 2)
    await prompted(runs, "a fox", 3)
    await purge(runs, database, await prompted(runs, "gone", 4), TestClock())
    before = (await prompts.list(PromptFilter(person_id="alice"))).prompts
    async with database.read() as connection:
        referred = (await connection.execute(REFERENCES)).all()
    async with database.write() as connection:
        await connection.run_sync(walk, command.downgrade, BEFORE)
        await connection.run_sync(walk, command.upgrade, "head")
    assert (await prompts.list(PromptFilter(person_id="alice"))).prompts == before
    assert await texts(prompts, "alice", "fuchs") == ["Ein Fuchs \ufffd"]
    async with database.read() as connection:
        assert (await connection.execute(REFERENCES)).all() == referred
