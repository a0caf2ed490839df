"""What a search looks at follows every change of a run and of its marks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, insert, select, text

from backend.domain.errors import NotFound
from backend.domain.findable import OPEN, PICTURED, SEEDED, TEAM, fact, state_fact
from backend.domain.marks import Marks, PictureId, TagCount
from backend.domain.run import Image, Output, Run, RunState
from backend.domain.sharing import Visibility
from backend.store.database import Database
from backend.store.hand_over import SqlHandOver
from backend.store.marks import SqlMarkStore
from backend.store.migrate import FOLDER, newest_version
from backend.store.records import row_of
from backend.store.runs import SqlRunStore
from backend.store.tables import documents
from backend.store.tables import runs as runs_table
from tests.integration.store.making import NOON, a_run, in_state, written

PICTURES = (Image(index=0, width=1024, height=768), Image(index=1, width=768, height=1024))


@pytest.fixture
def marks(database: Database) -> SqlMarkStore:
    return SqlMarkStore(database)


async def tokens_of(database: Database, run: Run) -> list[str]:
    """What is searched of each of its pictures."""
    statement = select(documents.c.tokens).where(documents.c.run_id == run.id)
    async with database.read() as connection:
        return list(await connection.scalars(statement.order_by(documents.c.seq)))


async def found(database: Database, token: str) -> list[tuple[str, int]]:
    """The pictures that the index gives for one token, newest run first."""
    if database.is_sqlite:
        fits = "rowid IN (SELECT rowid FROM search_index WHERE search_index MATCH :token)"
        token = f'"{token}"'
    else:
        fits = (
            "seq IN (SELECT seq FROM search_index WHERE vector @@ quote_literal(:token)::tsquery)"
        )
    statement = text(f"SELECT run_id, position FROM documents WHERE {fits} ORDER BY seq DESC")  # noqa: S608
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(statement, {"token": token})]


async def done(runs: SqlRunStore, run: Run | None = None, **changes: Any) -> Run:
    return await in_state(runs, RunState.DONE, run or a_run(), images=PICTURES, **changes)


async def test_a_new_run_is_found_by_its_words_and_facts(
    database: Database, runs: SqlRunStore
) -> None:
    run = await written(
        runs,
        input={"prompt": "Ein Café, sehr früh", "seed": 7},
        visibility=Visibility.TEAM,
        project="Spring",
        preset="Wide & calm",
    )
    facts = (
        fact("by", "alice"),
        TEAM,
        OPEN,
        fact("endpoint", run.endpoint_id),
        fact("project", "SPRING"),
        fact("preset", "wide & calm"),
        SEEDED,
        ":seed:7",
    )
    for token in ("cafe", "fruh", "calm", "spring", "flux", *facts):
        assert await found(database, token) == [(run.id, 0)]
    for token in ("Café", PICTURED, state_fact(RunState.DONE)):
        assert await found(database, token) == []


async def test_a_finished_run_is_found_by_each_picture_and_what_fal_answered(
    database: Database, runs: SqlRunStore
) -> None:
    output = Output(seed=42, prompt="A much longer prompt")
    run = await done(runs, output=output, cost=Decimal("0.08"))
    assert await found(database, PICTURED) == [(run.id, 1), (run.id, 0)]
    assert await found(database, ":aspect:portrait") == [(run.id, 1)]
    assert await found(database, ":aspect:landscape") == [(run.id, 0)]
    assert await found(database, "longer") == await found(database, ":seed:42")
    assert await found(database, OPEN) == []
    async with database.read() as connection:
        assert set(await connection.scalars(select(documents.c.cost))) == {Decimal("0.08")}


async def test_numbers_rise_with_the_time_and_are_free_for_runs_of_one_moment(
    database: Database, runs: SqlRunStore
) -> None:
    late = await done(runs, a_run(created_at=NOON + timedelta(seconds=1)))
    same = [await done(runs, a_run()) for _ in range(70)]
    early = await done(runs, a_run(created_at=NOON - timedelta(milliseconds=2)))
    in_order = [late, *reversed(same), early]
    expected = [(run.id, position) for run in in_order for position in (1, 0)]
    assert await found(database, PICTURED) == expected


async def test_a_deleted_run_is_found_no_more_until_it_is_back_in_its_place(
    database: Database, runs: SqlRunStore, marks: SqlMarkStore
) -> None:
    older = await done(runs, a_run(created_at=NOON - timedelta(seconds=1)))
    run = await done(runs)
    newer = await done(runs, a_run(created_at=NOON + timedelta(seconds=1)))
    await marks.tag([PictureId(run.id, 1)], ["Keep"], [], NOON)
    await runs.delete(run.id, NOON)
    assert await tokens_of(database, run) == []
    assert (run.id, 0) not in await found(database, PICTURED)
    await marks.star("bob", [PictureId(run.id, 0)], NOON)
    assert await tokens_of(database, run) == []
    await runs.delete(run.id, None)
    assert await found(database, fact("tag", "keep")) == [(run.id, 1)]
    order = [run_id for run_id, _ in await found(database, PICTURED)]
    assert order == [newer.id, newer.id, run.id, run.id, older.id, older.id]


async def test_a_run_whose_row_goes_leaves_nothing(database: Database, marks: SqlMarkStore) -> None:
    run = a_run()  # without a ledger, which keeps its runs
    async with database.write() as connection:
        await connection.execute(insert(runs_table), row_of(run))
    await marks.write(PictureId(run.id, 0), note="lonely")
    await marks.star("bob", [PictureId(run.id, 0)], NOON)
    assert await found(database, "lonely") == [(run.id, 0)]
    async with database.write() as connection:
        await connection.execute(delete(runs_table).where(runs_table.c.id == run.id))
    assert await found(database, "lonely") == []
    assert await marks.of([run.id], "bob") == {}


async def test_sharing_and_handing_over_are_found_at_once(
    database: Database, runs: SqlRunStore
) -> None:
    run = await done(runs)
    assert await found(database, TEAM) == []
    await runs.note(run.id, visibility=Visibility.TEAM)
    assert len(await found(database, TEAM)) == 2
    await SqlHandOver(database).move("alice", "bob")
    assert await found(database, fact("by", "alice")) == []
    assert await found(database, fact("by", "bob")) == [(run.id, 1), (run.id, 0)]


# ── marks ────────────────────────────────────────────────────────────────────────────────────


async def test_marks_are_read_as_they_were_written_and_found(
    database: Database, runs: SqlRunStore, marks: SqlMarkStore
) -> None:
    run, bare = await done(runs), await done(runs)
    first, second = PictureId(run.id, 0), PictureId(run.id, 1)
    await marks.star("alice", [first], NOON)
    await marks.star("bob", [first, second], NOON)
    await marks.star("bob", [second], None)
    await marks.tag([first, second], ["For Ada", "Final"], [], NOON)
    await marks.tag([first], ["FINAL"], ["for ada"], NOON + timedelta(seconds=1))
    await marks.write(first, title="The pier")
    await marks.write(first, note="Ask Bea first")
    await marks.write(second, note="")
    of_alice = await marks.of([run.id, bare.id], "alice")
    assert of_alice == {
        first: Marks(
            title="The pier", note="Ask Bea first", tags=("Final",), starred=True, stars=2
        ),
        second: Marks(tags=("Final", "For Ada")),
    }
    assert (await marks.of([run.id], "carol"))[first].starred is False
    assert await found(database, fact("star", "bob")) == [(run.id, 0)]
    assert await found(database, "pier") == await found(database, "bea") == [(run.id, 0)]
    assert await found(database, fact("tag", "for ada")) == [(run.id, 1)]
    await marks.write(first, title="", note="")
    assert await found(database, "pier") == []


async def test_marks_stay_while_a_run_goes_on(
    database: Database, runs: SqlRunStore, marks: SqlMarkStore
) -> None:
    run = await in_state(runs, RunState.SAVING, a_run(), images=PICTURES)
    await marks.tag([PictureId(run.id, 1)], ["early"], [], NOON)
    await runs.move(run.id, RunState.SAVING, RunState.DONE, images=PICTURES)
    assert await found(database, fact("tag", "early")) == [(run.id, 1)]


async def test_marks_on_a_run_that_is_not_there_are_refused(marks: SqlMarkStore) -> None:
    nothing = [PictureId("nothing", 0)]
    with pytest.raises(NotFound):
        await marks.star("alice", nothing, NOON)
    with pytest.raises(NotFound):
        await marks.tag(nothing, ["a"], [], NOON)
    with pytest.raises(NotFound):
        await marks.write(nothing[0], title="a")
    await marks.star("alice", nothing, None)


async def test_tags_are_offered_from_what_one_sees(runs: SqlRunStore, marks: SqlMarkStore) -> None:
    own = await done(runs, a_run(person_id="bob"))
    shared = await done(runs, a_run(visibility=Visibility.TEAM))
    private = await done(runs)
    await marks.tag([PictureId(own.id, 0), PictureId(own.id, 1)], ["Sea_side"], [], NOON)
    await marks.tag([PictureId(shared.id, 0)], ["Seaside", "sea_SIDE"], [], NOON)
    await marks.tag([PictureId(private.id, 0)], ["secret"], [], NOON)
    offered = await marks.tags("bob", "", with_team=True, limit=9)
    assert [(tag.name.casefold(), tag.pictures) for tag in offered] == [
        ("sea_side", 3),
        ("seaside", 1),
    ]
    assert await marks.tags("bob", "SEA_", with_team=False, limit=9) == (
        TagCount(name="Sea_side", pictures=2),
    )
    assert await marks.tags("bob", "%", with_team=True, limit=9) == ()


# ── runs of before ───────────────────────────────────────────────────────────────────────────


async def test_runs_that_were_there_before_the_index_are_found(
    database: Database, runs: SqlRunStore
) -> None:
    """Down to the version before, and up again: what is filled is what the store writes."""
    made = [
        await done(
            runs,
            a_run(created_at=NOON - timedelta(minutes=number), input={"prompt": f"Nr {number}"}),
            output=Output(seed=number, prompt="longer"),
            cost=Decimal("0.04"),
        )
        for number in range(3)
    ]
    await written(runs, project="Spring")
    gone = await done(runs)
    await runs.delete(gone.id, NOON)
    before = await all_documents(database)
    async with database.write() as connection:
        await connection.run_sync(walk, command.downgrade, "0011")
        await connection.run_sync(walk, command.upgrade, newest_version())
    assert await all_documents(database) == before
    assert await found(database, "nr") == [(run.id, n) for run in made for n in (1, 0)]


async def all_documents(database: Database) -> list[tuple[Any, ...]]:
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(select(documents).order_by("seq"))]


def walk(connection: Connection, step: Any, version: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    step(config, version)
