"""Saved presets over HTTP."""

from typing import Any

import httpx

from tests.integration.api.shape import MAYBE_TEXT, PROBLEM, TEXT, faults, has_shape
from tests.integration.api.site import Site
from tests.integration.api.test_uploads import drawn
from tests.integration.playground import V11

PRESET = {
    "id": TEXT,
    "slug": MAYBE_TEXT,
    "endpoint_id": TEXT,
    "name": TEXT,
    "description": TEXT,
    "values": (dict,),
    "mine": (bool,),
    "visibility": TEXT,
    "may_change": (bool,),
    "may_share": (bool,),
    "person_name": TEXT,
    "shipped": (bool,),
    "updated_at": MAYBE_TEXT,
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
    assert again.json()["code"] == "name_taken"
    assert (await save(bob)).status_code == 201


async def test_a_deleted_preset_is_answered_so_that_it_can_be_saved_again(
    alice: httpx.AsyncClient,
) -> None:
    saved = (await save(alice)).json()
    deleted = await alice.delete(f"/api/v1/presets/{saved['id']}")
    assert (deleted.status_code, deleted.json()) == (200, saved)
    assert saved["id"] not in {preset["id"] for preset in await listed(alice)}
    back = {name: saved[name] for name in ("endpoint_id", "name", "description", "values")}
    assert (await alice.post("/api/v1/presets", json=back)).status_code == 201


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
