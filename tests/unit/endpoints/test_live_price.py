"""A price that fal tells is used only where it can be computed with."""

from decimal import Decimal
from typing import Any

import pytest

from backend.domain.ports import UnitPrice
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.live_price import PriceUnusable, live_price


def said(**more: Any) -> UnitPrice:
    values = {"amount": Decimal("0.05"), "unit": "megapixels", "currency": "USD", **more}
    return UnitPrice(endpoint_id="fal-ai/flux-pro/v1.1", **values)


@pytest.mark.parametrize("unit", ["megapixels", "megapixel", "Megapixels"])
def test_a_price_by_the_files_unit_is_used(catalogue: Catalogue, unit: str) -> None:
    assert live_price(catalogue.by_slug("v1.1"), said(unit=unit)) == Decimal("0.05")


def test_a_price_is_whole_micro_dollars(catalogue: Catalogue) -> None:
    price = live_price(catalogue.by_slug("v1.1"), said(amount=Decimal("0.0500000000000000027")))
    assert price == Decimal("0.05")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"unit": "images"}, "unit"),
        ({"unit": "seconds"}, "unit"),
        ({"amount": Decimal(0)}, "10 times"),
        ({"amount": Decimal("-0.04")}, "10 times"),
        ({"amount": Decimal("0.41")}, "10 times"),
        ({"amount": Decimal("0.0039")}, "10 times"),
        ({"amount": Decimal("1E+400")}, "10 times"),
    ],
)
def test_what_can_not_be_computed_with_is_not_used(
    catalogue: Catalogue, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(PriceUnusable, match=why):
        live_price(catalogue.by_slug("v1.1"), said(**more))
