"""Many pictures as one ZIP, over HTTP."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import insert

from backend.domain.errors import StorageFailed
from backend.domain.run import Run
from backend.store.database import open_database
from backend.store.files import FolderPictureStore
from backend.store.records import image_row, row_of
from backend.store.tables import images, runs
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.playground import Fal, World

EXPORTS = "/api/v1/exports"


async def made(world: World, **given: Any) -> Run:
    return await world.done(await world.start(**given))


async def begun(browser: httpx.AsyncClient, *asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    response = await browser.post(EXPORTS, json={"pictures": list(asked), **more})
    assert response.status_code == 201, response.text
    answer = response.json()
    assert isinstance(answer, dict)
    return answer


async def fetched(browser: httpx.AsyncClient, export: dict[str, Any]) -> zipfile.ZipFile:
    response = await browser.get(export["url"])
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/zip"
    assert "content-encoding" not in response.headers
    found = zipfile.ZipFile(io.BytesIO(response.content))
    assert found.testzip() is None
    return found


def rows_of(found: zipfile.ZipFile) -> list[dict[str, str]]:
    text = found.read("manifest.csv").decode()
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def items_of(found: zipfile.ZipFile) -> dict[str, Any]:
    told = json.loads(found.read("manifest.json"))
    assert isinstance(told, dict)
    return told


def file_of(world: World, run: Run, index: int = 0) -> Path:
    key = run.images[index].key
    assert key is not None
    return world.folder / "pictures" / key


async def test_pictures_and_both_manifests_are_in_it(
    alice: httpx.AsyncClient, world: World
) -> None:
    one = await made(world, prompt="=HYPERLINK(1)", seed=7, num_images=2)
    two = await made(world, prompt="b", seed=8)
    export = await begun(alice, {"run_id": one.id}, {"run_id": two.id, "index": 0})
    assert (export["pictures"], export["state"]) == (3, "waiting")
    assert export["bytes"] == sum(i.bytes or 0 for run in (one, two) for i in run.images)
    found = await fetched(alice, export)
    day = f"{one.created_at:%Y-%m-%d}"
    names = [f"{day}-v1.1-7-1.jpeg", f"{day}-v1.1-7-2.jpeg", f"{day}-v1.1-8-3.jpeg"]
    assert found.namelist() == [*names, "manifest.json", "manifest.csv"]
    for name, run, index in zip(names, (one, one, two), (0, 1, 0), strict=True):
        assert found.read(name) == file_of(world, run, index).read_bytes()
        assert found.getinfo(name).compress_type == zipfile.ZIP_STORED
    told = items_of(found)
    assert (told["pictures"], told["not_in_here"]) == (3, 0)
    assert [item["file"] for item in told["items"]] == names
    first = told["items"][0]
    assert first["input"] == dict(one.input)
    assert (first["seed"], first["request_id"]) == (7, one.request_id)
    assert first["cost_usd"] == str(one.cost)
    assert first["person"] == "Alice"
    rows = rows_of(found)
    assert [row["file"] for row in rows] == names
    assert rows[0]["input.prompt"] == "'=HYPERLINK(1)", "no cell of it is a formula"
    assert json.loads(rows[0]["input.image_size"]) == one.input["image_size"]
    state = (await alice.get(f"{EXPORTS}/{export['id']}")).json()
    assert (state["state"], state["sent_pictures"], state["problems"]) == ("sent", 3, 0)
    assert state["sent_bytes"] > state["bytes"]


async def test_the_template_names_the_files_and_a_wrong_one_is_said_on_its_field(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await made(world, num_images=3)
    export = await begun(alice, {"run_id": run.id}, template="{endpoint}")
    found = await fetched(alice, export)
    assert found.namelist()[:3] == ["v1.1.jpeg", "v1.1-2.jpeg", "v1.1-3.jpeg"]
    wrong = await alice.post(
        EXPORTS, json={"pictures": [{"run_id": run.id}], "template": "{prompt}"}
    )
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["loc"][-1] == "template"


async def test_what_is_not_ours_to_see_is_not_there(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, nobody: httpx.AsyncClient, world: World
) -> None:
    run = await made(world)
    await alice.patch(f"/api/v1/runs/{run.id}", json={"visibility": "private"})
    for asked in ({"run_id": run.id}, {"run_id": "nothing"}):
        answer = await bob.post(EXPORTS, json={"pictures": [asked]})
        assert answer.status_code == 404
        assert run.id not in answer.text
    export = await begun(alice, {"run_id": run.id})
    assert (await bob.get(export["url"])).status_code == 404
    assert (await bob.get(f"{EXPORTS}/{export['id']}")).status_code == 404
    assert (await nobody.get(export["url"])).status_code == 401


async def test_a_picture_that_became_private_meanwhile_is_not_in_it(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    run = await made(world, prompt="not for bob")
    export = await begun(bob, {"run_id": run.id})
    await alice.patch(f"/api/v1/runs/{run.id}", json={"visibility": "private"})
    found = await fetched(bob, export)
    assert found.namelist() == ["manifest.json", "manifest.csv"]
    (item,) = items_of(found)["items"]
    assert (item["problem"], item["file"], item["input"]) == ("deleted meanwhile", None, {})
    assert b"not for bob" not in found.read("manifest.csv")


async def test_a_missing_and_a_changed_file_are_named_and_the_zip_is_whole(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await made(world, num_images=3)
    file_of(world, run, 0).unlink()
    with file_of(world, run, 1).open("ab") as file:
        file.write(b"more")
    export = await begun(alice, {"run_id": run.id})
    found = await fetched(alice, export)
    told = items_of(found)
    assert (told["pictures"], told["not_in_here"]) == (2, 1)
    problems = [(item["file"] is None, item["problem"]) for item in told["items"]]
    assert problems == [
        (True, "its file is missing or damaged"),
        (False, "its file is not as large as it was written"),
        (False, None),
    ]
    assert rows_of(found)[0]["problem"] == "its file is missing or damaged"
    assert len(found.namelist()) == 4
    assert (await alice.get(f"{EXPORTS}/{export['id']}")).json()["problems"] == 2


async def test_a_run_that_is_deleted_meanwhile_is_named(
    alice: httpx.AsyncClient, world: World
) -> None:
    one, two = await made(world), await made(world)
    export = await begun(alice, {"run_id": one.id}, {"run_id": two.id})
    await alice.delete(f"/api/v1/runs/{one.id}")
    found = await fetched(alice, export)
    assert [item["problem"] for item in items_of(found)["items"]] == ["deleted meanwhile", None]
    gone = await alice.post(EXPORTS, json={"pictures": [{"run_id": one.id}]})
    assert gone.status_code == 404


async def test_each_picture_is_in_it_once_and_none_is_a_sentence(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await made(world)
    twice = await begun(alice, {"run_id": run.id}, {"run_id": run.id, "index": 0})
    assert twice["pictures"] == 1
    for body in ({"pictures": []}, {"pictures": [{"run_id": run.id}] * 2_001}):
        assert (await alice.post(EXPORTS, json=body)).status_code == 422
    no_such = await alice.post(EXPORTS, json={"pictures": [{"run_id": run.id, "index": 9}]})
    assert no_such.status_code == 404


async def test_the_link_is_over_after_half_an_hour(alice: httpx.AsyncClient, world: World) -> None:
    export = await begun(alice, {"run_id": (await made(world)).id})
    world.clock.ahead += timedelta(minutes=31)
    gone = await alice.get(export["url"])
    assert gone.status_code == 404
    assert "once more" in gone.text


async def test_prompts_stay_out_of_the_zip_where_that_is_wished(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, app_password=PASSWORD, prompts_in_downloads=False) as site:
        alice = await site.browser(site.world.alice)
        run = await made(site.world, prompt="a secret garden", seed=3)
        response = await alice.get((await begun(alice, {"run_id": run.id}))["url"])
        assert b"secret" not in response.content
        assert b"s\x00e\x00c\x00r\x00e\x00t" not in response.content
        found = zipfile.ZipFile(io.BytesIO(response.content))
        assert items_of(found)["items"][0]["seed"] == 3
        Image.open(io.BytesIO(found.read(found.namelist()[0]))).load()


@pytest.mark.parametrize("failing", [0, 3])
async def test_a_storage_that_fails_leaves_a_whole_zip_with_the_reason(
    alice: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    run = await made(site.world, num_images=2)
    stream = FolderPictureStore.stream
    asked = 0

    async def broken(self: FolderPictureStore, key: str, start: int, end: int) -> Any:
        nonlocal asked
        asked += 1
        if asked > 1:
            async for piece in stream(self, key, start, end):
                yield piece
            return
        async for piece in stream(self, key, start, failing):
            yield piece * 100
        raise StorageFailed

    monkeypatch.setattr(FolderPictureStore, "stream", broken)
    export = await begun(alice, {"run_id": run.id})
    found = await fetched(alice, export)
    first, second = items_of(found)["items"]
    wanted = "cut off" if failing else "does not answer"
    assert wanted in first["problem"]
    assert (first["file"] in found.namelist()) is bool(failing)
    assert second["problem"] is None


async def test_two_thousand_pictures_are_in_one_zip_each_once(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await made(world, num_images=4)
    copies = [
        replace(run, id=f"{number:032x}", handle=None, created_at=run.created_at)
        for number in range(500)
    ]
    database = open_database(None, world.folder)
    async with database.write() as connection:
        rows = [{**row_of(one), "idempotency_key": None} for one in copies]
        await connection.execute(insert(runs), rows)
        pictures = [image_row(one.id, image) for one in copies for image in one.images]
        await connection.execute(insert(images), pictures)
    await database.close()
    asked = [{"run_id": one.id} for one in copies]
    refused = await alice.post(EXPORTS, json={"pictures": [*asked, {"run_id": run.id}]})
    assert refused.status_code == 422
    export = await begun(alice, *asked)
    assert export["pictures"] == 2_000
    found = await fetched(alice, export)
    names = found.namelist()
    assert len(names) == len(set(names)) == 2_002
    whole = {file_of(world, run, index).read_bytes() for index in range(4)}
    assert {found.read(name) for name in names[:2_000]} == whole
    told = items_of(found)
    assert (told["pictures"], told["not_in_here"]) == (2_000, 0)
    assert [item["file"] for item in told["items"]] == names[:2_000]
    assert [row["file"] for row in rows_of(found)] == names[:2_000]
    told_of = {(item["run_id"], item["index"]) for item in told["items"]}
    assert told_of == {(one.id, index) for one in copies for index in range(4)}
