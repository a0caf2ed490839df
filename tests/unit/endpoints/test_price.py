"""The most and the least that a run can cost."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from backend.endpoints.catalogue import Catalogue
from backend.endpoints.price import cost, estimate

HD = {"width": 1024, "height": 1024}


@pytest.mark.parametrize(
    ("slug", "value", "text", "least"),
    [
        ("v1.1-ultra", {}, "$0.06", "0.06"),
        ("v1.1-ultra", {"num_images": 4}, "$0.24", "0.24"),
        ("v1.1-ultra", {"num_images": 99}, "$0.06", "0.06"),
        ("v1.1-ultra", {"num_images": True}, "$0.06", "0.06"),
        ("v1.1-ultra-finetuned", {"num_images": 2}, "about $0.14", "0.14"),
        ("v1.1", {}, "$0.04", "0.04"),
        ("v1.1", {"image_size": "landscape_4_3", "num_images": 3}, "$0.12", "0.12"),
        ("v1.1", {"image_size": "square_hd"}, "up to $0.08", "0.04"),
        ("v1.1", {"image_size": HD, "num_images": 2}, "up to $0.16", "0.08"),
        ("v1.1", {"image_size": {"width": 1000, "height": 1000}}, "$0.04", "0.04"),
        ("v1.1", {"image_size": {"width": 1001, "height": 1000}}, "up to $0.08", "0.04"),
        ("v1.1", {"image_size": {"width": 1440, "height": 1440}}, "up to $0.12", "0.08"),
        ("v1.1", {"image_size": {"width": 1, "height": 1}}, "$0.04", "0.04"),
        ("v1.1", {"image_size": {"width": 14142, "height": 14142}}, "up to $8.00", "7.64"),
        ("v1.1", {"image_size": {"width": 10**9, "height": 1}}, "$0.04", "0.04"),
        ("v1.1", {"image_size": {"width": 1024}}, "$0.04", "0.04"),
        ("v1.1", {"image_size": ["square_hd"]}, "$0.04", "0.04"),
        ("v1.1", {"image_size": "nothing"}, "$0.04", "0.04"),
        ("v1", {}, "about $0.05", "0.05"),
        ("v1", {"image_size": "square_hd"}, "about, up to $0.10", "0.05"),
        ("v1.1-redux", {}, "$0.05", "0.05"),
        ("v1-redux", {}, "about $0.05", "0.05"),
        ("v1.1-ultra-redux", {}, "up to $0.25", "0.05"),
        ("v1.1-ultra-redux", {"num_images": 4}, "up to $1.00", "0.20"),
        ("v1-fill", {}, "up to $0.20", "0.05"),
        ("v1-fill-finetuned", {}, "about, up to $0.24", "0.06"),
    ],
)
def test_the_button_says_the_most(
    catalogue: Catalogue, slug: str, value: dict[str, Any], text: str, least: str
) -> None:
    found = estimate(catalogue.by_slug(slug), value)
    assert found.text == text
    assert found.text.endswith(f"${found.usd:.2f}")
    assert found.least_usd == Decimal(least)
    assert found.exact is (found.usd == found.least_usd)
    assert found.usd == found.units * found.unit_price
    assert all(type(n) is Decimal for n in (found.usd, found.least_usd, found.units))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        ((640, 480), "$0.05"),
        ((1024, 1024), "up to $0.10"),
        ((2048, 2048), "up to $0.25"),
        ((8000, 8000), "up to $3.20"),
    ],
)
def test_a_fill_costs_by_the_picture_that_it_repaints(
    catalogue: Catalogue, size: tuple[int, int], text: str
) -> None:
    value = {"image_url": "upload:a", "mask_url": "upload:b"}
    sizes = {"image_url": size, "mask_url": (1, 1)}
    assert estimate(catalogue.by_slug("v1-fill"), value, sizes).text == text


def test_a_live_price_takes_the_place_of_the_file_s(catalogue: Catalogue) -> None:
    found = estimate(catalogue.by_slug("v1"), {}, unit_price=Decimal("0.0125"))
    assert (found.text, found.certain, found.unit_price) == ("$0.0125", True, Decimal("0.0125"))


def test_a_bill_is_units_times_price() -> None:
    assert cost(Decimal("2"), Decimal("0.04")) == Decimal("0.08")
    assert cost(Decimal("1.5"), Decimal("0.05")) == Decimal("0.075")


def test_an_endpoint_without_a_number_of_images_makes_one(
    load: Callable[..., Catalogue], tenth: dict[str, Any]
) -> None:
    del tenth["input"]["properties"]["num_images"]
    endpoint = load(v9=tenth).by_slug("v9")
    assert estimate(endpoint, {"num_images": 4}).text == "$0.10"


def test_a_size_without_a_default_counts_as_unknown(
    load: Callable[..., Catalogue], tenth: dict[str, Any]
) -> None:
    side = {"type": "integer", "minimum": 1, "maximum": 2000}
    tenth["input"]["properties"]["size"] = {
        "anyOf": [
            {"type": "string", "enum": ["small"]},
            {"type": "object", "properties": {"width": side, "height": side}},
        ],
        "x-presets": {"small": [8, 8]},
    }
    tenth["pricing"] = {
        "amount_usd": 0.01,
        "unit": "megapixel",
        "rounding": "up_to_next_whole_megapixel",
        "confidence": "inferred",
        "size_from": "size",
    }
    endpoint = load(v9=tenth).by_slug("v9")
    assert estimate(endpoint, {}).text == "about, up to $0.04"
    assert estimate(endpoint, {"size": "small"}).text == "about $0.01"
