"""Budgets, the question before expensive runs, and the switch that stops them, over HTTP."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.domain.intake import Intake
from backend.domain.run import Run, RunState
from backend.runs.runner import PAUSED_RETRY_S
from tests.integration.api.shape import HILL, PROBLEM, post
from tests.integration.api.site import PASSWORD, Site, admin_of, opened
from tests.integration.playground import V11, Fal, World

TEAM = {"scope": "team", "period": "day", "kind": "hard", "usd": "0.08"}
SHUT = {"open": False, "reason": "The card has expired"}


async def run_of(site: Site, run_id: str) -> Run:
    """A run of alice's."""
    return await site.world.services.control.see(site.world.alice, run_id)


async def again(browser: httpx.AsyncClient, run_id: str, **body: Any) -> httpx.Response:
    """Repeat a run."""
    return await browser.post(f"/api/v1/runs/{run_id}/again", json=body or None)


# ── budgets ──────────────────────────────────────────────────────────────────────────────────


async def test_an_admin_sets_sees_and_deletes_a_budget(
    carol: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    await post(alice)
    made = (await carol.put("/api/v1/budgets", json=TEAM)).json()
    assert made == {
        "id": made["id"],
        "scope": "team",
        "person": None,
        "endpoint_id": None,
        "period": "day",
        "kind": "hard",
        "usd": "0.08",
        "spent_usd": "0.04",
        "left_usd": "0.04",
    }
    assert (await carol.get("/api/v1/budgets")).json() == {"budgets": [made]}
    more = (await carol.put("/api/v1/budgets", json={**TEAM, "usd": "1"})).json()
    assert (more["id"], more["usd"]) == (made["id"], "1.00")
    assert (await carol.delete(f"/api/v1/budgets/{made['id']}")).json() == {"id": made["id"]}
    assert (await carol.delete(f"/api/v1/budgets/{made['id']}")).status_code == 404
    assert (await carol.get("/api/v1/budgets")).json() == {"budgets": []}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/budgets", None),
        ("PUT", "/api/v1/budgets", TEAM),
        ("DELETE", "/api/v1/budgets/any", None),
        ("PUT", "/api/v1/intake", SHUT),
    ],
)
async def test_a_member_can_neither_see_all_budgets_nor_change_one_nor_stop_runs(
    bob: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    refused = await bob.request(method, path, json=body)
    assert refused.status_code == 403
    assert refused.json()["code"] == "not_allowed"
    assert (await bob.get("/api/v1/intake")).json()["open"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scope": "person", "person": "nobody"}, "person"),
        ({"scope": "person"}, "person"),
        ({"person": "alice"}, "person"),
        ({"endpoint_id": "fal-ai/nowhere"}, "endpoint_id"),
        ({"usd": "-1"}, "usd"),
        ({"usd": "1e3"}, "usd"),
        ({"usd": "0.0000001"}, "usd"),
        ({"scope": "everybody"}, "scope"),
    ],
)
async def test_a_budget_that_makes_no_sense_is_refused_on_its_field(
    carol: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    refused = await carol.put("/api/v1/budgets", json={**TEAM, **change})
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"][-1] == field


async def test_beyond_a_hard_budget_a_start_says_whom_to_ask(
    carol: httpx.AsyncClient, alice: httpx.AsyncClient, world: World
) -> None:
    await carol.put("/api/v1/budgets", json=TEAM)
    first = (await post(alice)).json()
    await post(alice)
    for refused in (await post(alice), await again(alice, first["id"])):
        assert refused.status_code == 402
        assert refused.headers["content-type"] == PROBLEM
        problem = refused.json()
        assert (problem["code"], problem["ask"]) == ("money_limit_reached", ["Carol"])
        assert problem["title"].endswith("Ask for more: Carol.")
    assert len(await world.runs()) == 2


async def test_a_setting_can_name_another_contact(fal: Fal, tmp_path: Path) -> None:
    settings = {"max_usd_per_day": 0, "money_contact": "finance@example.org"}
    async with opened(fal, tmp_path, app_password=PASSWORD, **settings) as site:
        refused = await post(await site.browser(site.world.alice))
        assert refused.json()["ask"] == ["finance@example.org"]


async def test_nobody_is_named_where_there_is_nobody_to_ask(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, app_password=PASSWORD, max_usd_per_day=0) as site:
        refused = (await post(await site.browser(site.world.alice))).json()
        assert "ask" not in refused
        assert "Ask" not in refused["title"]


async def test_beyond_a_soft_budget_the_answer_carries_a_warning_once(
    carol: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    await carol.put("/api/v1/budgets", json={**TEAM, "kind": "soft", "usd": "0.01"})
    started = await post(alice)
    assert started.status_code == 202
    run = started.json()
    assert run["warnings"] == [
        "This run goes beyond a budget (all together, today: $0.01): $0.04 with it."
    ]
    assert (await alice.get(f"/api/v1/runs/{run['id']}")).json()["warnings"] == []


async def test_everybody_sees_what_is_left_of_the_budgets_in_force_for_them(
    carol: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    for budget in (
        {**TEAM, "usd": "5"},
        {**TEAM, "scope": "each", "usd": "1"},
        {**TEAM, "scope": "person", "person": "bob", "usd": "2"},
    ):
        assert (await carol.put("/api/v1/budgets", json=budget)).status_code == 200
    await post(alice)
    left = {
        name: [
            (one["scope"], one["left_usd"])
            for one in (await browser.get("/api/v1/me/budget")).json()["budgets"]
        ]
        for name, browser in (("alice", alice), ("bob", bob))
    }
    assert left["alice"] == [("team", "4.96"), ("each", "0.96")]
    assert left["bob"] == [("team", "4.96"), ("person", "2.00")]
    assert len((await alice.get("/api/v1/me")).json()["budgets"]) == 2


# ── asking first ─────────────────────────────────────────────────────────────────────────────


async def test_an_expensive_run_needs_a_yes_to_its_estimate(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, ask_above_usd="0.03") as site:
        browser = await site.browser()
        asked = await post(browser)
        assert asked.status_code == 402
        assert (asked.json()["code"], asked.json()["estimate_usd"]) == ("confirm_cost", "0.04")
        body = {"endpoint_id": V11, "input": HILL}
        low = await browser.post("/api/v1/runs", json={**body, "confirmed_usd": "0.03"})
        assert low.json()["code"] == "confirm_cost"
        yes = await browser.post("/api/v1/runs", json={**body, "confirmed_usd": "0.04"})
        assert yes.status_code == 202
        assert (await again(browser, yes.json()["id"])).json()["code"] == "confirm_cost"
        repeated = await again(browser, yes.json()["id"], confirmed_usd="0.04")
        assert repeated.status_code == 202


async def test_a_person_may_wish_to_be_asked_earlier(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    told = (await alice.put("/api/v1/me/budget", json={"ask_above_usd": "0.01"})).json()
    assert told == {"budgets": [], "ask_above_usd": "0.01", "own_ask_above_usd": "0.01"}
    assert (await alice.get("/api/v1/me")).json()["ask_above_usd"] == "0.01"
    assert (await post(alice)).json()["code"] == "confirm_cost"
    assert (await post(bob)).status_code == 202
    await alice.put("/api/v1/me/budget", json={"ask_above_usd": None})
    assert (await post(alice)).status_code == 202


# ── the switch ───────────────────────────────────────────────────────────────────────────────


async def test_the_switch_stops_starts_and_what_waits_over_a_restart_until_it_is_open(
    fal: Fal, tmp_path: Path
) -> None:
    fal.script.hold("queued")
    async with opened(fal, tmp_path, app_password=PASSWORD, max_runs_in_flight=1) as site:
        carol, alice = await admin_of(site), await site.browser(site.world.alice)
        sent = (await post(alice)).json()
        await site.world.until(await run_of(site, sent["id"]), RunState.QUEUED)
        waits = (await post(alice)).json()
        told = (await carol.put("/api/v1/intake", json=SHUT)).json()
        assert (told["open"], told["reason"], told["changed_by"]) == (
            False,
            "The card has expired",
            "carol",
        )
        refused = await post(alice)
        assert (refused.status_code, refused.json()["code"]) == (503, "intake_paused")
        assert "The card has expired." in refused.json()["title"]
        assert (
            "The card has expired" in (await alice.get("/api/v1/me")).json()["notices"][0]["text"]
        )
        fal.script.release()
        await site.world.done(await run_of(site, sent["id"]))
        assert (await alice.get(f"/api/v1/runs/{waits['id']}")).json()["state"] == "created"
    async with opened(fal, tmp_path, app_password=PASSWORD) as site:
        carol, alice = await admin_of(site), await site.browser(site.world.alice)
        assert (await post(alice)).json()["code"] == "intake_paused"
        assert (await alice.get(f"/api/v1/runs/{waits['id']}")).json()["state"] == "created"
        assert site.world.posts == 1
        await carol.put("/api/v1/intake", json={"open": True})
        await site.world.done(await run_of(site, waits["id"]))
        assert (await post(alice)).status_code == 202


async def test_a_switch_that_another_process_turns_is_noticed(fal: Fal, tmp_path: Path) -> None:
    fal.script.hold("queued")
    async with opened(fal, tmp_path, app_password=PASSWORD, max_runs_in_flight=1) as site:
        world = site.world
        first = await world.start()
        await world.until(first, RunState.QUEUED)
        waits = await world.start()
        await world.services.intake.store.put(Intake(open=False))
        fal.script.release()
        await world.done(first)
        await world.clock.sleep(PAUSED_RETRY_S * 2)
        assert (await world.get(waits)).state is RunState.CREATED
        assert world.posts == 1
        await world.services.intake.store.put(Intake(open=True))
        await world.done(waits)
