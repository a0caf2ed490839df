"""What a mask's pixels have to be."""

import io

from PIL import Image

from tests.browser.pages.painter import Point, distance_to

STROKE: list[Point] = [(100, 100), (220, 300), (500, 140)]


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def levels(mask: Image.Image) -> set[int]:
    """The values that the mask has."""
    return {value for value, count in enumerate(mask.histogram()) if count}


def assert_stroke(mask: Image.Image, line: list[Point], brush: int, slack: float = 2.5) -> None:
    """White within the brush of the line, black beyond it; `slack` is a pixel of the screen."""
    pixels = mask.load()
    assert pixels is not None
    for x in range(0, mask.width, 3):
        for y in range(0, mask.height, 3):
            away = distance_to((x + 0.5, y + 0.5), line)
            if away < brush / 2 - slack:
                assert pixels[x, y] == 255, (x, y)
            elif away > brush / 2 + slack:
                assert pixels[x, y] == 0, (x, y)
