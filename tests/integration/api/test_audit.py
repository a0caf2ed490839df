"""The audit log over HTTP: for admins only."""

import csv
import io

import httpx
import pytest

from backend.domain.audit import Act
from tests.integration.api.site import Site


async def noted(site: Site) -> None:
    audit = site.world.services.audit
    for number in range(3):
        await audit.note(site.world.alice, Act.RUN_DELETE, f"run{number}", why="=1+1")
    await audit.note(None, Act.SIGN_IN_REFUSED, None, name="mallory")


async def test_an_admin_reads_it_page_by_page(site: Site, carol: httpx.AsyncClient) -> None:
    await noted(site)
    first = (await carol.get("/api/v1/audit?limit=2")).json()
    assert [(one["act"], one["actor"]) for one in first["entries"]] == [
        ("sign_in.refused", None),
        ("run.delete", site.world.alice.name),
    ]
    rest = (await carol.get(f"/api/v1/audit?before={first['next_before']}")).json()
    assert [one["target"] for one in rest["entries"]][:2] == ["run1", "run0"]
    assert rest["next_before"] is None


async def test_an_admin_searches_it(site: Site, carol: httpx.AsyncClient) -> None:
    await noted(site)
    found = (await carol.get("/api/v1/audit?act=run.delete&target=run1")).json()
    assert [one["target"] for one in found["entries"]] == ["run1"]
    nobody = (await carol.get("/api/v1/audit?actor=nobody")).json()
    assert nobody == {"entries": [], "next_before": None}


async def test_an_admin_exports_it(site: Site, carol: httpx.AsyncClient) -> None:
    await noted(site)
    answer = await carol.get("/api/v1/audit.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    header, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert header == ["at", "actor", "actor_id", "act", "target", "facts"]
    assert [row[4] for row in rows if row[3] == "run.delete"] == ["run2", "run1", "run0"]


async def test_an_export_is_of_the_asked_time(site: Site, carol: httpx.AsyncClient) -> None:
    await noted(site)
    span = "since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z"
    answer = await carol.get(f"/api/v1/audit.csv?{span}")
    assert answer.text.splitlines() == ["at,actor,actor_id,act,target,facts"]
    assert 'filename="audit-20200101-20200201.csv"' in answer.headers["content-disposition"]


@pytest.mark.parametrize("path", ["/api/v1/audit", "/api/v1/audit.csv"])
async def test_members_are_refused(alice: httpx.AsyncClient, path: str) -> None:
    answer = await alice.get(path)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/audit", "/api/v1/audit.csv"])
async def test_nobody_is_asked_to_sign_in(nobody: httpx.AsyncClient, path: str) -> None:
    assert (await nobody.get(path)).status_code == 401


async def test_the_start_of_a_run_is_in_it_once_and_without_its_prompt(
    site: Site, alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    body = {"endpoint_id": "fal-ai/flux-pro/v1.1", "input": {"prompt": "a secret garden"}}
    key = {"Idempotency-Key": "once"}
    run = (await alice.post("/api/v1/runs", json=body, headers=key)).json()
    await alice.post("/api/v1/runs", json=body, headers=key)
    answer = await carol.get("/api/v1/audit?act=run.start")
    (entry,) = answer.json()["entries"]
    assert (entry["target"], entry["actor"]) == (run["id"], site.world.alice.name)
    assert entry["facts"]["endpoint"] == body["endpoint_id"]
    assert entry["facts"]["estimate_usd"] == run["estimate_usd"]
    assert "garden" not in answer.text


ACTS_ON_A_RUN = [
    ("PATCH", "", {"visibility": "private"}, "run.share"),
    ("DELETE", "", None, "run.delete"),
    ("POST", "/restore", None, "run.restore"),
]


async def test_what_is_done_to_a_run_is_in_it_in_order(
    site: Site, alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    run = await site.world.done(await site.world.start())
    for method, path, body, _ in ACTS_ON_A_RUN:
        answer = await alice.request(method, f"/api/v1/runs/{run.id}{path}", json=body)
        assert answer.status_code == 200, answer.text
    entries = (await carol.get(f"/api/v1/audit?target={run.id}")).json()["entries"]
    acts = [act for *_, act in ACTS_ON_A_RUN]
    assert [one["act"] for one in entries] == [*reversed(acts), "run.start"]
    assert {one["actor"] for one in entries} == {site.world.alice.name}


async def test_an_admin_who_changes_what_is_anothers_is_told_from_its_owner(
    site: Site, carol: httpx.AsyncClient
) -> None:
    run = await site.world.done(await site.world.start())
    await carol.delete(f"/api/v1/runs/{run.id}")
    (entry, _) = (await carol.get(f"/api/v1/audit?target={run.id}")).json()["entries"]
    assert (entry["actor"], entry["facts"]) == ("Carol", {"of": site.world.alice.id})


async def test_presets_budgets_and_the_switch_are_in_it(
    alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    preset = {"endpoint_id": "fal-ai/flux-pro/v1.1", "name": "Mine", "values": {"seed": 4}}
    kept = (await alice.post("/api/v1/presets", json=preset)).json()
    await alice.delete(f"/api/v1/presets/{kept['id']}")
    wanted = {"scope": "team", "period": "day", "kind": "hard", "usd": "5"}
    budget = (await carol.put("/api/v1/budgets", json=wanted)).json()
    await carol.delete(f"/api/v1/budgets/{budget['id']}")
    await carol.put("/api/v1/intake", json={"open": False, "reason": "lunch"})
    entries = (await carol.get("/api/v1/audit")).json()["entries"]
    assert [one["act"] for one in entries] == [
        "intake.set",
        "budget.remove",
        "budget.set",
        "preset.delete",
        "preset.save",
    ]
    assert entries[0]["facts"] == {"open": False, "reason": "lunch"}
    assert entries[2]["facts"]["usd"] == "5.00"


async def test_a_token_made_and_revoked_is_in_it_without_what_it_opens(
    alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    wanted = {"name": "nightly", "scope": "read", "days": 3}
    made = (await alice.post("/api/v1/me/tokens", json=wanted)).json()
    await alice.delete(f"/api/v1/me/tokens/{made['id']}")
    answer = await carol.get(f"/api/v1/audit?target={made['id']}")
    assert [one["act"] for one in answer.json()["entries"]] == ["token.revoke", "token.make"]
    assert made["token"] not in answer.text
