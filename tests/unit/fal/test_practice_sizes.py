"""How large practice pictures are, and what they would be billed."""

import pytest

from backend.endpoints.catalogue import load_catalogue
from backend.fal.practice_sizes import (
    MOST_PIXELS,
    billed_units,
    by_ratio,
    fitting,
    output_size,
)

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ("1:1", (2048, 2048)),
        ("16:9", (2752, 1536)),
        ("9:16", (1536, 2752)),
        ("21:9", (3136, 1344)),
        ("9:21", (1344, 3136)),
    ],
)
def test_the_ultra_family_makes_four_megapixels_in_the_asked_shape(
    ratio: str, size: tuple[int, int]
) -> None:
    assert by_ratio(ratio) == size


@pytest.mark.parametrize("ratio", ["1:99999", "99999:1", "1" * 5000 + ":1", "5:4", "3:0", "wide"])
def test_any_ratio_gives_a_picture_of_a_sane_size(ratio: str) -> None:
    width, height = by_ratio(ratio)

    assert width % 32 == height % 32 == 0
    assert 3_900_000 < width * height < 4_700_000


def test_an_image_size_is_taken_as_it_is() -> None:
    endpoint = CATALOGUE.by_slug("v1.1")

    assert output_size(endpoint, {"image_size": {"width": 333, "height": 77}}) == (333, 77)
    assert output_size(endpoint, {"image_size": {"width": 640}}) == (640, 512)
    assert output_size(endpoint, {"image_size": "portrait_16_9"}) == (576, 1024)
    assert output_size(endpoint, {}) == (1024, 768)


def test_an_enormous_size_comes_smaller_in_the_same_shape() -> None:
    width, height = fitting((14142, 7071))

    assert width * height <= MOST_PIXELS
    assert width / height == pytest.approx(2, rel=0.001)
    assert fitting((14142, 1)) == (14142, 1)


def test_a_fill_has_the_size_of_its_source() -> None:
    assert output_size(CATALOGUE.by_slug("v1-fill"), {}, (123, 45)) == (123, 45)


def test_units_are_images_or_megapixels_rounded_up_for_each_image() -> None:
    sizes = [(1024, 1024), (1000, 1000)]

    assert billed_units(CATALOGUE.by_slug("v1.1-ultra"), sizes) == 2
    assert billed_units(CATALOGUE.by_slug("v1.1"), sizes) == 3
