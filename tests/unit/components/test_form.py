"""A form drops what was not touched, and sends what has to be sent."""

from typing import Any

import pytest

from backend.domain.endpoint import Endpoint
from backend.endpoints.catalogue import load_catalogue
from backend.endpoints.check_input import check_input
from components.form import form_of

ENDPOINTS = load_catalogue().endpoints


def by_slug(slug: str) -> Endpoint:
    """One of the nine."""
    return next(endpoint for endpoint in ENDPOINTS if endpoint.slug == slug)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.slug)
def test_an_untouched_form_sends_only_what_is_suggested(endpoint: Endpoint) -> None:
    form = form_of(endpoint)
    suggested = {field.name: field.suggested for field in endpoint.fields if field.suggested}
    assert form.read(form.start) == suggested


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.slug)
def test_a_form_that_is_filled_passes_the_check(endpoint: Endpoint) -> None:
    form = form_of(endpoint)
    filled = {"prompt": "A lighthouse", "image_url": "upload:a", "mask_url": "upload:b"}
    named = {
        field.name: filled.get(field.name, "ft-1")
        for field in endpoint.fields
        if field.required and not field.suggested
    }
    given = form.read({**form.start, **form.write(named)})
    assert check_input(endpoint, given) == {}


def test_a_value_equal_to_the_default_counts_as_untouched() -> None:
    form = form_of(by_slug("v1"))
    parts = {**form.start, **form.write({"num_images": 1, "guidance_scale": 3.5, "seed": 0})}
    assert form.read(parts) == {"seed": 0}


def test_true_is_not_one() -> None:
    form = form_of(by_slug("v1"))
    assert form.read({"num_images.value": True}) == {"num_images": True}


def test_a_suggested_value_is_always_sent() -> None:
    form = form_of(by_slug("v1.1-ultra-finetuned"))
    assert form.read({**form.start, "finetune_strength.value": 1}) == {"finetune_strength": 1.0}
    assert form.read({**form.start, "finetune_strength.value": None}) == {}


def test_defaults_are_kept_where_they_are_asked_for() -> None:
    form = form_of(by_slug("v1.1-ultra"))
    kept = form.read(form.start, keep_defaults=True)
    assert kept["aspect_ratio"] == "16:9"
    assert kept["raw"] is False
    assert "seed" not in kept
    assert "prompt" not in kept


def test_parts_that_no_field_has_are_passed_over() -> None:
    form = form_of(by_slug("v1.1"))
    held: dict[str, Any] = {"nothing.value": 1, "value": 2, "run": "Run", "": None}
    assert form.read(held) == {}
    assert form.write({"nothing": 1}) == {}
