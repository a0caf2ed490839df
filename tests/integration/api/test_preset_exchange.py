"""Presets in and out, in the format of the shipped ones."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from backend.services.preset_exchange import MOST_BYTES, MOST_PRESETS
from tests.integration.api.test_presets import listed, save
from tests.integration.playground import V11

PRESETS = Path(__file__).parents[3] / "presets"
SCHEMA = json.loads((PRESETS / "preset.schema.json").read_text(encoding="utf-8"))
HILL = {"endpoint_id": V11, "title": "Hill", "values": {"prompt": "a hill"}}


async def told(browser: httpx.AsyncClient, what: Any, **more: Any) -> list[dict[str, Any]]:
    """The report of an import."""
    text = what if isinstance(what, str) else json.dumps(what)
    answer = await browser.post("/api/v1/presets/import", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    report: list[dict[str, Any]] = answer.json()["presets"]
    return report


async def mine(browser: httpx.AsyncClient) -> list[str]:
    """The names of one's own."""
    return sorted(one["name"] for one in await listed(browser) if one["mine"])


async def test_one_many_and_all_come_out_in_the_shipped_format(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    first = (await save(alice, tags=["warm"], description="d")).json()
    second = (await save(alice, name="Dawn", visibility="private")).json()
    answer = await alice.get("/api/v1/presets/export", params={"id": first["id"]})
    assert "preset.json" in answer.headers["content-disposition"]
    one = answer.json()
    assert one == {
        "endpoint_id": V11,
        "title": "Dusk",
        "description": "d",
        "tags": ["warm"],
        "values": {"prompt": "dusk", "seed": 7},
    }
    jsonschema.validate(one, SCHEMA)
    both = {"id": [second["id"], "v1.1--line-icon"]}
    many = (await alice.get("/api/v1/presets/export", params=both)).json()["presets"]
    shipped = json.loads((PRESETS / "v1.1" / "line-icon.json").read_text(encoding="utf-8"))
    assert many[1] == shipped
    every = (await alice.get("/api/v1/presets/export")).json()["presets"]
    assert {item["title"] for item in every} == {"Dusk", "Dawn"}
    for preset_id in (second["id"], "nothing"):
        refused = await bob.get("/api/v1/presets/export", params={"id": preset_id})
        assert refused.status_code == 404


async def test_what_comes_out_of_one_place_goes_into_another(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await save(alice, tags=["warm"], visibility="private")
    text = (await alice.get("/api/v1/presets/export")).text
    assert [one["state"] for one in await told(alice, text)] == ["same"]
    assert [one["state"] for one in await told(bob, text)] == ["new"]
    assert await mine(bob) == [], "nothing is written before it is shown"
    (done,) = await told(bob, text, write=True)
    assert (done["state"], await mine(bob)) == ("written", ["Dusk"])
    assert [one["state"] for one in await told(bob, text)] == ["same"]


async def test_everything_about_an_import_is_said_before_it_is_written(
    alice: httpx.AsyncClient,
) -> None:
    saved = (await save(alice)).json()
    report = await told(
        alice,
        {
            "presets": [
                HILL,
                {**HILL, "title": "Dusk"},
                {**HILL, "title": "hill"},
                {**HILL, "title": "Odd", "mood": 1, "values": {"prompt": "x", "colour": "red"}},
                {**HILL, "title": "Wrong", "values": {"prompt": "x", "num_images": 9}},
                {**HILL, "endpoint_id": "fal-ai/gone"},
                {"endpoint_id": V11},
                "text",
                {**HILL, "title": "Elsewhere", "values": {"image_url": "upload:other"}},
            ]
        },
    )
    assert [one["state"] for one in report] == [
        "new",
        "conflicting",
        "conflicting",
        "new",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
    ]
    assert report[1]["current"]["id"] == saved["id"]
    assert len(report[3]["left_out"]) == 2
    assert "mood" in report[3]["left_out"][0]
    assert "colour" in report[3]["left_out"][1]
    assert list(report[4]["reasons"]) == ["num_images"]
    assert list(report[5]["reasons"]) == ["endpoint_id"]
    assert sorted(report[6]["reasons"]) == ["title", "values"]
    assert await mine(alice) == ["Dusk"]


@pytest.mark.parametrize(
    ("conflicts", "names", "prompt"),
    [
        ("skip", ["Dusk"], "dusk"),
        ("rename", ["Dusk", "Dusk 2"], "dusk"),
        ("replace", ["Dusk"], "a hill"),
    ],
)
async def test_a_conflict_is_answered_as_somebody_asks(
    alice: httpx.AsyncClient, conflicts: str, names: list[str], prompt: str
) -> None:
    saved = (await save(alice)).json()
    (report,) = await told(alice, {**HILL, "title": "Dusk"}, write=True, conflicts=conflicts)
    assert report["state"] == ("conflicting" if conflicts == "skip" else "written")
    assert await mine(alice) == names
    kept = (await alice.get(f"/api/v1/presets/{saved['id']}")).json()
    assert kept["values"]["prompt"] == prompt


async def test_an_import_never_touches_what_is_of_others(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    saved = (await save(alice, visibility="team")).json()
    (report,) = await told(bob, {**HILL, "title": "Dusk"}, write=True, conflicts="replace")
    assert report["id"] != saved["id"]
    kept = (await bob.get(f"/api/v1/presets/{saved['id']}")).json()
    assert kept["values"]["prompt"] == "dusk"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": 1e400', "\\ud800"])
async def test_what_is_no_json_is_told_in_a_sentence(alice: httpx.AsyncClient, text: str) -> None:
    answer = await alice.post("/api/v1/presets/import", json={"text": text})
    assert answer.status_code == 422
    assert answer.json()["title"].endswith(".")


async def test_five_megabytes_are_taken_and_more_are_not(alice: httpx.AsyncClient) -> None:
    long = [{**HILL, "title": f"Hill {n}", "description": "x" * 299} for n in range(MOST_PRESETS)]
    text = json.dumps(long)
    padded = text + " " * (MOST_BYTES - len(text))
    report = await told(alice, padded)
    assert {one["state"] for one in report} == {"new"}
    answer = await alice.post("/api/v1/presets/import", json={"text": padded + " "})
    assert answer.status_code == 422
    answer = await alice.post("/api/v1/presets/import", json={"text": json.dumps([*long, HILL])})
    assert answer.status_code == 422
    answer = await alice.post("/api/v1/presets/import", json={"text": "x" * (12 * 1024 * 1024)})
    assert answer.status_code == 413
