"""Estimates, endpoints, and the bar of the page."""

from decimal import Decimal

import httpx

from backend.fal.practice_script import Answer
from tests.integration.api.shape import HILL, MAYBE_TEXT, PROBLEM, TEXT, faults, has_shape
from tests.integration.api.site import Site
from tests.integration.playground import V11, World


async def test_an_estimate_tells_the_most_that_a_run_can_cost(
    alice: httpx.AsyncClient, world: World
) -> None:
    body = {"endpoint_id": V11, "input": {**HILL, "num_images": 2}}
    response = await alice.post("/api/v1/estimates", json=body)
    assert response.status_code == 200
    price = response.json()
    has_shape(
        price,
        {
            "endpoint_id": TEXT,
            "usd": TEXT,
            "least_usd": TEXT,
            "unit_price_usd": TEXT,
            "file_unit_price_usd": TEXT,
            "text": TEXT,
            "certain": (bool,),
            "exact": (bool,),
            "warnings": (dict,),
            "combinations": MAYBE_TEXT,
        },
    )
    assert price["usd"] == "0.08"
    assert set(price["warnings"]) <= {"image_size"}
    assert await world.runs() == ()


async def test_an_estimate_of_a_wrong_input_names_the_fields(alice: httpx.AsyncClient) -> None:
    body = {"endpoint_id": V11, "input": {"seed": "x"}}
    found = faults(await alice.post("/api/v1/estimates", json=body))
    assert set(found) == {"prompt", "seed"}


async def test_the_endpoints_are_listed_in_the_order_of_the_tabs(
    alice: httpx.AsyncClient, site: Site
) -> None:
    listed = (await alice.get("/api/v1/endpoints")).json()["endpoints"]
    catalogue = site.world.services.catalogue.endpoints
    assert [one["endpoint_id"] for one in listed] == [one.endpoint_id for one in catalogue]
    assert len(listed) == 9
    for one in listed:
        assert {"slug", "label", "about", "price", "fields", "links"} <= set(one)
        assert Decimal(one["price"]["default_usd"]) > 0


async def test_each_endpoint_tells_its_schema_by_slug(alice: httpx.AsyncClient, site: Site) -> None:
    for endpoint in site.world.services.catalogue.endpoints:
        one = (await alice.get(f"/api/v1/endpoints/{endpoint.slug}")).json()
        assert one["endpoint_id"] == endpoint.endpoint_id
        assert set(one["schema"]["properties"]) == {field.name for field in endpoint.fields}


async def test_an_unknown_endpoint_is_a_404(alice: httpx.AsyncClient) -> None:
    response = await alice.get("/api/v1/endpoints/v9")
    assert response.status_code == 404
    assert response.headers["content-type"] == PROBLEM


async def test_me_tells_who_i_am_the_mode_and_todays_money(
    alice: httpx.AsyncClient, world: World
) -> None:
    await world.done(await world.start())
    me = (await alice.get("/api/v1/me")).json()
    has_shape(
        me,
        {
            "person": (dict,),
            "practice": (bool,),
            "banner": (dict, type(None)),
            "key_state": TEXT,
            "prices_changed": (list,),
            "spent_today_usd": TEXT,
            "budgets": (list,),
            "ask_above_usd": MAYBE_TEXT,
            "max_usd_per_day": MAYBE_TEXT,
            "rules": (dict,),
            "sign_out": (bool,),
            "auth": (str,),
            "version": TEXT,
            "notices": (list,),
        },
    )
    assert me["person"] == {"id": "alice", "name": "Alice", "role": "member"}
    assert (me["practice"], me["spent_today_usd"], me["sign_out"]) == (False, "0.04", True)


async def test_a_price_of_today_stands_beside_the_files(
    alice: httpx.AsyncClient, world: World
) -> None:
    row = {"endpoint_id": V11, "unit_price": 0.07, "unit": "megapixels", "currency": "USD"}
    await world.script.until_called("pricing")
    world.script.push("pricing", Answer(body={"prices": [row]}))
    await world.services.prices.ask()
    endpoint = (await alice.get("/api/v1/endpoints/v1.1")).json()["price"]
    body = {"endpoint_id": V11, "input": HILL}
    price = (await alice.post("/api/v1/estimates", json=body)).json()
    me = (await alice.get("/api/v1/me")).json()
    assert endpoint == {
        "amount_usd": "0.07",
        "file_usd": "0.04",
        "unit": "megapixel",
        "certainty": "official",
        "default_usd": "0.07",
    }
    assert (price["usd"], price["unit_price_usd"]) == ("0.07", "0.07")
    assert price["file_unit_price_usd"] == "0.04"
    assert me["prices_changed"] == [
        {"slug": "v1.1", "usd": "0.07", "file_usd": "0.04", "unit": "megapixel"}
    ]


async def test_the_key_is_asked_about_on_demand(alice: httpx.AsyncClient, world: World) -> None:
    await world.script.until_called("pricing")
    asked = world.script.calls["pricing"]
    me = (await alice.post("/api/v1/key/check")).json()
    assert me["key_state"] == "accepted"
    assert world.script.calls["pricing"] == asked + 1
