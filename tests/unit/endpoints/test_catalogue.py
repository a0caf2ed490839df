"""The nine files, a tenth one, and broken ones."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.domain.errors import InputRefused
from backend.domain.field import UNSET, Kind
from backend.endpoints.catalogue import (
    HERE,
    Catalogue,
    CatalogueBroken,
    EndpointUnknown,
    load_catalogue,
)
from backend.endpoints.check_input import check_input
from backend.endpoints.price import estimate

LONG, TEXT, INT, NUM = Kind.LONG_TEXT, Kind.TEXT, Kind.INTEGER, Kind.NUMBER
BOOL, CHOICE, SEED = Kind.BOOLEAN, Kind.CHOICE, Kind.SEED
RATIO, SIZE, IMAGE, MASK = Kind.ASPECT_RATIO, Kind.IMAGE_SIZE, Kind.IMAGE, Kind.MASK

#: every endpoint has these
SHARED = {
    "prompt": LONG,
    "seed": SEED,
    "num_images": INT,
    "output_format": CHOICE,
    "safety_tolerance": CHOICE,
    "sync_mode": BOOL,
}
ENHANCE = {"enhance_prompt": BOOL}
STEPS = {"num_inference_steps": INT, "guidance_scale": NUM}
ULTRA = {"image_url": IMAGE, "image_prompt_strength": NUM, "aspect_ratio": RATIO, "raw": BOOL}
FILL = {"image_url": IMAGE, "mask_url": MASK}
FINETUNE = {"finetune_id": TEXT, "finetune_strength": NUM}
REDUX = {"image_url": IMAGE, "image_size": SIZE}

KINDS: dict[str, dict[str, Kind]] = {
    "v1.1-ultra": SHARED | ENHANCE | ULTRA,
    "v1.1": SHARED | ENHANCE | {"image_size": SIZE},
    "v1": SHARED | STEPS | {"image_size": SIZE},
    "v1.1-ultra-redux": SHARED | ENHANCE | ULTRA,
    "v1.1-redux": SHARED | ENHANCE | STEPS | REDUX,
    "v1-redux": SHARED | ENHANCE | STEPS | REDUX,
    "v1-fill": SHARED | ENHANCE | FILL,
    "v1.1-ultra-finetuned": SHARED | ENHANCE | ULTRA | FINETUNE,
    "v1-fill-finetuned": SHARED | ENHANCE | FILL | FINETUNE,
}

IDS = {
    "fal-ai/flux-pro/v1.1-ultra": "v1.1-ultra",
    "fal-ai/flux-pro/v1.1": "v1.1",
    "fal-ai/flux-pro": "v1",
    "fal-ai/flux-pro/v1.1-ultra/redux": "v1.1-ultra-redux",
    "fal-ai/flux-pro/v1.1/redux": "v1.1-redux",
    "fal-ai/flux-pro/v1/redux": "v1-redux",
    "fal-ai/flux-pro/v1/fill": "v1-fill",
    "fal-ai/flux-pro/v1.1-ultra-finetuned": "v1.1-ultra-finetuned",
    "fal-ai/flux-pro/v1/fill-finetuned": "v1-fill-finetuned",
}


def test_the_nine_endpoints_stand_in_the_order_of_their_tabs(catalogue: Catalogue) -> None:
    assert {e.endpoint_id: e.slug for e in catalogue.endpoints} == IDS
    assert [e.order for e in catalogue.endpoints] == list(range(1, 10))


def test_each_file_is_called_by_its_slug() -> None:
    names = {json.loads(f.read_text(encoding="utf-8"))["slug"]: f.stem for f in HERE.glob("*.json")}
    assert names == {slug: slug for slug in KINDS}


@pytest.mark.parametrize("slug", KINDS)
def test_every_field_has_its_kind(catalogue: Catalogue, slug: str) -> None:
    fields = catalogue.by_slug(slug).fields
    assert {field.name: field.kind for field in fields} == KINDS[slug]


@pytest.mark.parametrize("slug", KINDS)
def test_a_tab_can_say_what_it_is_for(catalogue: Catalogue, slug: str) -> None:
    endpoint = catalogue.by_slug(slug)
    assert 20 < len(endpoint.about) < 140
    assert endpoint.about.endswith(".")
    assert endpoint.links["model"] == f"https://fal.ai/models/{endpoint.endpoint_id}"
    assert all(field.label != field.name and field.help for field in endpoint.fields)


@pytest.mark.parametrize("slug", KINDS)
def test_what_must_be_filled_in_is_never_hidden(catalogue: Catalogue, slug: str) -> None:
    fields = catalogue.by_slug(slug).fields
    hidden = [field for field in fields if field.advanced]
    assert not [f.name for f in hidden if f.required or f.is_picture or f.name == "prompt"]
    assert 2 <= len([f for f in fields if not f.advanced and f.name != "prompt"]) <= 5
    assert fields[0].name == "prompt"
    assert [f.advanced for f in fields] == sorted(f.advanced for f in fields)


def test_the_form_begins_with_prompt_and_pictures_then_what_people_change(
    catalogue: Catalogue,
) -> None:
    names = [f.name for f in catalogue.by_slug("v1-fill-finetuned").fields if not f.advanced]
    assert names == ["prompt", "image_url", "mask_url", "finetune_id", "finetune_strength"]
    names = [f.name for f in catalogue.by_slug("v1.1").fields if not f.advanced]
    assert names == ["prompt", "image_size", "num_images", "seed"]


def test_fields_carry_limits_defaults_and_choices(catalogue: Catalogue) -> None:
    redux = catalogue.by_slug("v1.1-redux")
    steps, size = redux.field("num_inference_steps"), redux.field("image_size")
    assert steps is not None
    assert (steps.minimum, steps.maximum, steps.default) == (1, 50, 28)
    assert size is not None
    assert size.named_sizes["landscape_16_9"] == (1024, 576)
    assert tuple(size.named_sizes) == size.choices
    assert (size.minimum, size.maximum, size.open_choices) == (1, 14142, True)
    seed = redux.field("seed")
    assert seed is not None
    assert seed.default is UNSET
    tolerance = redux.field("safety_tolerance")
    assert tolerance is not None
    assert tolerance.choices == ("1", "2", "3", "4", "5", "6")


def test_a_mask_knows_its_picture_and_a_strength_where_it_starts(catalogue: Catalogue) -> None:
    fill = catalogue.by_slug("v1-fill-finetuned")
    mask, strength = fill.field("mask_url"), fill.field("finetune_strength")
    assert mask is not None
    assert mask.same_size_as == "image_url"
    assert strength is not None
    assert (strength.default, strength.start) == (UNSET, 1.0)


def test_a_price_never_was_a_float(catalogue: Catalogue) -> None:
    prices = {e.slug: e.pricing.amount_usd for e in catalogue.endpoints}
    assert all(type(price) is Decimal for price in prices.values())
    assert prices["v1.1-ultra-finetuned"] == Decimal("0.07")


def test_an_unknown_endpoint_is_refused(catalogue: Catalogue) -> None:
    assert catalogue.by_id("fal-ai/flux-pro").slug == "v1"
    with pytest.raises(EndpointUnknown):
        catalogue.by_id("fal-ai/flux-pro/v2")
    with pytest.raises(InputRefused):
        catalogue.by_slug("../v1")


def test_a_tenth_file_is_a_tenth_endpoint_and_nothing_else_changes(
    folder: Path, tenth: dict[str, Any]
) -> None:
    (folder / "v9.json").write_text(json.dumps(tenth), encoding="utf-8")
    endpoints = load_catalogue(folder)
    assert len(endpoints.endpoints) == 10
    endpoint = endpoints.by_slug("v9")
    assert endpoints.by_id("fal-ai/flux-pro/v9") is endpoint
    kinds = [(field.name, field.kind) for field in endpoint.fields]
    assert kinds == [
        ("prompt", LONG),
        ("reference", IMAGE),
        ("seed", SEED),
        ("num_images", INT),
        ("steps", INT),
    ]
    assert estimate(endpoint, {"num_images": 2}).text == "$0.20"
    assert set(check_input(endpoint, {"steps": 21})) == {"prompt", "steps"}


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        *parents, last = path.split("/")
        for key in parents:
            raw = raw[key]
        raw[last] = value

    return change


def _drop(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda raw: raw.pop(key)


FIELDS = "input/properties/"
SIZE_SIDES = {"type": "object", "properties": {s: {"type": "integer"} for s in ("width", "height")}}
NAMES = {"type": "string", "enum": ["a", "b"]}
BROKEN: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("pricing", _drop("pricing")),
    ("label", _set("label", 7)),
    ("label", _set("label", " ")),
    ("order", _set("order", True)),
    ("prices", _set("prices", {})),
    ("slug", _set("slug", "V9")),
    ("slug", _set("slug", "..")),
    ("slug", _set("slug", 'v9"><b>')),
    ("slug", _set("slug", "v9\n")),
    ("endpoint_id", _set("endpoint_id", "fal-ai/../admin")),
    ("endpoint_id", _set("endpoint_id", "https://elsewhere.example")),
    ("status", _set("status", "gone")),
    ("links.model", _set("links", {"terms": "https://x.example"})),
    ("links.terms", _set("links/terms", "javascript:alert(1)")),
    ("links.note", _set("links/note", 1)),
    ("main", _set("main", ["sed"])),
    ("main", _set("main", [1])),
    ("facts", _set("facts", [{}])),
    ("input.type", _set("input", {"type": "array"})),
    ("input.properties", _set("input/properties", {})),
    ("input.required", _set("input/required", ["mask"])),
    ("input.required", _set("input/required", "prompt")),
    ("steps", _set(FIELDS + "steps", {"type": "list"})),
    ("steps", _set(FIELDS + "steps", True)),
    ("steps", _set(FIELDS + "steps", {"type": "array"})),
    ("steps", _set(FIELDS + "steps", {"type": ["integer", "null"]})),
    ("steps", _set(FIELDS + "steps", {"$ref": "#/x"})),
    ("steps", _set(FIELDS + "steps", {"type": "integer", "enum": [1, 2]})),
    ("steps", _set(FIELDS + "steps", {"anyOf": [{"type": "integer"}, {"type": "null"}]})),
    ("steps", _set(FIELDS + "steps", {"type": "integer", "default": 2.0})),
    ("steps", _set(FIELDS + "steps", {"type": "integer", "default": 9, "maximum": 4})),
    ("steps", _set(FIELDS + "steps", {"type": "number", "x-suggested": "1"})),
    ("steps", _set(FIELDS + "steps", {"type": "string", "enum": ["a", "b", "a"]})),
    ("steps", _set(FIELDS + "steps", {"type": "string", "x-kind": "colour"})),
    ("steps", _set(FIELDS + "steps", {"type": "string", "x-kind": "seed"})),
    ("steps", _set(FIELDS + "steps", {"type": "string", "title": 5})),
    ("reference", _set(FIELDS + "reference", {"type": "string", "x-media": "video"})),
    ("reference", _set(FIELDS + "reference", {"type": "integer", "x-media": "image"})),
    (
        "m",
        _set(FIELDS + "m", {"type": "string", "x-media": "mask", "x-mask": {"same_size_as": "p"}}),
    ),
    ("m", _set(FIELDS + "m", {"type": "string", "x-media": "mask", "x-mask": 4})),
    ("s", _set(FIELDS + "s", {"anyOf": [NAMES, SIZE_SIDES]})),
    ("s", _set(FIELDS + "s", {"anyOf": [NAMES, SIZE_SIDES], "x-presets": {"a": 1, "b": 2}})),
    (
        "s",
        _set(
            FIELDS + "s",
            {
                "anyOf": [
                    NAMES,
                    {
                        "type": "object",
                        "properties": {
                            "width": {"type": "integer", "maximum": 8},
                            "height": {"type": "integer", "maximum": 9},
                        },
                    },
                ]
            },
        ),
    ),
    ("pricing.amount_usd", _set("pricing/amount_usd", "0.1")),
    ("pricing.amount_usd", _set("pricing/amount_usd", 0)),
    ("pricing.amount", _set("pricing/amount", 1)),
    ("pricing.unit", _set("pricing/unit", "second")),
    ("pricing.confidence", _set("pricing/confidence", ["official"])),
    ("pricing.rounding", _set("pricing/rounding", "down")),
    ("pricing.worst_case_pixels", _set("pricing/worst_case_pixels", -1)),
    ("pricing.size_from", _set("pricing/size_from", "image_size")),
    ("pricing.size_from", _set("pricing/size_from", "seed")),
    (
        "pricing.size_from",
        _set(
            "pricing",
            {
                "amount_usd": 1,
                "unit": "megapixel",
                "confidence": "inferred",
                "rounding": "up_to_next_whole_megapixel",
            },
        ),
    ),
]


@pytest.mark.parametrize(("field", "change"), BROKEN)
def test_a_broken_file_is_named_with_its_field_in_one_sentence(
    load: Callable[..., Catalogue],
    tenth: dict[str, Any],
    field: str,
    change: Callable[[dict[str, Any]], None],
) -> None:
    change(tenth)
    with pytest.raises(CatalogueBroken) as caught:
        load(v9=tenth)
    message = str(caught.value)
    assert message.startswith(f"Endpoint file v9.json, {field}: ")
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON at line 1"),
        ('{"slug": "v9",}', "not JSON at line 1, column 15"),
        ("[]", "one JSON object"),
        ('{"order": NaN}', "NaN"),
        ('{"slug": "a", "slug": "b"}', "slug: the key stands there twice"),
        ("[" * 200_000, "not JSON that can be read"),
        ('{"order": ' + "9" * 5000 + "}", "not JSON that can be read"),
    ],
)
def test_a_file_that_is_not_json_is_named(
    load: Callable[..., Catalogue], text: str, words: str
) -> None:
    with pytest.raises(CatalogueBroken, match=r"^Endpoint file v9\.json") as caught:
        load(v9=text)
    assert words in str(caught.value)


def test_bytes_that_are_not_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "v9.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(CatalogueBroken, match=r"v9\.json, file: it can't be read"):
        load_catalogue(tmp_path)


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueBroken, match="there is no endpoint file"):
        load_catalogue(tmp_path)


@pytest.mark.parametrize("key", ["slug", "endpoint_id"])
def test_two_files_cannot_share_a_name(
    load: Callable[..., Catalogue], tenth: dict[str, Any], key: str
) -> None:
    other = tenth | {"slug": "v8", "endpoint_id": "fal-ai/flux-pro/v8", key: tenth[key]}
    with pytest.raises(CatalogueBroken, match=rf"v9\.json, {key}: .* is taken by v8\.json"):
        load(v8=other, v9=tenth)
