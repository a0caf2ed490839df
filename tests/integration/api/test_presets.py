"""Saved presets over HTTP."""

from pathlib import Path
from typing import Any

import httpx

from backend.domain.preset import Preset
from backend.services.presets import Said
from tests.integration.api.shape import MAYBE_TEXT, PROBLEM, TEXT, faults, has_shape
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.api.test_uploads import drawn
from tests.integration.playground import V11, Fal

PRESET = {
    "id": TEXT,
    "slug": MAYBE_TEXT,
    "endpoint_id": TEXT,
    "name": TEXT,
    "description": TEXT,
    "tags": (list,),
    "cover": (dict, type(None)),
    "values": (dict,),
    "mine": (bool,),
    "visibility": TEXT,
    "locked": (bool,),
    "may_edit": (bool,),
    "may_change": (bool,),
    "may_share": (bool,),
    "person_name": TEXT,
    "shipped": (bool,),
    "version": (int,),
    "updated_at": MAYBE_TEXT,
    "deleted_at": MAYBE_TEXT,
    "used": (int,),
    "last_used_at": MAYBE_TEXT,
    "out_of_date": MAYBE_TEXT,
}
REDUX = "fal-ai/flux-pro/v1/redux"


async def save(browser: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    """Save a preset of v1.1."""
    body = {"endpoint_id": V11, "name": "Dusk", "values": {"prompt": "dusk", "seed": 7}, **changes}
    return await browser.post("/api/v1/presets", json=body)


async def listed(browser: httpx.AsyncClient) -> list[dict[str, Any]]:
    """All that this person has."""
    presets: list[dict[str, Any]] = (await browser.get("/api/v1/presets")).json()["presets"]
    return presets


async def test_a_preset_is_saved_and_listed_before_the_shipped_ones(
    alice: httpx.AsyncClient, site: Site
) -> None:
    response = await save(alice, description="warm light")
    assert response.status_code == 201
    saved = response.json()
    assert (saved["name"], saved["description"], saved["mine"]) == ("Dusk", "warm light", True)
    assert saved["values"] == {"prompt": "dusk", "seed": 7}
    presets = await listed(alice)
    assert presets[0] == saved
    assert len(presets) == 1 + len(site.world.services.presets.shipped)
    for preset in presets:
        has_shape(preset, PRESET)
        assert preset["mine"] is not preset["shipped"]


async def test_a_name_is_taken_once(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await save(alice)
    again = await save(alice, values={"prompt": "other"})
    assert again.status_code == 409
    assert again.headers["content-type"] == PROBLEM
    told = again.json()
    assert told["code"] == "name_taken"
    assert told["current"]["values"] == {"prompt": "dusk", "seed": 7}
    assert told["yours"]["values"] == {"prompt": "other"}
    assert (await save(bob)).status_code == 201


async def test_a_deleted_preset_can_be_restored_unless_its_name_is_used(
    alice: httpx.AsyncClient,
) -> None:
    saved = (await save(alice)).json()
    deleted = await alice.delete(f"/api/v1/presets/{saved['id']}")
    assert (deleted.status_code, deleted.json()) == (200, saved)
    assert saved["id"] not in {preset["id"] for preset in await listed(alice)}
    gone = (await alice.get("/api/v1/presets", params={"deleted": True})).json()["presets"]
    assert [one["id"] for one in gone] == [saved["id"]]
    other = (await save(alice)).json()
    refused = await alice.post(f"/api/v1/presets/{saved['id']}/restore", json={})
    assert (refused.status_code, refused.json()["current"]["id"]) == (409, other["id"])
    await alice.delete(f"/api/v1/presets/{other['id']}")
    back = await alice.post(f"/api/v1/presets/{saved['id']}/restore", json={})
    assert (back.status_code, back.json()) == (200, saved)


async def test_a_shipped_preset_is_nobodys_to_delete(alice: httpx.AsyncClient) -> None:
    shipped = next(preset for preset in await listed(alice) if preset["shipped"])
    response = await alice.delete(f"/api/v1/presets/{shipped['id']}")
    assert response.status_code == 404
    assert shipped in await listed(alice)


async def test_what_can_not_be_saved_is_named(alice: httpx.AsyncClient) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"values": {"seed": "x"}}, "seed"),
        ({"values": {"odd": 1}}, "odd"),
        ({"values": []}, "values"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": 7}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"odd": 1}, "odd"),
    ]
    for changes, name in wrong:
        assert set(faults(await save(alice, **changes))) == {name}, changes
    assert (await save(alice, endpoint_id="fal-ai/other")).status_code == 422
    assert not any(preset["mine"] for preset in await listed(alice))


async def test_a_preset_may_be_partial_and_keep_a_picture(alice: httpx.AsyncClient) -> None:
    upload = (await alice.post("/api/v1/uploads", files={"file": drawn()})).json()["id"]
    values = {"image_url": f"upload:{upload}"}
    response = await save(alice, endpoint_id=REDUX, values=values)
    assert response.status_code == 201
    assert response.json()["values"] == values
    assert (await save(alice, name="Nothing yet", values={})).status_code == 201


async def test_what_people_type_comes_back_as_it_is(alice: httpx.AsyncClient) -> None:
    hostile = "<img onerror=alert(1)> ${x} \u202eabc 🌄"
    saved = (await save(alice, description=hostile, values={"prompt": hostile})).json()
    assert saved["description"] == hostile
    assert (await listed(alice))[0]["values"] == {"prompt": hostile}


# ── versions, covers, places ─────────────────────────────────────────────────────────────────


async def put(
    browser: httpx.AsyncClient, preset_id: str, version: str | None = None, **changes: Any
) -> httpx.Response:
    """Let it say something else."""
    body = {"name": "Dusk", "values": {"prompt": "dusk"}, **changes}
    headers = {} if version is None else {"If-Match": version}
    return await browser.put(f"/api/v1/presets/{preset_id}", json=body, headers=headers)


async def test_two_who_save_at_once_lose_nothing(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    saved = (await save(alice, visibility="team")).json()
    tag = (await bob.get(f"/api/v1/presets/{saved['id']}")).headers["etag"]
    assert tag == '"1"'
    his = await put(bob, saved["id"], tag, name="Dawn", tags=["early"])
    assert (his.status_code, his.json()["version"], his.headers["etag"]) == (200, 2, '"2"')
    hers = await put(alice, saved["id"], tag, values={"prompt": "hers"})
    assert (hers.status_code, hers.json()["code"]) == (409, "preset_changed")
    assert hers.json()["current"]["title"] == "Dawn"
    assert hers.json()["yours"]["values"] == {"prompt": "hers"}
    assert (await put(alice, saved["id"], values={})).status_code == 428
    assert set(faults(await put(alice, saved["id"], "new"))) == {"If-Match"}
    assert (await put(alice, saved["id"], "*", name="Over")).json()["version"] == 3
    history = (await alice.get(f"/api/v1/presets/{saved['id']}/versions")).json()["versions"]
    assert [(one["version"], one["person_name"], one["name"]) for one in history] == [
        (3, "Alice", "Over"),
        (2, "Bob", "Dawn"),
        (1, "Alice", "Dusk"),
    ]
    assert history[1]["changed"] == ["name", "tags", "seed"]


async def test_a_change_that_changes_nothing_is_no_version(alice: httpx.AsyncClient) -> None:
    saved = (await save(alice)).json()
    same = await put(alice, saved["id"], '"1"', values=saved["values"])
    assert (same.status_code, same.json()["version"]) == (200, 1)


async def test_an_earlier_version_is_restored_as_a_new_one(alice: httpx.AsyncClient) -> None:
    saved = (await save(alice, tags=["warm"])).json()
    await put(alice, saved["id"], '"1"', name="Dawn", values={"prompt": "dawn"})
    path = f"/api/v1/presets/{saved['id']}/restore"
    back = (await alice.post(path, json={"version": 1})).json()
    for name in ("name", "values", "tags"):
        assert back[name] == saved[name]
    assert back["version"] == 3
    assert (await alice.post(path, json={"version": 9})).status_code == 404


async def test_the_team_changes_what_is_not_locked_and_its_owner_says_which(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    saved = (await save(alice, visibility="team")).json()
    path = f"/api/v1/presets/{saved['id']}"
    seen = (await bob.get(path)).json()
    assert (seen["may_edit"], seen["may_change"], seen["locked"]) == (True, False, False)
    assert (await put(bob, saved["id"], "*", name="Bobs")).status_code == 200
    for verb in (
        bob.patch(path, json={"locked": True}),
        bob.patch(path, json={"visibility": "private"}),
        bob.delete(path),
    ):
        assert (await verb).status_code == 403
    assert (await alice.patch(path, json={"locked": True})).json()["locked"] is True
    assert (await bob.get(path)).json()["may_edit"] is False
    assert (await put(bob, saved["id"], "*")).status_code == 403
    refused = await bob.post(f"{path}/restore", json={"version": 1})
    assert refused.status_code == 403
    assert (await put(carol, saved["id"], "*", name="Admins")).status_code == 200
    await alice.patch(path, json={"visibility": "private"})
    for verb in (bob.get(path), bob.get(f"{path}/versions"), put(bob, saved["id"], "*")):
        assert (await verb).status_code == 404


async def test_a_cover_is_a_picture_that_one_sees(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, site: Site
) -> None:
    body = {"endpoint_id": V11, "input": {"prompt": "a hill"}}
    run = (await alice.post("/api/v1/runs", json=body)).json()
    await site.world.done(await site.world.services.control.see(site.world.alice, run["id"]))
    await alice.patch(f"/api/v1/runs/{run['id']}", json={"visibility": "private"})
    cover = {"run_id": run["id"], "index": 0}
    saved = (await save(alice, cover=cover, visibility="team")).json()
    assert saved["cover"] == {**cover, "url": f"/media/{run['id']}/0/preview"}
    assert (await bob.get(f"/api/v1/presets/{saved['id']}")).json()["cover"] is None
    assert set(faults(await save(bob, cover=cover))) == {"cover"}
    assert set(faults(await save(alice, name="B", cover={**cover, "index": 5}))) == {"cover"}
    await alice.patch(f"/api/v1/runs/{run['id']}", json={"visibility": "team"})
    assert (await bob.get(f"/api/v1/presets/{saved['id']}")).json()["cover"] == saved["cover"]
    bare = await put(alice, saved["id"], "*")
    assert bare.json()["cover"] is None


async def test_lists_are_paged_searched_and_ordered(alice: httpx.AsyncClient, site: Site) -> None:
    ids = [(await save(alice, name=f"Dusk {number}")).json()["id"] for number in range(3)]
    arranged = await alice.put("/api/v1/presets/order", json={"ids": ids})
    assert [one["id"] for one in arranged.json()["presets"][:3]] == ids
    found: list[str] = []
    cursor = None
    while True:
        params = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        page = (await alice.get("/api/v1/presets", params=params)).json()
        assert len(page["presets"]) <= 7
        found += [one["id"] for one in page["presets"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == ids + [one.id for one in site.world.services.presets.shipped]
    for params, wanted in (
        ({"q": "DUSK 1", "whose": "mine"}, [ids[1]]),
        ({"q": "dusk 1", "endpoint": "v1"}, []),
        ({"whose": "mine", "limit": 1}, [ids[0]]),
        ({"whose": "team"}, []),
        ({"whose": "shipped", "q": "watering can"}, ["v1.1--line-icon"]),
    ):
        page = (await alice.get("/api/v1/presets", params=params)).json()
        assert [one["id"] for one in page["presets"]] == wanted, params
    assert (await alice.get("/api/v1/presets", params={"cursor": "x"})).status_code == 422
    assert (await alice.get("/api/v1/presets", params={"endpoint": "x"})).status_code == 422


async def test_uses_are_counted_and_come_first_where_asked(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, site: Site
) -> None:
    old = (await save(alice, visibility="team")).json()
    await save(alice, name="Newer")
    services = site.world.services
    await services.preset_use.apply(site.world.bob, old["id"])
    await services.preset_use.apply(site.world.alice, old["id"])
    await services.preset_use.apply(site.world.alice, "v1.1--line-icon")
    params = {"sort": "used", "endpoint": "v1.1"}
    page = (await alice.get("/api/v1/presets", params=params)).json()["presets"]
    assert (page[0]["id"], page[0]["used"]) == (old["id"], 2)
    assert page[2]["id"] == "v1.1--line-icon"
    his = {one["id"]: one for one in await listed(bob)}
    assert his[old["id"]]["last_used_at"]
    assert his["v1.1--line-icon"]["last_used_at"] is None


async def test_a_preset_whose_endpoint_or_field_is_gone_is_listed_with_the_reason(
    alice: httpx.AsyncClient, site: Site
) -> None:
    store = site.world.services.presets.store
    for number, change in enumerate(
        ({"endpoint_id": "fal-ai/gone"}, {"values": {"colour": "red"}})
    ):
        given: dict[str, Any] = {"endpoint_id": V11, "values": {}, **change}
        await store.add(
            Preset(
                id=f"old{number}",
                name=f"Old {number}",
                description="",
                person_id=site.world.alice.id,
                **given,
            )
        )
    one, two = (await alice.get("/api/v1/presets", params={"whose": "mine"})).json()["presets"]
    assert {one["slug"], two["slug"]} == {None, "v1.1"}
    assert "fal-ai/gone" in (one if one["slug"] is None else two)["out_of_date"]
    assert "colour" in (two if one["slug"] is None else one)["out_of_date"]


async def test_many_are_deleted_and_come_back_and_those_left_are_named(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    hers = [(await save(alice, name=f"Dusk {n}", visibility="team")).json()["id"] for n in range(3)]
    his = (await save(bob, visibility="private")).json()["id"]
    ids = [*hers, his, "v1.1--line-icon", "nothing", hers[0]]
    refused = (await bob.post("/api/v1/presets/delete", json={"ids": hers})).json()
    assert refused["ids"] == []
    assert [(one["id"], one["code"]) for one in refused["left"]] == [
        (one, "not_allowed") for one in hers
    ]
    deleted = (await alice.post("/api/v1/presets/delete", json={"ids": ids})).json()
    assert deleted["ids"] == hers
    assert {(one["id"], one["code"]) for one in deleted["left"]} == {
        (one, "not_found") for one in (his, "v1.1--line-icon", "nothing")
    }
    assert all(one["message"] for one in deleted["left"])
    assert [one["id"] for one in await listed(bob) if not one["shipped"]] == [his]
    assert (await save(alice, name="dusk 1")).status_code == 201
    assert (await bob.post("/api/v1/presets/restore", json={"ids": hers})).json()["ids"] == []
    restored = (await alice.post("/api/v1/presets/restore", json={"ids": hers})).json()
    assert restored["ids"] == [hers[0], hers[2]]
    assert [(one["id"], one["code"]) for one in restored["left"]] == [(hers[1], "name_taken")]
    for wrong in ([], ["x"] * 201, [""]):
        answer = await alice.post("/api/v1/presets/delete", json={"ids": wrong})
        assert answer.status_code == 422


async def test_many_at_once_are_one_write(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, rate_limit="2/minute", app_password=PASSWORD) as site:
        browser, presets = await site.browser(site.world.alice), site.world.services.presets
        ids = [
            (await presets.save(site.world.alice, V11, Said(name=f"{n}", values={"seed": n}))).id
            for n in range(30)
        ]
        deleted = await browser.post("/api/v1/presets/delete", json={"ids": ids})
        assert deleted.json() == {"ids": ids, "left": []}
        restored = await browser.post("/api/v1/presets/restore", json={"ids": ids})
        assert restored.json() == {"ids": ids, "left": []}
        third = await browser.post("/api/v1/presets/delete", json={"ids": ids})
        assert (third.status_code, third.json()["code"]) == (429, "too_quick")
