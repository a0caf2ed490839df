"""Searching on both databases: every clause, pages, and text that means harm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.domain.errors import InputRefused
from backend.domain.findable import TEAM, fact
from backend.domain.marks import PictureId
from backend.domain.query import OPERATORS, read_query
from backend.domain.run import Image, Output, Run, RunState
from backend.domain.sharing import Visibility
from backend.domain.wanted import Found, Tokens
from backend.endpoints.catalogue import load_catalogue
from backend.services.search_terms import Reader
from backend.store import search
from backend.store.database import Database
from backend.store.marks import SqlMarkStore
from backend.store.runs import SqlRunStore
from backend.store.search import SqlRunSearch
from tests.integration.store.making import NOON, a_run, in_state, written

WIDE, TALL, SQUARE = (1600, 900), (768, 1024), (1024, 1000)
MINE = (Tokens((fact("by", "alice"),)), Tokens((TEAM,)))
CATALOGUE = load_catalogue()


@pytest.fixture
def store(database: Database) -> SqlRunSearch:
    return SqlRunSearch(database)


@pytest.fixture
def marks(database: Database) -> SqlMarkStore:
    return SqlMarkStore(database)


async def find(store: SqlRunSearch, text: str, **changes: Any) -> Found:
    """What alice finds with this text."""
    reader = Reader(
        person_id="alice",
        catalogue=CATALOGUE,
        zone=ZoneInfo("Europe/Berlin"),
        people={"bo": ("bob",), "nobody": ()},
    )
    wanted = reader.wanted(read_query(text, date(2025, 3, 14)))
    return await store.find(replace(wanted, all_of=(MINE, *wanted.all_of), **changes))


async def ids(store: SqlRunSearch, text: str) -> list[str]:
    return [run.id for run in (await find(store, text)).runs]


async def done(
    runs: SqlRunStore, *sizes: tuple[int, int], after: Sequence[Any] = (), **changes: Any
) -> Run:
    images = tuple(Image(index=i, width=w, height=h) for i, (w, h) in enumerate(sizes or (WIDE,)))
    last = {"images": images, **dict(after)}
    return await in_state(runs, RunState.DONE, a_run(**changes), **last)


async def test_every_clause_finds_what_it_says(
    runs: SqlRunStore, marks: SqlMarkStore, store: SqlRunSearch
) -> None:
    fox = await done(
        runs,
        TALL,
        id="fox",
        input={"prompt": "A fox asleep in the fog", "seed": 7},
        project="Spring 27",
        preset="Wide & calm",
        created_at=NOON - timedelta(days=40),
        after={"cost": Decimal("0.04"), "output": Output(seed=8)}.items(),
    )
    pier = await done(
        runs,
        SQUARE,
        id="pier",
        input={"prompt": "The lighthouse at the end of a pier"},
        endpoint_id="fal-ai/flux-pro/v1.1-ultra",
        person_id="bob",
        visibility=Visibility.TEAM,
        # 00:30 of the 14th in Berlin
        created_at=datetime(2025, 3, 13, 23, 30, tzinfo=UTC),
        after={"cost": Decimal("0.06")}.items(),
    )
    failed = await in_state(runs, RunState.FAILED, a_run(id="failed", input={"prompt": "rain"}))
    waiting = await written(
        runs, id="waiting", input={"prompt": "rain"}, created_at=NOON + timedelta(seconds=1)
    )
    secret = await done(runs, id="secret", person_id="bob", input={"prompt": "a fox"})
    await marks.tag([PictureId("fox", 0)], ["By the sea"], [], NOON)
    await marks.star("alice", [PictureId("pier", 0)], NOON)
    await marks.star("bob", [PictureId("fox", 0)], NOON)
    await marks.write(PictureId("pier", 0), note="Für Beas Büro")
    every = [waiting.id, failed.id, pier.id, fox.id]
    for text, found in {
        "": every,
        "fox": ["fox"],
        "FOX fóg": ["fox"],
        "fo": [],
        "light": ["pier"],
        '"light"': [],
        '"the end of"': ["pier"],
        '"end the of"': [],
        "-fox": [waiting.id, failed.id, pier.id],
        '-"asleep in" fog': [],
        "buro": ["pier"],
        "ultra": ["pier"],
        "calm": ["fox"],
        "spring": ["fox"],
        "endpoint:v1.1-ultra": ["pier"],
        "endpoint:ultra endpoint:v1.1": every,
        "endpoint:nothing": [],
        "-endpoint:ultra": [waiting.id, failed.id, fox.id],
        "by:bo": ["pier"],
        "by:me": [waiting.id, failed.id, "fox"],
        "by:nobody": [],
        "-by:nobody": every,
        'project:"spring 27"': ["fox"],
        'preset:"wide & CALM"': ["fox"],
        'tag:"by the sea"': ["fox"],
        "tag:sea": [],
        "is:starred": ["pier"],
        "is:mine is:starred": [],
        "-is:starred fox": ["fox"],
        "seed:7": ["fox"],
        "seed:8": ["fox"],
        "seed:9": [],
        "seed:any": ["fox"],
        "state:failed": [failed.id],
        "state:created": [waiting.id],
        "state:queued": [],
        "state:queued state:failed state:created": [waiting.id, failed.id],
        "-state:created -state:done": [failed.id],
        "-state:queued": every,
        "aspect:portrait": ["fox"],
        "aspect:square": ["pier"],
        "aspect:landscape": [],
        "aspect:3:4": ["fox"],
        "aspect:1:1 aspect:3:4": ["pier", "fox"],
        "aspect:16:9": [],
        "on:today": every[:3],
        "on:2025-03-13": [],
        "on:yesterday": [],
        "before:2025-03": ["fox"],
        "after:2025-03": every[:3],
        "-on:2025-03-14": ["fox"],
        "-after:2025-03": ["fox"],
        "before:2025": [],
        "cost:>0.05": ["pier"],
        "cost:<=0.06": ["pier", "fox"],
        "cost:0.04": ["fox"],
        "cost:>0.06": [],
        "-cost:>0.05": [waiting.id, failed.id, "fox"],
        "cost:>0.01 cost:<0.05": ["fox"],
        "fox cost:>0.05": [],
    }.items():
        assert await ids(store, text) == found, text
    assert secret.id not in every


async def test_only_the_pictures_that_fit_are_named(
    runs: SqlRunStore, marks: SqlMarkStore, store: SqlRunSearch
) -> None:
    run = await done(runs, WIDE, TALL, TALL)
    await marks.tag([PictureId(run.id, 1)], ["best"], [], NOON)
    assert (await find(store, "")).pictures == {run.id: (0, 1, 2)}
    assert (await find(store, "aspect:portrait")).pictures == {run.id: (1, 2)}
    assert (await find(store, "aspect:portrait -tag:best")).pictures == {run.id: (2,)}
    assert (await find(store, "aspect:landscape tag:best")).runs == ()


async def test_pages_hold_each_run_once_and_end(runs: SqlRunStore, store: SqlRunSearch) -> None:
    made = [
        await done(runs, *[WIDE] * (1 + number % 4), created_at=NOON + timedelta(minutes=number))
        for number in range(9)
    ]
    newest = [run.id for run in made[::-1]]
    for limit in (1, 2, 4, 9, 100):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await find(store, "lighthouse", limit=limit, cursor=cursor)
            assert len(page.runs) <= limit
            for run in page.runs:
                assert page.pictures[run.id] == tuple(range(len(run.images)))
            seen += [run.id for run in page.runs]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == newest


@pytest.mark.parametrize(
    "cursor", ["x", "MTc0MTk1MzYwMDAwMDAwMC5ydW4tMQ", "LjE", "OTk5OTk5OTk5OTk5OTk5OTk5OTkuYmVsb3c"]
)
async def test_a_cursor_of_something_else_is_refused(store: SqlRunSearch, cursor: str) -> None:
    with pytest.raises(InputRefused, match="start again from the newest"):
        await find(store, "fox", cursor=cursor)


async def test_a_cost_is_compared_where_there_are_too_many_amounts_for_the_index(
    runs: SqlRunStore, store: SqlRunSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cents in (1, 2, 3):
        await done(
            runs,
            id=str(cents),
            created_at=NOON + timedelta(seconds=cents),
            after={"cost": Decimal(cents) / 100}.items(),
        )
    waiting = await written(runs)
    monkeypatch.setattr(search, "MOST_AMOUNTS", 1)
    assert await ids(store, "cost:>0.01") == ["3", "2"]
    assert await ids(store, "cost:<=0.02 cost:>=0.02") == ["2"]
    assert await ids(store, "-cost:>0.01") == ["1", waiting.id]


async def test_projects_are_ones_own(runs: SqlRunStore, store: SqlRunSearch) -> None:
    for number, (person, project) in enumerate(
        [("alice", "Old"), ("alice", ""), ("bob", "His"), ("alice", "New")]
    ):
        at = NOON + timedelta(days=number)
        await written(runs, person_id=person, project=project, created_at=at)
    assert await store.projects("alice") == ("New", "Old")


PIECES = st.sampled_from(
    [
        *(f"{name}:" for name in OPERATORS),
        *(
            '"',
            "-",
            " ",
            "NEAR(a b)",
            "*",
            "^",
            "'",
            "''",
            " OR ",
            "{a}:",
            "\\",
            ":*",
            "&",
            "|",
            "!",
        ),
        *(
            "<->",
            "(",
            ")",
            "--",
            ";",
            "%",
            "_",
            "a",
            "fox",
            "done",
            "2026-11",
            ">0.05",
            "16:9",
            "\x00",
        ),
    ]
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=25).map("".join))
async def test_no_text_breaks_a_database(store: SqlRunSearch, text: str) -> None:
    try:
        found = await find(store, text)
    except InputRefused:
        return
    assert found.runs == ()
