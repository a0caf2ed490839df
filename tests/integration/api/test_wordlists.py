"""The team's lists over HTTP, and prompts that choose from them."""

from typing import Any

import httpx
import pytest

from backend.domain.person import Person, Role
from tests.integration.api.shape import PROBLEM
from tests.integration.api.site import Site
from tests.integration.playground import V11, World

LISTS = "/api/v1/lists"


async def made(browser: httpx.AsyncClient, name: str, *lines: str) -> dict[str, Any]:
    """A list that was taken."""
    answer = await browser.post(LISTS, json={"name": name, "lines": lines or ["one", "two"]})
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


async def run(browser: httpx.AsyncClient, prompt: str, seed: int = 1) -> httpx.Response:
    body = {"endpoint_id": V11, "input": {"seed": seed}, "template": {"prompt": prompt}}
    return await browser.post("/api/v1/runs", json=body)


async def put(browser: httpx.AsyncClient, kept: dict[str, Any], **changes: Any) -> httpx.Response:
    """As somebody who has read that version."""
    body = {"name": kept["name"], "lines": kept["lines"], **changes}
    headers = {"If-Match": f'"{kept["version"]}"'}
    return await browser.put(f"{LISTS}/{kept['id']}", json=body, headers=headers)


async def test_a_list_is_the_teams(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    kept = await made(alice, "Light", "dawn", " ", "{soft|hard} noon")
    assert kept["lines"] == ["dawn", "{soft|hard} noon"]
    (shown,) = (await bob.get(LISTS)).json()["lists"]
    assert shown == {
        **{key: kept[key] for key in ("id", "name", "version", "updated_at", "person_name")},
        "count": 2,
        "mine": False,
        "may_change": False,
        "deleted_at": None,
    }
    answer = await bob.get(f"{LISTS}/{kept['id']}")
    assert (answer.json()["lines"], answer.headers["etag"]) == (kept["lines"], '"1"')
    started = await run(bob, "in __light__")
    assert started.status_code == 202
    chosen = {"in dawn", "in soft noon", "in hard noon"}
    assert started.json()["input"]["prompt"] in chosen


async def test_members_edit_it_and_its_owner_or_an_admin_deletes_it(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    kept, other = await made(alice, "a"), await made(alice, "b")
    changed = await put(bob, kept, name="c", lines=["x"])
    assert (changed.json()["name"], changed.json()["version"]) == ("c", 2)
    assert (await bob.delete(f"{LISTS}/{kept['id']}")).status_code == 403
    for browser, one in ((alice, kept), (carol, other)):
        gone = await browser.delete(f"{LISTS}/{one['id']}")
        assert (gone.status_code, gone.json()["id"]) == (200, one["id"])
        assert (await alice.get(f"{LISTS}/{one['id']}")).status_code == 404
    refused = await run(alice, "__c__")
    assert refused.status_code == 422
    assert "no list __c__" in refused.json()["detail"][0]["msg"]
    entries = (await carol.get("/api/v1/audit")).json()["entries"]
    assert [one["act"] for one in entries if one["act"].startswith("list.")] == [
        "list.delete",
        "list.delete",
        "list.save",
        "list.save",
        "list.save",
    ]


async def test_a_deleted_list_is_listed_for_its_owner_and_comes_back(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    kept = await made(alice, "Light", "dawn")
    path = f"{LISTS}/{kept['id']}"
    assert (await bob.post(f"{path}/restore")).status_code == 403
    assert (await alice.delete(path)).status_code == 200
    assert (await put(bob, kept, lines=["x"])).status_code == 404
    assert (await bob.delete(path)).status_code == 404
    assert (await bob.post(f"{path}/restore")).status_code == 404
    for browser, there in ((alice, [kept["id"]]), (bob, []), (carol, [])):
        listed = (await browser.get(LISTS, params={"deleted": True})).json()["lists"]
        assert [one["id"] for one in listed if one["deleted_at"]] == there
        assert (await browser.get(LISTS)).json()["lists"] == []
    other = await made(bob, "LIGHT", "noon")
    taken = await alice.post(f"{path}/restore")
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    await bob.delete(f"{LISTS}/{other['id']}")
    back = await carol.post(f"{path}/restore")
    assert (back.json()["lines"], back.json()["deleted_at"]) == (["dawn"], None)
    assert (await run(bob, "in __light__")).status_code == 202
    entries = (await carol.get("/api/v1/audit?act=list.restore")).json()["entries"]
    assert [one["target"] for one in entries] == [kept["id"]]


async def test_two_who_save_at_once_lose_nothing(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    kept = await made(alice, "a")
    assert (await put(alice, kept, lines=["hers"])).status_code == 200
    answer = await put(bob, kept, lines=["his"])
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "list_changed"
    assert (told["current"]["lines"], told["current"]["version"]) == (["hers"], 2)
    assert told["yours"]["lines"] == ["his"]
    without = await alice.put(f"{LISTS}/{kept['id']}", json={"name": "a", "lines": ["x"]})
    assert without.status_code == 428


async def test_names_are_unique_whatever_their_case(alice: httpx.AsyncClient) -> None:
    await made(alice, "light")
    other = await made(alice, "other")
    twice = await alice.post(LISTS, json={"name": "LIGHT", "lines": ["x"]})
    assert (twice.status_code, twice.json()["code"]) == (409, "name_taken")
    assert (await put(alice, other, name="Light")).status_code == 409


@pytest.mark.parametrize(
    ("name", "lines", "field"),
    [
        ("<script>alert(1)</script>", ["x"], "name"),
        ("a__b", ["x"], "name"),
        ("", ["x"], "name"),
        ("a", [], "lines"),
        ("a", [" "], "lines"),
        ("a", ["x" * 1_001], "lines"),
        ("a", ["x" * 1_000] * 101, "lines"),
        ("a", ["x\ny"], "lines"),
        ("a", ["a\u2028b"], "lines"),
        ("a", ["{subject}"], "lines"),
        ("a", ["{a|" * 11 + "}" * 11], "lines"),
        ("a", ["__a__"], "lines"),
        ("a", ["x"] * 5_001, "lines"),
    ],
)
async def test_what_no_list_can_say_is_told_on_its_field(
    alice: httpx.AsyncClient, name: str, lines: list[str], field: str
) -> None:
    answer = await alice.post(LISTS, json={"name": name, "lines": lines})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    assert {fault["loc"][-1] for fault in answer.json()["detail"]} == {field}
    assert (await alice.get(LISTS)).json() == {"lists": []}


async def test_five_megabytes_are_too_much(alice: httpx.AsyncClient) -> None:
    body = {"name": "a", "lines": ["x" * 1_000] * 5_000}
    assert (await alice.post(LISTS, json=body)).status_code == 413


async def test_a_circle_can_not_be_closed(alice: httpx.AsyncClient) -> None:
    await made(alice, "a", "__b__", "x")
    await made(alice, "b", "__c__")
    answer = await alice.post(LISTS, json={"name": "c", "lines": ["{y|__A__}"]})
    assert answer.status_code == 422
    assert "in a circle: __c__ → __a__ → __b__ → __c__" in answer.json()["detail"][0]["msg"]
    await made(alice, "c", "end")
    assert (await run(alice, "__a____b__")).status_code == 202


async def test_a_guest_has_no_lists(site: Site, alice: httpx.AsyncClient, world: World) -> None:
    kept = await made(alice, "secret", "hidden words")
    object.__setattr__(world.services.generate, "guests_pay", True)
    guest = Person(id="g", name="G", role=Role.GUEST, created_at=world.clock.now())
    browser = await site.browser(await world.services.people.store.add(guest))
    assert (await browser.get(LISTS)).json() == {"lists": []}
    for answer in (
        await browser.get(f"{LISTS}/{kept['id']}"),
        await put(browser, kept, lines=["x"]),
        await browser.delete(f"{LISTS}/{kept['id']}"),
    ):
        assert answer.status_code == 404
    assert (await browser.post(LISTS, json={"name": "b", "lines": ["x"]})).status_code == 403
    refused = await run(browser, "__secret__")
    assert refused.status_code == 422
    assert "hidden" not in refused.text


async def test_an_edited_list_leaves_a_key_its_run(alice: httpx.AsyncClient, world: World) -> None:
    kept = await made(alice, "a", "one")
    body = {"endpoint_id": V11, "input": {}, "template": {"prompt": "__a__ {x|y}"}}
    headers = {"Idempotency-Key": "k"}
    first = (await alice.post("/api/v1/runs", json=body, headers=headers)).json()
    await put(alice, kept, lines=["two"])
    again = (await alice.post("/api/v1/runs", json=body, headers=headers)).json()
    assert again["id"] == first["id"]
    assert again["input"]["prompt"].startswith("one ")
