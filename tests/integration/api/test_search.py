"""Searching over HTTP: who finds what, and what is said about a search."""

from typing import Any

import httpx

from backend.domain.marks import PictureId
from tests.integration.api.shape import faults
from tests.integration.playground import World

RUNS = "/api/v1/runs"


async def searched(browser: httpx.AsyncClient, q: str, **more: Any) -> dict[str, Any]:
    answer = await browser.get(RUNS, params={"q": q, "everyone": True, **more})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_search_finds_runs_and_says_which_pictures_fit(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start(prompt="A lighthouse in fog", num_images=2))
    other = await world.done(await world.start(prompt="A red kite"))
    for browser in (alice, bob):
        found = await searched(browser, "light -kite", pictures=True)
        assert [one["id"] for one in found["runs"]] == [run.id]
        assert found["found"] == {run.id: [image.index for image in run.images]}
        assert found["notices"] == []
    assert (await searched(bob, "is:mine"))["runs"] == []
    first = await searched(bob, "a", limit=1)
    assert [one["id"] for one in first["runs"]] == [other.id]
    second = await searched(bob, "a", limit=1, cursor=first["next_cursor"])
    assert [one["id"] for one in second["runs"]] == [run.id]
    assert second["next_cursor"] is None


async def test_what_is_private_is_found_by_its_owner_alone(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, carol: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start(prompt="A secret lighthouse"))
    await alice.patch(f"{RUNS}/{run.id}", json={"visibility": "private"})
    assert len((await searched(alice, "secret"))["runs"]) == 1
    for browser in (bob, carol):
        for q in ("secret", "by:alice", "-fog", "state:done"):
            assert (await searched(browser, q))["runs"] == []


async def test_a_deleted_run_is_not_found(alice: httpx.AsyncClient, world: World) -> None:
    run = await world.done(await world.start(prompt="A lighthouse"))
    await alice.delete(f"{RUNS}/{run.id}")
    assert (await searched(alice, "lighthouse"))["runs"] == []
    await alice.post(f"{RUNS}/{run.id}/restore")
    assert len((await searched(alice, "lighthouse"))["runs"]) == 1


async def test_a_search_says_how_it_was_read_in_the_readers_language(
    alice: httpx.AsyncClient,
) -> None:
    found = await searched(alice, "colour:red endpoint:nothing")
    assert found["notices"] == [
        "There is no filter called colour: it is searched for as words.",
        "No endpoint is called nothing.",
    ]
    german = await searched(alice, "before:bald", lang="de")
    assert german["notices"] == [
        "before: wird hier als Wörter gelesen: Schreibe 2026-11-21, 2026-11, 2026 oder today."
    ]


async def test_a_search_that_can_not_be_made_says_why(alice: httpx.AsyncClient) -> None:
    for params, field in (
        ({"q": "x" * 10_000}, "q"),
        ({"q": " ".join(map(str, range(50)))}, "q"),
        ({"q": "x", "zone": "Mars/Phobos"}, "zone"),
        ({"q": "x", "zone": "../../etc/passwd"}, "zone"),
        ({"q": "x", "cursor": "nonsense"}, "cursor"),
    ):
        answer = await alice.get(RUNS, params=params)
        assert list(faults(answer)) == [field]
    assert "at most 1,000 characters" in (await alice.get(RUNS, params={"q": "x" * 10_000})).text


async def test_hints_and_tags_are_of_what_one_sees(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start())
    store = world.services.search.marks
    await store.tag([PictureId(run.id, 0)], ["Sea", "secret"], [], world.clock.now())
    tags = [{"name": "Sea", "pictures": 1}, {"name": "secret", "pictures": 1}]
    assert (await bob.get("/api/v1/tags")).json() == {"tags": tags}
    assert (await bob.get("/api/v1/tags", params={"prefix": "SE"})).json() == {"tags": tags}
    assert (await bob.get("/api/v1/tags", params={"prefix": "sea"})).json()["tags"] == tags[:1]
    hints = (await alice.get("/api/v1/hints")).json()
    assert {"Alice", "Bob"} <= set(hints["people"])
    assert hints["tags"] == tags
    await alice.patch(f"{RUNS}/{run.id}", json={"visibility": "private"})
    assert (await bob.get("/api/v1/tags")).json() == {"tags": []}
    assert len((await alice.get("/api/v1/tags")).json()["tags"]) == 2
