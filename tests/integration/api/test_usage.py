"""Usage over HTTP: mine for everybody, all of it for admins."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.domain.person import Person, Role
from backend.domain.run import Run
from tests.integration.api.shape import faults
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.playground import V11, Fal

USAGE = "/api/v1/usage"
HILL = {"prompt": "=1+1", "image_size": {"width": 64, "height": 48}}


@pytest.fixture
async def carol(site: Site) -> httpx.AsyncClient:
    """An admin."""
    carol = Person(id="carol", name="=Carol", role=Role.ADMIN, created_at=datetime.now(UTC))
    return await site.browser(await site.world.services.people.store.add(carol))


@pytest.fixture
async def guest(site: Site) -> httpx.AsyncClient:
    someone = Person(id="guest", name="Guest", role=Role.GUEST, created_at=datetime.now(UTC))
    return await site.browser(await site.world.services.people.store.add(someone))


async def done(site: Site, person: Person, **more: Any) -> Run:
    world = site.world
    return await world.done(await world.services.generate.start(person, V11, HILL, **more))


@pytest.fixture
async def two(site: Site) -> list[Run]:
    """One of alice's and one of bob's."""
    return [await done(site, site.world.alice), await done(site, site.world.bob, project="Spring")]


async def keys(browser: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await browser.get(USAGE, params=params)
    assert answer.status_code == 200, answer.text
    return [group["key"] for group in answer.json()["groups"]]


async def test_everybody_sees_what_they_spent_this_month(
    site: Site, alice: httpx.AsyncClient, two: list[Run]
) -> None:
    run = two[0]
    found = (await alice.get(USAGE, params={"by": "endpoint"})).json()
    assert found["month"] == f"{run.created_at:%Y-%m}"
    sums = {
        "runs": 1,
        "practice_runs": 0,
        "estimate_usd": "0.04",
        "reserved_usd": "0.00",
        "charged_usd": "0.04",
        "billed_runs": 0,
        "billed_usd": None,
        "difference_usd": "0.00",
    }
    label = site.world.services.catalogue.by_id(V11).label
    assert found["groups"] == [{"key": V11, "name": label, **sums}]
    assert found["total"] == sums


async def test_bob_cannot_see_alices_usage(
    bob: httpx.AsyncClient, guest: httpx.AsyncClient, site: Site, two: list[Run]
) -> None:
    assert await keys(bob, by="person") == [site.world.bob.id]
    assert await keys(bob, by="project") == ["Spring"]
    assert await keys(guest, by="person") == []
    for browser in (bob, guest):
        for path in (USAGE, f"{USAGE}.csv"):
            answer = await browser.get(path, params={"everyone": True})
            assert answer.status_code == 403
            assert site.world.alice.id not in answer.text
    rows = list(csv.DictReader(io.StringIO((await bob.get(f"{USAGE}.csv")).text)))
    assert [row["run_id"] for row in rows] == [two[1].id]


async def test_everybody_is_offered_their_own_projects_alone(
    site: Site, alice: httpx.AsyncClient, bob: httpx.AsyncClient, two: list[Run]
) -> None:
    assert (await alice.get("/api/v1/projects")).json() == {"projects": []}
    assert (await bob.get("/api/v1/projects")).json() == {"projects": ["Spring"]}


async def test_an_admin_sees_everybodys_only_when_asking_for_it(
    carol: httpx.AsyncClient, site: Site, two: list[Run]
) -> None:
    assert await keys(carol, by="person") == []
    both = await keys(carol, by="person", everyone=True)
    assert sorted(both) == sorted([site.world.alice.id, site.world.bob.id])
    assert sorted(await keys(carol, by="project", everyone=True)) == ["", "Spring"]
    by_day = (await carol.get(USAGE, params={"everyone": True})).json()
    assert by_day["by"] == "day"
    assert by_day["total"]["runs"] == 2


async def test_nobody_sees_nothing(nobody: httpx.AsyncClient) -> None:
    for path in (USAGE, f"{USAGE}.csv", "/api/v1/projects"):
        assert (await nobody.get(path)).status_code == 401


async def test_other_months_have_their_own_runs(alice: httpx.AsyncClient, two: list[Run]) -> None:
    this = two[0].created_at
    before = f"{this.replace(day=1) - timedelta(days=1):%Y-%m}"
    assert await keys(alice, month=before) == []
    assert await keys(alice, month=f"{this:%Y-%m}") == [f"{this:%Y-%m-%d}"]


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"month": "2026-13"}, "month"),
        ({"month": "9999-12"}, "month"),
        ({"month": "now"}, "month"),
        ({"by": "prompt"}, "by"),
        ({"everyone": "perhaps"}, "everyone"),
    ],
)
async def test_what_can_not_be_asked_is_named(
    alice: httpx.AsyncClient, params: dict[str, str], name: str
) -> None:
    assert set(faults(await alice.get(USAGE, params=params))) == {name}


async def test_a_csv_of_runs_holds_everything_but_words_and_no_formula(
    carol: httpx.AsyncClient, site: Site
) -> None:
    me = await site.world.services.people.store.get("carol")
    assert me is not None
    run = await done(site, me, project="=cmd()")
    answer = await carol.get(f"{USAGE}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (
        f'filename="usage-{run.created_at:%Y-%m}-by-run.csv"'
        in (answer.headers["content-disposition"])
    )
    assert "1+1" not in answer.text
    assert answer.text.count("\r\n") == 2
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row == {
        "run_id": run.id,
        "started_at": run.created_at.isoformat(),
        "person_id": "carol",
        "person": "'=Carol",
        "endpoint_id": V11,
        "project": "'=cmd()",
        "state": "done",
        "runs": "1",
        "practice_runs": "0",
        "estimate_usd": "0.04",
        "reserved_usd": "0.00",
        "charged_usd": "0.04",
        "billed_runs": "0",
        "billed_usd": "",
        "difference_usd": "0.00",
    }


async def test_a_csv_of_groups_has_the_same_sums(
    carol: httpx.AsyncClient, site: Site, two: list[Run]
) -> None:
    answer = await carol.get(f"{USAGE}.csv", params={"by": "person", "everyone": True})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["name"] for row in rows} == {site.world.alice.name, site.world.bob.name}
    assert {row["charged_usd"] for row in rows} == {"0.04"}


async def test_a_runs_project_is_kept_and_taken_over_by_its_repetition(
    alice: httpx.AsyncClient, site: Site
) -> None:
    asked = {"endpoint_id": V11, "input": HILL, "project": "  Spring \n campaign "}
    run = (await alice.post("/api/v1/runs", json=asked)).json()
    assert run["project"] == "Spring campaign"
    again = (await alice.post(f"/api/v1/runs/{run['id']}/again")).json()
    assert again["project"] == "Spring campaign"
    assert await keys(alice, by="project") == ["Spring campaign"]


@pytest.fixture
async def practising(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    more = {"app_password": PASSWORD, "fal_key": None, "fal_stand_in_url": None}
    async with opened(fal, tmp_path / "practice", **more) as site:
        yield site


async def test_practice_runs_are_counted_apart_and_free(practising: Site) -> None:
    alice = await practising.browser(practising.world.alice)
    run = await done(practising, practising.world.alice)
    whole = (await alice.get(USAGE)).json()["total"]
    assert (whole["runs"], whole["practice_runs"]) == (0, 1)
    assert {whole["estimate_usd"], whole["charged_usd"]} == {"0.00"}
    (row,) = csv.DictReader(io.StringIO((await alice.get(f"{USAGE}.csv")).text))
    assert (row["run_id"], row["practice_runs"], row["charged_usd"]) == (run.id, "1", "0.00")
