"""The prompt library over HTTP; who may do what of others' is in test_sharing.py."""

from typing import Any

import httpx
import pytest

from tests.integration.api.shape import TEXT, faults, has_shape

SHAPE = {
    "id": TEXT,
    "name": TEXT,
    "text": TEXT,
    "version": (int,),
    "updated_at": TEXT,
    "mine": (bool,),
    "person_name": TEXT,
    "visibility": TEXT,
    "locked": (bool,),
    "may_edit": (bool,),
    "may_change": (bool,),
    "may_share": (bool,),
    "deleted_at": (str, type(None)),
}
SNIPPETS = "/api/v1/snippets"


async def save(browser: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    """Keep a text."""
    return await browser.post(SNIPPETS, json={"name": "Slate", "text": "on wet slate", **changes})


async def names(browser: httpx.AsyncClient, **asked: Any) -> list[str]:
    """What is listed."""
    answer = await browser.get(SNIPPETS, params=asked)
    return [one["name"] for one in answer.json()["snippets"]]


async def test_a_text_is_kept_found_and_changed_by_its_version(alice: httpx.AsyncClient) -> None:
    answer = await save(alice, name="  Wet \n slate ", text=" on wet slate\n")
    assert answer.status_code == 201
    kept = answer.json()
    has_shape(kept, SHAPE)
    assert (kept["name"], kept["text"], kept["version"]) == ("Wet slate", "on wet slate", 1)
    assert answer.headers["etag"] == '"1"'
    assert await names(alice, q="SLATE wet") == ["Wet slate"]
    assert await names(alice, q="nothing") == []
    path = f"{SNIPPETS}/{kept['id']}"
    said = {"name": "Wet slate", "text": "on dry slate"}
    assert (await alice.put(path, json=said)).status_code == 428
    changed = await alice.put(path, json=said, headers={"If-Match": '"1"'})
    assert (changed.json()["text"], changed.json()["version"]) == ("on dry slate", 2)
    late = await alice.put(path, json={**said, "text": "x"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (409, "snippet_changed")
    assert late.json()["current"]["text"] == "on dry slate"
    assert late.json()["yours"]["text"] == "x"
    same = await alice.put(path, json=said, headers={"If-Match": "*"})
    assert same.json()["version"] == 2


async def test_a_name_that_is_used_is_a_question_with_both(alice: httpx.AsyncClient) -> None:
    first = (await save(alice)).json()
    clash = await save(alice, name="SLATE", text="something else")
    assert (clash.status_code, clash.json()["code"]) == (409, "name_taken")
    assert clash.json()["current"]["id"] == first["id"]
    assert clash.json()["yours"]["text"] == "something else"
    assert (await alice.get(f"{SNIPPETS}/{first['id']}")).json()["text"] == "on wet slate"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_can_not_be_kept_is_said_at_its_field(
    alice: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    answer = await save(alice, **changes)
    assert answer.status_code == 422
    assert field in faults(answer)


async def test_the_team_sees_and_changes_what_is_shared_until_it_is_locked(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = (await save(alice, visibility="team")).json()
    await save(alice, name="Hers alone", visibility="private")
    assert await names(bob) == ["Slate"]
    path = f"{SNIPPETS}/{hers['id']}"
    said = {"name": "Slate", "text": "by bob"}
    changed = await bob.put(path, json=said, headers={"If-Match": '"1"'})
    assert (changed.json()["text"], changed.json()["may_change"]) == ("by bob", False)
    assert (await alice.patch(path, json={"locked": True})).json()["locked"]
    refused = await bob.put(path, json={**said, "text": "again"}, headers={"If-Match": "*"})
    assert refused.status_code == 403
    assert (await alice.patch(path, json={"visibility": "private"})).status_code == 200
    assert await names(bob) == []


async def test_a_deleted_one_can_be_brought_back_by_its_owner(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = (await save(alice, visibility="team")).json()
    path = f"{SNIPPETS}/{hers['id']}"
    assert (await alice.delete(path)).status_code == 200
    assert (await alice.get(path)).status_code == 404
    assert (await bob.post(f"{path}/restore")).status_code == 404
    listed = (await alice.get(SNIPPETS, params={"deleted": True})).json()["snippets"]
    assert [(one["id"], one["deleted_at"] is None) for one in listed] == [(hers["id"], False)]
    assert await names(bob, deleted=True) == await names(alice) == []
    back = await alice.post(f"{path}/restore")
    assert back.json()["text"] == "on wet slate"
    assert await names(bob) == ["Slate"]


async def test_pages_follow_each_other(alice: httpx.AsyncClient) -> None:
    for number in range(5):
        await save(alice, name=f"Number {number}")
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    while True:
        page = (await alice.get(SNIPPETS, params=asked)).json()
        seen += [one["name"] for one in page["snippets"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert seen == [f"Number {number}" for number in range(5)]
    assert (await alice.get(SNIPPETS, params={"cursor": "x"})).status_code == 422
