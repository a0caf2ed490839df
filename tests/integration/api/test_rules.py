"""What admins allow, obeyed by every start of a run."""

from typing import Any

import httpx
import pytest

from backend.domain.person import Role
from tests.integration.api.site import Site

V11 = "fal-ai/flux-pro/v1.1"
EVERYTHING = {
    "endpoints": None,
    "ceilings": {},
    "payloads": True,
    "pictures_s": None,
    "keep_days": None,
    "banner": "",
}


async def ruled(carol: httpx.AsyncClient, **rules: Any) -> None:
    answer = await carol.put("/api/v1/rules", json=rules)
    assert answer.status_code == 200, answer.text


async def started(alice: httpx.AsyncClient, **given: Any) -> httpx.Response:
    body = {"endpoint_id": V11, "input": {"prompt": "a house", **given}}
    return await alice.post("/api/v1/runs", json=body)


async def test_before_the_first_rule_everything_is_allowed(alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/api/v1/rules")).json() == EVERYTHING
    assert (await alice.get("/api/v1/me")).json()["rules"] == {"endpoints": None, "tolerance": None}


async def test_rules_stay_over_a_restart(site: Site, carol: httpx.AsyncClient) -> None:
    rules = {
        "endpoints": ["v1", "v1.1"],
        "ceilings": {"guest": 2, "member": 4},
        "payloads": False,
        "pictures_s": 86_400,
        "keep_days": 90,
        "banner": "Demo until noon",
    }
    await ruled(carol, **rules)
    await site.world.services.rules.read()
    found = (await carol.get("/api/v1/rules")).json()
    assert {**found, "endpoints": sorted(found["endpoints"])} == rules


async def test_a_closed_endpoint_starts_no_run_and_costs_nothing(
    site: Site, alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    await ruled(carol, endpoints=["v1"])
    answer = await started(alice)
    assert (answer.status_code, answer.json()["code"]) == (403, "endpoint_closed")
    assert site.world.posts == 0
    assert (await alice.get("/api/v1/me")).json()["rules"]["endpoints"] == ["v1"]


async def test_a_filter_over_the_ceiling_is_refused_on_its_field(
    site: Site, alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    await ruled(carol, ceilings={"member": 3})
    answer = await started(alice, safety_tolerance="4")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][-1] == "safety_tolerance"
    asked = {"endpoint_id": V11, "input": {"prompt": "a", "safety_tolerance": "4"}}
    assert (await alice.post("/api/v1/estimates", json=asked)).status_code == 422
    assert (await started(alice, safety_tolerance="3")).status_code == 202


async def test_an_unset_filter_is_sent_as_strict_as_the_ceiling(
    site: Site, alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    await ruled(carol, ceilings={"member": 1})
    run = (await started(alice)).json()
    assert run["input"]["safety_tolerance"] == "1"


async def test_the_banner_is_on_everybodys_page(
    alice: httpx.AsyncClient, carol: httpx.AsyncClient
) -> None:
    await ruled(carol, banner="  Demo\nuntil   noon ")
    notices = (await alice.get("/api/v1/me")).json()["notices"]
    assert {"level": "info", "text": "Demo until noon"} in notices


async def test_members_may_read_and_not_set_them(alice: httpx.AsyncClient) -> None:
    assert (await alice.put("/api/v1/rules", json={})).status_code == 403


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"endpoints": []}, "endpoints"),
        ({"endpoints": ["nothing"]}, "endpoints"),
        ({"ceilings": {"member": 0}}, "member"),
        ({"ceilings": {"king": 3}}, "[key]"),
        ({"pictures_s": 60}, "pictures_s"),
        ({"keep_days": 0}, "keep_days"),
        ({"banner": "x" * 301}, "banner"),
    ],
)
async def test_rules_that_mean_nothing_are_refused(
    carol: httpx.AsyncClient, rules: dict[str, Any], field: str
) -> None:
    answer = await carol.put("/api/v1/rules", json=rules)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][-1] == field


async def test_a_change_of_the_rules_is_in_the_audit_log(carol: httpx.AsyncClient) -> None:
    await ruled(carol, ceilings={"guest": 1})
    (entry,) = (await carol.get("/api/v1/audit?act=rule.set")).json()["entries"]
    assert entry["facts"]["ceilings"] == '{"guest": 1}'


def test_every_role_may_have_a_ceiling() -> None:
    assert {role.value for role in Role} == {"guest", "member", "admin"}
