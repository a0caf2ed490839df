"""What practice pictures look like and depend on."""

import uuid
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind
from backend.endpoints.catalogue import load_catalogue
from backend.fal import practice_sizes
from backend.fal.practice_pictures import Motif, black, encode, fingerprint, paint
from backend.fal.practice_queue import Accepted
from backend.fal.practice_store import PracticeStore
from backend.fal.practice_studio import Studio

ENDPOINTS = load_catalogue().endpoints
SMALL = {"width": 96, "height": 64}
UPLOADS = {
    "red": "00000000-0000-4000-8000-000000000001.png",
    "blue": "00000000-0000-4000-8000-000000000002.png",
    "right": "00000000-0000-4000-8000-000000000003.png",
    "left": "00000000-0000-4000-8000-000000000004.png",
}


@pytest.fixture
def store() -> PracticeStore:
    kept = PracticeStore(None, lambda: 0.0)
    red, blue = Image.new("RGB", (96, 64), (190, 40, 30)), Image.new("RGB", (96, 64), (30, 50, 190))
    right = Image.new("L", (96, 64))
    right.paste(255, (40, 0, 96, 64))
    left = ImageChops.invert(right)
    for name, image in (("red", red), ("blue", blue), ("right", right), ("left", left)):
        kept.put_file(UPLOADS[name], encode(image.convert("RGB"), "png"))
    return kept


@pytest.fixture
def small_ultra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ultra family at 0.01 megapixels: the rules are the same, the test is quick."""
    monkeypatch.setattr(practice_sizes, "_ULTRA_PIXELS", 96 * 96)


async def _made(
    endpoint: Endpoint, given: dict[str, Any], store: PracticeStore, *, seed: int = 5
) -> list[Image.Image]:
    """The pictures of an input."""
    accepted = Accepted(
        request_id=str(uuid.uuid4()),
        endpoint_id=endpoint.endpoint_id,
        input=given,
        seed=int(given.get("seed", seed)),
        accepted_at=0,
        queue_seconds=0,
        run_seconds=0,
    )
    made = await Studio(store).pictures(endpoint, accepted)
    contents = [store.file(one.name) or b"" for one in made]
    return [Image.open(BytesIO(data)).convert("RGB") for data in contents]


def _first(field: Field) -> Any:
    """A value for any field."""
    return {
        Kind.IMAGE: f"http://127.0.0.1/files/{UPLOADS['red']}",
        Kind.MASK: f"http://127.0.0.1/files/{UPLOADS['right']}",
        Kind.IMAGE_SIZE: SMALL,
        Kind.ASPECT_RATIO: "3:2",
        Kind.BOOLEAN: False,
        Kind.SEED: 5,
        Kind.INTEGER: 1,
        Kind.NUMBER: 1.0,
        Kind.CHOICE: field.choices[0] if field.choices else "",
    }.get(field.kind, "a quiet hill")


def _second(field: Field) -> Any:
    """Another value for any field."""
    return {
        Kind.IMAGE: f"http://127.0.0.1/files/{UPLOADS['blue']}",
        Kind.MASK: f"http://127.0.0.1/files/{UPLOADS['left']}",
        Kind.IMAGE_SIZE: {"width": 64, "height": 96},
        Kind.ASPECT_RATIO: "2:3",
        Kind.BOOLEAN: True,
        Kind.SEED: 6,
        Kind.INTEGER: 2,
        Kind.NUMBER: 1.5 if (field.maximum or 2) > 1 else 0.5,
        Kind.CHOICE: field.choices[-1] if field.choices else "",
    }.get(field.kind, "a quiet hill too")


@pytest.fixture(scope="module")
def firsts() -> dict[str, Image.Image]:
    """By endpoint, the picture of its first values, which is painted once for all its fields."""
    return {}


def _unlike(first: Image.Image, second: Image.Image) -> float:
    """How far two pictures are apart, 0 to 255: what an eye would call another picture is 2."""
    if first.size != second.size:
        return 255.0
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).rms) / 3


@pytest.mark.usefixtures("small_ultra")
@pytest.mark.parametrize(
    ("endpoint", "field"),
    [(endpoint, field) for endpoint in ENDPOINTS for field in endpoint.fields],
    ids=lambda one: one.slug if isinstance(one, Endpoint) else one.name,
)
async def test_another_value_of_any_field_is_another_picture(
    endpoint: Endpoint, field: Field, store: PracticeStore, firsts: dict[str, Image.Image]
) -> None:
    given = {one.name: _first(one) for one in endpoint.fields}
    if endpoint.slug not in firsts:
        firsts[endpoint.slug] = (await _made(endpoint, given, store))[0]

    after = await _made(endpoint, {**given, field.name: _second(field)}, store)

    assert _unlike(firsts[endpoint.slug], after[0]) > 2


@pytest.mark.usefixtures("small_ultra")
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.slug)
async def test_the_same_input_is_the_same_picture_and_each_index_another(
    endpoint: Endpoint, store: PracticeStore
) -> None:
    given = {one.name: _first(one) for one in endpoint.fields} | {"num_images": 3}

    first = await _made(endpoint, dict(given), store)
    again = await _made(endpoint, dict(reversed(given.items())), store)

    assert [_unlike(a, b) for a, b in zip(first, again, strict=True)] == [0, 0, 0]
    assert min(_unlike(first[a], first[b]) for a, b in ((0, 1), (1, 2), (0, 2))) > 2


async def test_a_default_that_is_sent_and_one_that_is_not_paint_the_same(
    store: PracticeStore,
) -> None:
    endpoint = next(one for one in ENDPOINTS if one.slug == "v1.1")
    given = {"prompt": "a hill", "image_size": SMALL, "seed": 1}

    (silent,) = await _made(endpoint, given, store)
    (spoken,) = await _made(
        endpoint, {**given, "sync_mode": False, "num_images": 1, "safety_tolerance": "2"}, store
    )

    assert _unlike(silent, spoken) == 0


async def test_the_same_picture_uploaded_again_paints_the_same(store: PracticeStore) -> None:
    endpoint = next(one for one in ENDPOINTS if one.slug == "v1.1-redux")
    other = "00000000-0000-4000-8000-000000000009.png"
    store.put_file(other, store.file(UPLOADS["red"]) or b"")
    given = {"image_url": f"http://a/files/{UPLOADS['red']}", "image_size": SMALL, "seed": 1}

    (first,) = await _made(endpoint, given, store)
    (second,) = await _made(endpoint, {**given, "image_url": f"http://b/files/{other}"}, store)

    assert _unlike(first, second) == 0


async def test_a_reference_lends_its_colours(store: PracticeStore) -> None:
    endpoint = next(one for one in ENDPOINTS if one.slug == "v1.1-redux")
    given = {"image_size": SMALL, "seed": 1}

    def url(name: str) -> str:
        return f"http://a/files/{UPLOADS[name]}"

    (red,) = await _made(endpoint, {**given, "image_url": url("red")}, store)
    (blue,) = await _made(endpoint, {**given, "image_url": url("blue")}, store)

    red_mean, blue_mean = ImageStat.Stat(red).mean, ImageStat.Stat(blue).mean
    assert red_mean[0] > red_mean[2] + 40
    assert blue_mean[2] > blue_mean[0] + 40


def test_a_fill_changes_only_what_the_mask_shows() -> None:
    source = Image.new("RGB", (80, 60), (12, 34, 56))
    mask = Image.new("L", (80, 60))
    mask.paste(255, (50, 10, 80, 50))
    motif = Motif(
        size=(80, 60), prompt="hills", composition="c", light="l", source=source, mask=mask
    )

    painted = paint(motif)

    assert ImageChops.difference(painted, source).getbbox() == (50, 10, 80, 50)


def test_a_feathered_mask_fades_from_the_source_into_the_fill() -> None:
    source = Image.new("RGB", (80, 60), (255, 0, 255))
    all_over = Image.new("L", (80, 60), 255)
    mask = Image.linear_gradient("L").resize((80, 60)).point(lambda value: max(1, value))
    motif = Motif(
        size=(80, 60), prompt="hills", composition="c", light="l", source=source, mask=all_over
    )

    filled, faded = paint(motif), paint(replace(motif, mask=mask))

    expected = Image.composite(filled, source, mask)
    assert ImageChops.difference(faded, expected).getbbox() is None


def test_an_empty_mask_leaves_the_source_as_it_is() -> None:
    source = Image.new("RGB", (8, 6), (12, 34, 56))
    motif = Motif(
        size=(8, 6),
        prompt="x",
        composition="c",
        light="l",
        source=source,
        mask=Image.new("L", (8, 6)),
    )

    assert paint(motif).getcolors() == [(48, (12, 34, 56))]


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (17, 17), (300, 200)])
def test_any_size_can_be_painted(size: tuple[int, int]) -> None:
    assert paint(Motif(size=size, prompt="sea at night", composition="c", light="l")).size == size


@pytest.mark.parametrize("prompt", ["", "🌊" * 50, "ليل" * 30, "${a}<img onerror=x>", "x" * 20000])
def test_any_prompt_can_be_painted(prompt: str) -> None:
    motif = Motif(size=(64, 48), prompt=prompt, composition=prompt, light=prompt)

    assert paint(motif).size == (64, 48)


def test_the_word_stands_in_the_lower_right_corner(monkeypatch: pytest.MonkeyPatch) -> None:
    motif = Motif(size=(640, 400), prompt="x", composition="c", light="l")
    signed = paint(motif)
    monkeypatch.setattr("backend.fal.practice_pictures.WORD", "")
    bare = paint(motif)

    box = ImageChops.difference(signed, bare).getbbox()

    assert box is not None
    left, top, right, bottom = box
    assert left > 560
    assert top > 370
    assert right <= 640
    assert bottom <= 400


def test_a_covered_picture_is_black() -> None:
    assert black((4, 3)).getcolors() == [(12, (0, 0, 0))]


@pytest.mark.parametrize(("kind", "name"), [("png", "PNG"), ("jpeg", "JPEG")])
def test_both_formats_are_what_they_say_and_always_the_same_bytes(kind: str, name: str) -> None:
    image = paint(Motif(size=(60, 40), prompt="x", composition="c", light="l"))

    data = encode(image, kind)

    assert data == encode(image, kind)
    with Image.open(BytesIO(data)) as opened:
        assert opened.format == name


def test_a_fingerprint_does_not_depend_on_the_order_of_fields() -> None:
    one, two = {"a": 1, "b": b"x"}, {"b": b"x", "a": 1}

    assert fingerprint(one, "e") == fingerprint(two, "e")
    assert fingerprint(one, "e") != fingerprint(one, "f")
    assert fingerprint(one, "e") != fingerprint({"a": 1, "b": b"y"}, "e")
