"""A mask's edge is softened as a whole: seen at once, undone as a step, sent in the pixels."""

import random
from base64 import b64decode, b64encode
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from tests.browser.pages.painter import PainterPage
from tests.browser.painter.pixels import STROKE, assert_stroke, levels, png
from tests.browser.painter_app import Shelf, picture

LOAD = "(id) => painter.load(`/media/uploads/${id}`)"
FEATHERED = """async ([width, height, pixels, feather, rect]) => {
  const { feathered } = await import("/static/js/painter-feather.js");
  const data = Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0));
  const soft = feathered({ width, height, data }, feather, rect);
  return btoa(Array.from(soft, (byte) => String.fromCharCode(byte)).join(""));
}"""


def half(size: tuple[int, int], edge: int) -> Image.Image:
    """White from `edge` on to the right."""
    mask = Image.new("L", size, 0)
    mask.paste(255, (edge, 0, *size))
    return mask


def row(mask: Image.Image, y: int) -> list[int]:
    return list(mask.crop((0, y, mask.width, y + 1)).tobytes())


def ramp(feather: int) -> list[int]:
    """The pixels over an edge: both boxes over a step, counted by hand."""
    wide = 2 * -(-feather // 4) + 1
    boxes = (wide, feather + 2 - wide)
    weights = [0] * (feather + 1)
    for i in range(boxes[0]):
        for j in range(boxes[1]):
            weights[i + j] += 1
    all_of_them = boxes[0] * boxes[1]
    # the share of a window that has come over the edge; rounded as JavaScript does
    return [int(255 * sum(weights[: i + 1]) / all_of_them + 0.5) for i in range(feather)]


@pytest.mark.parametrize("feather", [2, 4, 6, 16, 38, 64])
def test_an_edge_fades_over_as_many_pixels_as_asked(painter: PainterPage, feather: int) -> None:
    painter.give_mask(png(half((600, 400), 250).convert("RGB")))
    painter.set_feather(feather)
    mask = painter.mask()
    assert (mask.mode, mask.size, mask.format) == ("L", (600, 400), "PNG")
    first = row(mask, 0)
    begin, end = 250 - feather // 2, 250 + feather // 2
    assert set(first[:begin]) == {0}
    assert set(first[end:]) == {255}
    assert first[begin:end] == ramp(feather)
    assert all(one <= other for one, other in pairwise(first))
    assert all(row(mask, y) == first for y in range(400))


def test_without_feather_nothing_is_grey(painter: PainterPage) -> None:
    expect(painter.feather_text).to_have_text("hard edge")
    painter.set_feather(16)
    painter.set_feather(0)
    painter.mouse_stroke(*STROKE)
    assert levels(painter.mask()) == {0, 255}


@pytest.mark.parametrize("size", [(601, 399), (64, 48), (33, 700)])
def test_a_feathered_mask_has_its_picture_s_size(bare: PainterPage, size: tuple[int, int]) -> None:
    bare.paint_on(picture(*size))
    bare.mouse_stroke((10, 10), (20, 30))
    bare.set_feather(8)
    mask = bare.mask()
    assert mask.size == size
    assert len(levels(mask)) > 2


def test_the_core_stays_white_and_what_is_far_stays_black(painter: PainterPage) -> None:
    painter.set_size(80)
    painter.mouse_stroke(*STROKE)
    hard = painter.mask()
    painter.set_feather(20)
    soft = painter.mask()
    assert soft.tobytes() != hard.tobytes()
    # beyond half the feather's width, along both axes, nothing has changed
    assert_stroke(soft, STROKE, painter.brush, slack=10 * 2**0.5 + 2.5)
    painter.set_feather(0)
    assert painter.mask().tobytes() == hard.tobytes()


def test_the_picture_s_own_edge_is_no_edge_of_the_mask(painter: PainterPage) -> None:
    painter.button("Fill all").click()
    painter.set_feather(64)
    assert levels(painter.mask()) == {255}


def test_painting_goes_on_under_a_soft_edge(painter: PainterPage) -> None:
    painter.set_feather(12)
    painter.mouse_stroke((100, 100), (220, 300))
    painter.mouse_stroke((220, 300), (500, 140))
    soft = painter.mask()
    painter.set_feather(0)
    assert_stroke(painter.mask(), STROKE, painter.brush)
    painter.set_feather(12)
    assert painter.mask().tobytes() == soft.tobytes()


def test_a_feather_is_a_step_of_undo(painter: PainterPage) -> None:
    painter.mouse_stroke(*STROKE)
    hard = painter.mask()
    painter.feather.focus()
    painter.page.keyboard.press("PageUp")
    chosen = painter.feather_text.inner_text()
    assert chosen != "hard edge"
    painter.expect_painted(f"9 % painted, the edge fades over {chosen}")
    soft = painter.mask()
    painter.button("Undo").click()
    expect(painter.feather_text).to_have_text("hard edge")
    expect(painter.feather).to_have_value("0")
    assert painter.mask().tobytes() == hard.tobytes()
    painter.button("Redo").click()
    expect(painter.feather_text).to_have_text(chosen)
    assert painter.mask().tobytes() == soft.tobytes()


def test_a_slider_that_is_dragged_is_one_step(painter: PainterPage) -> None:
    painter.mouse_stroke(*STROKE)
    box = painter.feather.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    painter.page.mouse.move(box["x"] + 2, y)
    painter.page.mouse.down()
    painter.page.mouse.move(box["x"] + box["width"] / 2, y, steps=8)
    painter.page.mouse.up()
    expect(painter.feather_text).not_to_have_text("hard edge")
    painter.button("Undo").click()
    expect(painter.feather_text).to_have_text("hard edge")
    painter.button("Undo").click()
    expect(painter.button("Undo")).to_have_attribute("aria-disabled", "true")


def test_a_stored_soft_mask_comes_back_as_it_was(painter: PainterPage, shelf: Shelf) -> None:
    painter.mouse_stroke(*STROKE)
    painter.set_feather(24)
    stored = painter.mask()
    painter.page.evaluate(LOAD, painter.commit().removeprefix("upload:"))
    painter.expect_painted("9 % painted, with soft edges")
    expect(painter.feather_text).to_have_text("hard edge")
    expect(painter.button("Undo")).to_have_attribute("aria-disabled", "true")
    again = painter.mask()
    assert len(shelf.names) == 2
    assert again.tobytes() == stored.tobytes()


def test_every_grey_of_a_stored_mask_comes_back(painter: PainterPage, shelf: Shelf) -> None:
    chance = random.Random(5)
    noise = Image.frombytes("L", (600, 400), chance.randbytes(600 * 400))
    painter.page.evaluate(LOAD, shelf.keep(png(noise)))
    assert painter.mask().tobytes() == noise.tobytes()


def test_a_soft_mask_from_a_file_stays_soft(painter: PainterPage) -> None:
    painter.set_feather(16)
    soft = Image.linear_gradient("L").resize((600, 400))
    painter.give_mask(png(soft))
    expect(painter.state).to_contain_text("with soft edges")
    expect(painter.feather_text).to_have_text("hard edge")
    assert painter.mask().tobytes() == soft.tobytes()
    painter.button("Undo").click()
    expect(painter.feather_text).to_have_text("16 px")


def test_a_brush_paints_hard_over_a_soft_mask(painter: PainterPage, shelf: Shelf) -> None:
    grey = Image.new("L", (600, 400), 100)
    painter.page.evaluate(LOAD, shelf.keep(png(grey)))
    painter.mouse_stroke(*STROKE)
    assert levels(painter.mask()) == {100, 255}
    painter.button("Undo").click()
    assert levels(painter.mask()) == {100}


def test_a_mask_that_is_thinner_than_its_feather_says_so(
    painter: PainterPage, shelf: Shelf
) -> None:
    painter.slider.focus()
    painter.page.keyboard.press("Home")
    painter.page.mouse.click(*painter.on_screen((300, 200)))
    painter.set_feather(64)
    dot = painter.page.evaluate("painter.commit().catch((reason) => reason.message)")
    assert "nothing of what is painted stays even half white" in dot
    expect(painter.error).to_have_text(dot)
    assert shelf.names == []
    painter.set_feather(0)
    assert painter.commit().startswith("upload:")


def test_the_form_s_reset_makes_the_edge_hard_again(painter: PainterPage) -> None:
    painter.mouse_stroke(*STROKE)
    painter.set_feather(24)
    painter.page.evaluate("painter.clear()")
    expect(painter.feather_text).to_have_text("hard edge")
    painter.button("Undo").click()
    expect(painter.feather_text).to_have_text("24 px")


def test_a_part_softened_alone_is_what_it_is_in_the_whole(bare: PainterPage) -> None:
    chance = random.Random(11)
    size = (70, 50)
    mask = Image.frombytes("L", size, bytes(chance.choices((0, 255), k=size[0] * size[1])))

    def softened(feather: int, left: int, top: int, right: int, bottom: int) -> Image.Image:
        rect = {"left": left, "top": top, "right": right, "bottom": bottom}
        given = [*size, b64encode(mask.tobytes()).decode(), feather, rect]
        pixels = b64decode(bare.page.evaluate(FEATHERED, given))
        return Image.frombytes("L", (right - left, bottom - top), pixels)

    for feather in (0, 2, 10, 64):
        whole = softened(feather, 0, 0, *size)
        for box in ((0, 0, 70, 7), (0, 7, 70, 50), (13, 9, 40, 31), (69, 49, 70, 50)):
            part = softened(feather, *box)
            assert ImageChops.difference(part, whole.crop(box)).getbbox() is None


# ── on the screen ────────────────────────────────────────────────────────────────────────────

SHADES = """async ([x0, y, x1]) => {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const canvas = document.querySelector(".pt-canvas");
  const pixels = canvas.getContext("2d").getImageData(x0, y, x1 - x0, 1).data;
  return Array.from(pixels).filter((_, i) => i % 4 === 3);
}"""


def shades(painter: PainterPage, at: int, reach: int, down: float = 0.5) -> list[int]:
    """How strong the tint is on a row of the canvas, `reach` pixels to both sides of `at`."""
    box: dict[str, Any] = painter.canvas.evaluate("(node) => ({w: node.width, h: node.height})")
    middle = round(at / painter.size[0] * box["w"])
    spot = [middle - reach, round(down * box["h"]), middle + reach]
    seen: list[int] = painter.page.evaluate(SHADES, spot)
    return seen


def test_a_soft_edge_is_seen_at_once(painter: PainterPage) -> None:
    painter.give_mask(png(half((600, 400), 300).convert("RGB")))
    expect(painter.state).to_contain_text("50 % painted")
    hard = shades(painter, 300, 40)
    assert set(hard[:36]) == {0}
    assert len(set(hard[-36:])) == 1
    painter.set_feather(64)
    soft = shades(painter, 300, 40)
    left, right = soft[:36], soft[-36:]
    for side in (left, right):
        assert all(one <= other for one, other in pairwise(side))
        assert len(set(side)) > 10
    assert soft[0] == 0
    assert soft[-1] == hard[-1]


def test_a_stroke_draws_no_more_than_it_has_changed(bare: PainterPage) -> None:
    bare.paint_on(picture(2048, 2048, "JPEG"))
    bare.set_size(60)
    bare.set_feather(32)
    bare.page.evaluate(
        """() => {
          const { prototype } = CanvasRenderingContext2D;
          const put = prototype.putImageData;
          window.drawn = [];
          prototype.putImageData = function (image, ...rest) {
            const { width, height } = this.canvas;
            window.drawn.push((image.width * image.height) / (width * height));
            return put.call(this, image, ...rest);
          };
        }"""
    )
    bare.mouse_stroke((300, 300), (600, 350), steps=20)
    drawn: list[float] = bare.page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.drawn))))"
    )
    assert drawn
    assert max(drawn) < 0.1
