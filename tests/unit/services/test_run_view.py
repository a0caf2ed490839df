"""A run as everybody reads it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from backend.domain.marks import Marks, MarkStore, PictureId
from backend.domain.person import Person
from backend.domain.ports import LogLine
from backend.domain.run import Handle, Image, Output, Run, RunProblem, RunState
from backend.endpoints.catalogue import load_catalogue
from backend.runs.arriving import Arriving
from backend.runs.feed import Feed
from backend.services.run_view import RunView
from tests.unit.runs.factories import NOON, a_run
from tests.unit.services.people_store import PeopleInMemory

ALICE = Person(id="alice", name="Alice", created_at=NOON)
BOB = Person(id="bob", name="Bob", created_at=NOON)
HANDLE = Handle(
    request_id="request-1",
    status_url="https://queue.fal.run/s",
    response_url="https://queue.fal.run/r",
    cancel_url="https://queue.fal.run/c",
)
FAL_URL = "https://fal.media/files/a.jpeg"
PROMISED = {
    *("id", "endpoint_id", "state", "request_id", "input", "person", "created_at", "finished_at"),
    *("queue_position", "images", "output", "estimate_usd", "cost_usd", "error"),
}


class CountingPeople(PeopleInMemory):
    """Remembers which names were asked for."""

    def __init__(self, *people: Person) -> None:
        super().__init__(*people)
        self.asked: list[list[str]] = []

    async def names(self, person_ids: Sequence[str]) -> dict[str, str]:
        self.asked.append(list(person_ids))
        return dict(await super().names(person_ids))


@pytest.fixture
def people() -> CountingPeople:
    return CountingPeople(ALICE, BOB)


class NoMarks:
    """Nobody has put anything on a picture."""

    async def of(self, run_ids: Sequence[str], person_id: str) -> Mapping[PictureId, Marks]:
        return {}


@pytest.fixture
def view(people: CountingPeople) -> RunView:
    return RunView(
        catalogue=load_catalogue(),
        people=people,
        feed=Feed(),
        arriving=Arriving(),
        marks=cast(MarkStore, NoMarks()),
    )


async def drawn(view: RunView, run: Run, viewer: Person = ALICE) -> dict[str, Any]:
    shown = await view.one(run, viewer)
    assert json.loads(json.dumps(shown)) == shown
    return shown


async def test_a_run_that_waits_has_everything_that_is_promised(view: RunView) -> None:
    shown = await drawn(view, a_run())
    assert set(shown) >= PROMISED
    assert shown["state"] == "created"
    assert shown["slug"] == "v1.1"
    assert (shown["estimate_usd"], shown["cost_usd"]) == ("0.04", None)
    assert shown["output"] == {"seed": None, "prompt": None, "timings": None}
    assert (shown["images"], shown["error"], shown["request_id"]) == ([], None, None)
    assert (shown["finished_at"], shown["deleted_at"]) == (None, None)


async def test_amounts_are_decimal_strings_and_times_end_in_z(view: RunView) -> None:
    run = a_run(
        estimate=Decimal("0.1"),
        cost=Decimal("0.0500"),
        billable_units=Decimal("1E+1"),
        finished_at=NOON + timedelta(seconds=2, milliseconds=5),
    )
    shown = await drawn(view, run)
    assert (shown["estimate_usd"], shown["cost_usd"]) == ("0.10", "0.05")
    assert shown["billable_units"] == "10.00"
    assert shown["created_at"] == "2026-11-21T12:00:00Z"
    assert shown["finished_at"] == "2026-11-21T12:00:02.005000Z"


async def test_a_run_that_cost_nothing_says_so(view: RunView) -> None:
    assert (await drawn(view, a_run(cost=Decimal(0))))["cost_usd"] == "0.00"


async def test_a_stored_image_has_our_addresses_and_no_other(view: RunView) -> None:
    stored = Image(
        index=0,
        fal_url=FAL_URL,
        key="2026/11/run1/0.jpeg",
        preview_key="2026/11/run1/0.preview.jpeg",
        width=64,
        height=48,
        content_type="image/jpeg",
        bytes=900,
        sha256="0" * 64,
    )
    shown = await drawn(view, a_run(state=RunState.DONE, images=(stored,)))
    marks = shown["images"][0].pop("marks")
    assert (marks["title"], marks["tags"], marks["starred"], marks["stars"]) == ("", [], False, 0)
    assert shown["images"] == [
        {
            "index": 0,
            "url": "/media/run1/0",
            "preview_url": "/media/run1/0/preview",
            "fal_url": None,
            "width": 64,
            "height": 48,
            "content_type": "image/jpeg",
            "bytes": 900,
            "flagged": False,
            "missing": False,
        }
    ]
    assert "2026/11" not in json.dumps(shown)


async def test_an_image_on_its_way_is_shown_at_fal_meanwhile(view: RunView) -> None:
    shown = await drawn(
        view, a_run(state=RunState.SAVING, images=(Image(index=1, fal_url=FAL_URL),))
    )
    (image,) = shown["images"]
    assert (image["url"], image["preview_url"], image["fal_url"]) == (None, None, FAL_URL)


async def test_an_image_that_was_given_up_links_nowhere(view: RunView) -> None:
    lost = Image(index=0, fal_url=FAL_URL, missing=True, flagged=True)
    (image,) = (await drawn(view, a_run(state=RunState.DONE, images=(lost,))))["images"]
    assert (image["url"], image["fal_url"]) == (None, None)
    assert image["missing"]
    assert image["flagged"]


async def test_neither_what_was_sent_nor_fals_addresses_are_shown(view: RunView) -> None:
    run = a_run(
        input={"prompt": "a hill", "image_url": "upload:1"},
        handle=HANDLE,
        sent_input={"prompt": "a hill", "image_url": FAL_URL},
    )
    shown = await drawn(view, run)
    assert shown["request_id"] == "request-1"
    assert shown["input"]["image_url"] == "upload:1"
    assert FAL_URL not in json.dumps(shown)
    assert "queue.fal.run" not in json.dumps(shown)


async def test_what_a_prompt_holds_is_data(view: RunView) -> None:
    prompt = "${alert(1)} <img onerror=x> \u202eשלום 👩‍🚀"
    assert (await drawn(view, a_run(input={"prompt": prompt})))["input"]["prompt"] == prompt


async def test_a_problem_says_what_a_program_and_a_person_need(view: RunView) -> None:
    problem = RunProblem(
        code="fields_refused",
        message="fal refused some fields.",
        retryable=False,
        charged="unknown",
        fields={"prompt": "Too long."},
    )
    shown = await drawn(view, a_run(state=RunState.FAILED, problem=problem))
    assert shown["error"] == {
        "code": "fields_refused",
        "message": "fal refused some fields.",
        "retryable": False,
        "charged": "unknown",
        "fields": {"prompt": "Too long."},
    }


async def test_what_fal_answered_is_shown(view: RunView) -> None:
    output = Output(seed=7, prompt="a better hill", timings={"inference": 1.5})
    shown = await drawn(view, a_run(output=output))
    assert shown["output"] == {"seed": 7, "prompt": "a better hill", "timings": {"inference": 1.5}}


async def test_live_facts_come_from_the_feed(view: RunView) -> None:
    waiting, queued = a_run(), a_run(id="run2", state=RunState.QUEUED)
    view.feed.place(waiting, before_you=3)
    view.feed.queue_position(queued, 2)
    view.feed.slow(queued, NOON)
    view.feed.log(queued, [LogLine(message="step 1")])
    first, second = await view.many([waiting, queued], ALICE)
    assert (first["before_you"], first["queue_position"]) == (3, None)
    assert (second["before_you"], second["queue_position"]) == (None, 2)
    assert second["slow_since"] == "2026-11-21T12:00:00Z"


async def test_owners_are_looked_up_once_and_the_viewer_never(
    view: RunView, people: CountingPeople
) -> None:
    listed = [a_run(id=f"run{n}", person_id="alice" if n % 2 else "bob") for n in range(6)]
    shown = await view.many(listed, ALICE)
    assert [one["person_name"] for one in shown] == ["Bob", "Alice"] * 3
    assert [one["mine"] for one in shown] == [False, True] * 3
    assert people.asked == [["bob"]]


async def test_nobody_is_looked_up_for_ones_own(view: RunView, people: CountingPeople) -> None:
    await view.many([a_run()], ALICE)
    assert people.asked == []


async def test_a_person_that_is_gone_has_no_name(view: RunView) -> None:
    shown = await drawn(view, a_run(person_id="somebody"))
    assert (shown["person"], shown["person_name"], shown["mine"]) == ("somebody", "", False)


async def test_a_run_of_an_endpoint_that_is_gone_is_shown_all_the_same(view: RunView) -> None:
    shown = await drawn(view, a_run(endpoint_id="fal-ai/flux-pro/v0"))
    assert (shown["endpoint_id"], shown["slug"]) == ("fal-ai/flux-pro/v0", None)


async def test_a_default_that_is_a_decimal_becomes_a_number(view: RunView) -> None:
    shown = await drawn(view, a_run(defaults={"guidance_scale": Decimal("3.5")}))
    assert shown["defaults"] == {"guidance_scale": 3.5}


async def test_a_run_that_repeats_and_one_that_is_deleted_say_so(view: RunView) -> None:
    run = replace(a_run(again_of="run0", cancel_requested=True), deleted_at=NOON)
    shown = await drawn(view, run)
    assert shown["again_of"] == "run0"
    assert shown["cancel_requested"]
    assert shown["deleted_at"] == "2026-11-21T12:00:00Z"
