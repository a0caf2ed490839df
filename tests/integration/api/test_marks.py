"""Star, tags, title and note of pictures, one by one and many at once."""

from typing import Any

import httpx
import pytest

from backend.domain.run import Run
from backend.domain.sharing import Visibility
from tests.integration.api.shape import PROBLEM, is_a_run
from tests.integration.playground import World

HOSTILE = "<script>alert(1)</script> ${x} \u202ertl\u0000 ' OR 1=1 --"
BARE = {"title": "", "note": "", "tags": [], "starred": False, "stars": 0}


async def patch(
    browser: httpx.AsyncClient, run: Run, body: dict[str, Any], seen: str | None = None
) -> httpx.Response:
    """Change the first picture."""
    headers = {} if seen is None else {"If-Match": f'"{seen}"'}
    return await browser.patch(f"/api/v1/runs/{run.id}/images/0", json=body, headers=headers)


async def marks(browser: httpx.AsyncClient, run: Run) -> dict[str, Any]:
    """What is on the first picture."""
    answer = (await browser.get(f"/api/v1/runs/{run.id}")).json()
    found: dict[str, Any] = answer["images"][0]["marks"]
    return found


async def share(world: World, run: Run, visibility: str) -> None:
    await world.services.control.share(world.alice, run.id, Visibility(visibility))


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """Without the version."""
    return {name: value for name, value in found.items() if name != "version"}


@pytest.fixture
async def run(world: World) -> Run:
    """A finished run of alice's, which the team sees."""
    done = await world.done(await world.start())
    await share(world, done, "team")
    return done


async def test_a_picture_is_marked_and_says_so_everywhere(
    alice: httpx.AsyncClient, run: Run
) -> None:
    assert plain(await marks(alice, run)) == BARE
    body = {"starred": True, "title": " A  hill\n", "note": "For the\nfront page ", "tags": ["Sea"]}
    changed = await patch(alice, run, body)
    assert changed.status_code == 200
    is_a_run(changed.json())
    wanted = {"title": "A hill", "note": "For the\nfront page", "tags": ["Sea"]}
    assert plain(changed.json()["images"][0]["marks"]) == {**wanted, "starred": True, "stars": 1}
    listed = (await alice.get("/api/v1/runs")).json()["runs"]
    assert listed[0]["images"][0]["marks"] == await marks(alice, run)
    # what is left out stays, and nothing at all is taken away again
    await patch(alice, run, {"note": "", "tags": ["sea", "Fog"], "starred": False})
    assert plain(await marks(alice, run)) == {
        **BARE,
        "title": "A hill",
        "tags": ["Sea", "Fog"],
    }


async def test_words_are_kept_as_they_are_whatever_they_hold(
    alice: httpx.AsyncClient, run: Run
) -> None:
    long = "ñ" * 10_000
    assert (await patch(alice, run, {"note": long})).status_code == 200
    assert (await marks(alice, run))["note"] == long
    kept = HOSTILE.replace("\u0000", "\ufffd")
    one_line = " ".join(HOSTILE.replace("\u0000", " ").split())
    await patch(alice, run, {"note": HOSTILE, "title": HOSTILE, "tags": [HOSTILE, "a,b"]})
    found = await marks(alice, run)
    assert found["note"] == kept
    assert found["title"] == one_line
    assert sorted(found["tags"]) == sorted([one_line, "a,b"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"note": "x" * 10_001}, "note"),
        ({"tags": ["x" * 61]}, "tags"),
        ({"tags": [f"tag {n}" for n in range(33)]}, "tags"),
        ({"note": "x" * 200_000}, "note"),
        ({"stars": 4}, "stars"),
    ],
)
async def test_what_is_too_much_is_refused_with_a_sentence_and_nothing_is_written(
    alice: httpx.AsyncClient, run: Run, body: dict[str, Any], field: str
) -> None:
    refused = await patch(alice, run, {"starred": True, **body})
    assert refused.status_code == 422
    assert any(field in map(str, one["loc"]) for one in refused.json()["detail"])
    assert plain(await marks(alice, run)) == BARE


async def test_bob_stars_what_he_sees_and_changes_nothing_else(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World, run: Run
) -> None:
    assert (await patch(bob, run, {"starred": True})).status_code == 200
    assert (await marks(bob, run))["starred"]
    assert plain(await marks(alice, run)) == {**BARE, "stars": 1}
    for body in (
        {"title": "his"},
        {"note": "his"},
        {"tags": ["his"]},
        {"starred": False, "note": ""},
    ):
        refused = await patch(bob, run, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert (await marks(alice, run))["stars"] == 1
    await share(world, run, "private")
    hers, nobodys = (
        await patch(bob, run, {"starred": True}),
        await bob.patch("/api/v1/runs/nothing/images/0", json={"starred": True}),
    )
    assert (hers.status_code, hers.content) == (404, nobodys.content)


async def test_a_picture_that_the_run_does_not_have_can_not_be_marked(
    alice: httpx.AsyncClient, run: Run
) -> None:
    answer = await alice.patch(f"/api/v1/runs/{run.id}/images/1", json={"starred": True})
    assert answer.status_code == 404


async def test_of_two_who_write_at_once_the_second_is_told_and_loses_nothing(
    alice: httpx.AsyncClient, run: Run
) -> None:
    seen = (await marks(alice, run))["version"]
    assert (await patch(alice, run, {"note": "first"}, seen)).status_code == 200
    late = await patch(alice, run, {"note": "second"}, seen)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert late.headers["content-type"] == PROBLEM
    assert (await marks(alice, run))["note"] == "first"
    now = (await marks(alice, run))["version"]
    assert (await patch(alice, run, {"note": "second"}, now)).status_code == 200
    # a star is nobody else's: it asks for no version and changes none
    assert (await patch(alice, run, {"starred": True}, seen)).status_code == 200
    assert (
        await patch(alice, run, {"title": "t"}, (await marks(alice, run))["version"])
    ).is_success


async def test_many_are_starred_and_tagged_at_once_and_those_left_are_named(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World, run: Run
) -> None:
    private = await world.done(await world.start())
    await share(world, private, "private")
    pictures = [{"run_id": one, "index": 0} for one in (run.id, private.id, "nothing", run.id)]
    body = {"pictures": pictures, "starred": True, "add_tags": ["Best", "sea"]}
    answer = await alice.post("/api/v1/marks", json=body)
    assert answer.json()["changed"] == 2
    assert [(one["run_id"], one["code"]) for one in answer.json()["left"]] == [
        ("nothing", "not_found")
    ]
    assert plain(await marks(alice, private))["tags"] == ["Best", "sea"]
    body = {"pictures": pictures, "remove_tags": ["BEST"]}
    assert (await alice.post("/api/v1/marks", json=body)).json()["changed"] == 2
    assert (await marks(alice, run))["tags"] == ["sea"]
    # bob stars what he sees; of what he does not see he hears no more than of nothing
    answer = await bob.post("/api/v1/marks", json={"pictures": pictures, "starred": True})
    left = {one["run_id"]: (one["code"], one["message"]) for one in answer.json()["left"]}
    assert left.keys() == {private.id, "nothing"}
    assert left[private.id] == left["nothing"]
    answer = await bob.post("/api/v1/marks", json={"pictures": pictures, "add_tags": ["his"]})
    codes = {one["run_id"]: one["code"] for one in answer.json()["left"]}
    assert codes == {run.id: "not_allowed", private.id: "not_found", "nothing": "not_found"}
    assert (await marks(alice, run))["tags"] == ["sea"]


async def test_a_picture_that_is_full_of_tags_takes_no_more(
    alice: httpx.AsyncClient, run: Run
) -> None:
    await patch(alice, run, {"tags": [f"tag {n}" for n in range(32)]})
    pictures = [{"run_id": run.id, "index": 0}]
    answer = await alice.post("/api/v1/marks", json={"pictures": pictures, "add_tags": ["more"]})
    assert answer.json()["changed"] == 0
    assert answer.json()["left"][0]["code"] == "input_refused"
    again = {"pictures": pictures, "add_tags": ["TAG 3"]}
    assert (await alice.post("/api/v1/marks", json=again)).json()["changed"] == 1


async def test_no_more_than_200_at_once(alice: httpx.AsyncClient) -> None:
    pictures = [{"run_id": f"r{n}", "index": 0} for n in range(201)]
    assert (await alice.post("/api/v1/marks", json={"pictures": pictures})).status_code == 422
    ids = {"run_ids": [f"r{n}" for n in range(201)]}
    for verb in ("delete", "restore"):
        assert (await alice.post(f"/api/v1/runs/{verb}", json=ids)).status_code == 422
        assert (await alice.post(f"/api/v1/runs/{verb}", json={"run_ids": []})).status_code == 422


async def test_tags_complete_themselves_from_what_one_finds_in_lists(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World, run: Run
) -> None:
    private = await world.done(await world.start())
    await share(world, private, "private")
    await patch(alice, run, {"tags": ["Harbour", "100%"]})
    await patch(alice, private, {"tags": ["harbour", "Hidden"]})

    async def like(browser: httpx.AsyncClient, prefix: str) -> list[tuple[str, int]]:
        answer = await browser.get("/api/v1/tags", params={"prefix": prefix})
        return [(one["name"], one["pictures"]) for one in answer.json()["tags"]]

    assert [name.casefold() for name, _ in await like(alice, "h")] == ["harbour", "hidden"]
    assert await like(bob, "H") == [("Harbour", 1)]
    assert await like(bob, "hid") == []
    assert await like(bob, "1") == [("100%", 1)]
    assert await like(bob, "%") == []


async def test_many_runs_are_deleted_and_come_back_and_those_left_are_named(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World, run: Run
) -> None:
    other = await world.done(await world.start())
    ids = [run.id, other.id, "nothing", run.id]
    refused = await bob.post("/api/v1/runs/delete", json={"run_ids": ids})
    assert refused.json()["run_ids"] == []
    assert {one["code"] for one in refused.json()["left"]} == {"not_allowed", "not_found"}
    deleted = await alice.post("/api/v1/runs/delete", json={"run_ids": ids})
    assert deleted.json()["run_ids"] == [run.id, other.id]
    assert (await alice.get("/api/v1/runs")).json()["runs"] == []
    again = await alice.post("/api/v1/runs/delete", json={"run_ids": [run.id]})
    assert again.json()["left"][0]["code"] == "already_deleted"
    restored = await alice.post("/api/v1/runs/restore", json={"run_ids": ids})
    assert restored.json()["run_ids"] == [run.id, other.id]
    assert len((await alice.get("/api/v1/runs")).json()["runs"]) == 2


async def test_the_second_who_deletes_the_same_run_is_told(
    alice: httpx.AsyncClient, run: Run
) -> None:
    first = await alice.delete(f"/api/v1/runs/{run.id}")
    second = await alice.delete(f"/api/v1/runs/{run.id}")
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "already_deleted"
    assert "already" in second.json()["title"]
