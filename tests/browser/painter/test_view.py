"""Zoom and pan: what is painted lands where it is seen, and the page scrolls when it should."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages.painter import PainterPage, Point
from tests.browser.painter.pixels import STROKE, assert_stroke
from tests.browser.painter_app import Shelf, picture


def percent(painter: PainterPage) -> int:
    """As it is said once the window's size of now is drawn."""
    painter.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return int(painter.percent.inner_text().removesuffix(" %"))


def magnification(painter: PainterPage) -> float:
    """Pixels of the window for one of the picture."""
    box = painter.picture.bounding_box()
    assert box is not None
    return box["width"] / painter.size[0]


def zoom_to(painter: PainterPage, times: float, at: Point) -> None:
    """Ctrl and the wheel over that point, until the picture is so many times as large as whole."""
    frame = painter.canvas.bounding_box()
    assert frame is not None
    whole = frame["width"] / painter.size[0]
    # wheels tell whole pixels of the window only
    x, y = painter.on_screen(at)
    spot = (round(x), round(y))
    under = painter.under(spot)
    painter.page.mouse.move(*spot)
    painter.page.keyboard.down("Control")
    while (now := magnification(painter)) < whole * times * 0.999:
        painter.page.mouse.wheel(0, -100)
        painter.page.wait_for_function(
            "([node, was]) => node.getBoundingClientRect().width > was",
            arg=[painter.picture.element_handle(), 1.01 * now * painter.size[0]],
        )
    painter.page.keyboard.up("Control")
    # what was under the mouse still is
    assert painter.on_screen(under) == pytest.approx(spot, abs=1)


def one_pixel(painter: PainterPage, at: tuple[int, int]) -> None:
    """A click with the smallest brush in the middle of a pixel: two by two around its corner."""
    painter.page.mouse.click(*painter.on_screen((at[0], at[1])))


def painted_box(painter: PainterPage) -> tuple[int, int, int, int] | None:
    return painter.mask().getbbox()


@pytest.mark.parametrize("scale", [1, 2, 8])
@pytest.mark.parametrize("size", [(600, 400), (601, 397), (97, 211)])
def test_a_dot_lands_on_the_very_pixels_at_any_zoom(
    bare: PainterPage, scale: int, size: tuple[int, int]
) -> None:
    bare.paint_on(picture(*size))
    at = (size[0] // 3, size[1] // 2)
    if scale > 1:
        zoom_to(bare, scale, at)
    bare.slider.focus()
    bare.page.keyboard.press("Home")
    assert bare.brush == 2
    one_pixel(bare, at)
    box = painted_box(bare)
    assert box is not None
    # a brush of two pixels around a corner; half a pixel of the window is the mouse's own doubt
    doubt = 0.5 + 1 / magnification(bare)
    assert box == pytest.approx((at[0] - 1, at[1] - 1, at[0] + 1, at[1] + 1), abs=doubt)
    if magnification(bare) >= 4:
        assert box == (at[0] - 1, at[1] - 1, at[0] + 1, at[1] + 1)


@pytest.mark.parametrize("larger", [False, True])
def test_a_stroke_lands_where_it_is_drawn_after_zoom_and_pan(
    painter: PainterPage, larger: bool
) -> None:
    if larger:
        painter.button("Larger").click()
        expect(painter.dialog).to_be_visible()
    painter.set_size(20)
    zoom_to(painter, 3, (500, 100))
    drag_by_middle_button(painter, 90, -40)
    line: list[Point] = [(470, 110), (520, 160), (560, 120)]
    painter.mouse_stroke(*line)
    assert_stroke(painter.mask(), line, painter.brush, slack=1)


def drag_by_middle_button(painter: PainterPage, across: int, down: int) -> None:
    frame = painter.canvas.bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    before = painter.on_screen((0, 0))
    painter.page.mouse.move(x, y)
    painter.page.mouse.down(button="middle")
    painter.page.mouse.move(x + across, y + down, steps=3)
    painter.page.mouse.up(button="middle")
    after = painter.on_screen((0, 0))
    assert after == pytest.approx((before[0] + across, before[1] + down), abs=1)


@pytest.mark.parametrize("ratio", [2, 0.8, 1.25])
def test_strokes_land_right_on_a_dense_screen_and_under_the_browser_s_zoom(
    browser: Browser, shelf: Shelf, ratio: float
) -> None:
    context = browser.new_context(
        device_scale_factor=ratio, viewport={"width": round(1000 / ratio), "height": 900}
    )
    page = context.new_page()
    page.goto(shelf.url)
    expect(page.locator("html")).to_have_attribute("data-ready", "1")
    painter = PainterPage(page, shelf)
    painter.paint_on(picture(601, 397))
    painter.set_size(16)
    zoom_to(painter, 4, (200, 150))
    line: list[Point] = [(180, 140), (220, 170)]
    painter.mouse_stroke(*line)
    assert_stroke(painter.mask(), line, painter.brush, slack=1)
    dense = painter.canvas.evaluate("(node) => node.width / node.getBoundingClientRect().width")
    assert dense == pytest.approx(ratio, rel=0.01)
    context.close()


def test_the_brush_keeps_its_size_in_the_picture(painter: PainterPage) -> None:
    painter.set_size(40)
    before = painter.brush
    zoom_to(painter, 4, (300, 200))
    assert painter.brush == before
    painter.page.mouse.move(*painter.on_screen((300, 200)))
    ring = painter.ring.bounding_box()
    assert ring is not None
    assert ring["width"] == pytest.approx(before * magnification(painter), abs=1)
    middle = (ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    assert middle == pytest.approx(painter.on_screen((300, 200)), abs=1.5)


def test_keys_and_buttons_zoom_and_say_so(painter: PainterPage) -> None:
    whole = percent(painter)
    painter.canvas.focus()
    painter.page.keyboard.press("+")
    assert percent(painter) == pytest.approx(whole * 1.4, abs=1.5)
    expect(painter.page.locator("[data-announcer]")).to_have_text(f"Zoom {percent(painter)} %")
    painter.page.keyboard.press("-")
    assert percent(painter) == whole
    painter.button("Zoom in").click()
    painter.button("Zoom in").click()
    assert percent(painter) > 1.9 * whole
    painter.button("Zoom out").click()
    painter.page.keyboard.press("0")
    assert percent(painter) == whole
    for _ in range(30):
        painter.page.keyboard.press("=")
    assert percent(painter) == pytest.approx(800, abs=1)
    painter.button("Whole picture").click()
    assert percent(painter) == whole


def test_the_wheel_scrolls_the_page_while_the_picture_is_whole(painter: PainterPage) -> None:
    painter.page.set_viewport_size({"width": 1000, "height": 500})
    painter.page.evaluate("scrollTo(0, 0)")
    painter.canvas.scroll_into_view_if_needed()
    before = painter.page.evaluate("scrollY")
    whole = percent(painter)
    painter.page.mouse.move(*painter.on_screen((300, 200)))
    painter.page.mouse.wheel(0, -120)
    painter.page.wait_for_function("(was) => scrollY < was", arg=before)
    assert percent(painter) == whole


def test_the_wheel_zooms_in_the_larger_window_and_while_zoomed(painter: PainterPage) -> None:
    painter.button("Larger").click()
    expect(painter.dialog).to_be_visible()
    whole = percent(painter)
    painter.page.mouse.move(*painter.on_screen((300, 200)))
    painter.page.mouse.wheel(0, -300)
    expect(painter.percent).not_to_have_text(f"{whole} %")
    painter.page.keyboard.press("Escape")
    expect(painter.dialog).to_be_hidden()
    closer = percent(painter)
    painter.canvas.scroll_into_view_if_needed()
    painter.page.mouse.move(*middle(painter))
    painter.page.mouse.wheel(0, -300)
    expect(painter.percent).not_to_have_text(f"{closer} %")
    assert percent(painter) > closer


def middle(painter: PainterPage) -> Point:
    frame = painter.canvas.bounding_box()
    assert frame is not None
    return frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2


def test_larger_shows_the_same_part(painter: PainterPage) -> None:
    zoom_to(painter, 4, (450, 100))

    def shares() -> Point:
        frame, whole = painter.canvas.bounding_box(), painter.picture.bounding_box()
        assert frame is not None
        assert whole is not None
        return (
            (frame["x"] - whole["x"]) / whole["width"],
            (frame["y"] - whole["y"]) / whole["height"],
        )

    before = shares()
    painter.button("Larger").click()
    expect(painter.dialog).to_be_visible()
    assert shares() == pytest.approx(before, abs=0.01)


def test_space_and_a_drag_move_the_picture_and_paint_nothing(painter: PainterPage) -> None:
    zoom_to(painter, 4, (300, 200))
    painter.canvas.focus()
    before = painter.on_screen((300, 200))
    painter.page.keyboard.down("Space")
    drag(painter, 60, 30)
    painter.page.keyboard.up("Space")
    assert painter.on_screen((300, 200)) == pytest.approx((before[0] + 60, before[1] + 30), abs=1)
    painter.expect_painted("Paint over what should change.")
    painter.page.keyboard.press("Space")
    expect(painter.state).to_contain_text("% painted")


def test_space_and_a_drag_over_the_whole_picture_paint_nothing(painter: PainterPage) -> None:
    painter.canvas.focus()
    painter.page.keyboard.down("Space")
    drag(painter, 60, 30)
    painter.page.keyboard.up("Space")
    painter.expect_painted("Paint over what should change.")


def drag(painter: PainterPage, across: float, down: float) -> None:
    x, y = middle(painter)
    painter.page.mouse.move(x, y)
    painter.page.mouse.down()
    painter.page.mouse.move(x + across, y + down, steps=3)
    painter.page.mouse.up()


def test_the_hand_drags_and_a_click_of_it_brings_a_point_to_the_middle(
    painter: PainterPage,
) -> None:
    painter.canvas.focus()
    painter.page.keyboard.press("h")
    expect(painter.button("Hand")).to_have_attribute("aria-pressed", "true")
    zoom_to(painter, 4, (300, 200))
    before = painter.on_screen((300, 200))
    drag(painter, -50, 20)
    assert painter.on_screen((300, 200)) == pytest.approx((before[0] - 50, before[1] + 20), abs=1)
    painter.page.mouse.click(*painter.on_screen((330, 190)))
    assert painter.on_screen((330, 190)) == pytest.approx(middle(painter), abs=1.5)
    before = painter.on_screen((300, 200))
    painter.page.keyboard.press("ArrowRight")
    assert painter.on_screen((300, 200))[0] < before[0] - 30
    painter.page.keyboard.press("Space")
    expect(painter.ring).to_be_hidden()
    painter.expect_painted("Paint over what should change.")
    painter.page.keyboard.press("b")
    painter.page.mouse.click(*painter.on_screen((310, 200)))
    expect(painter.state).to_contain_text("% painted")


def test_the_picture_can_t_be_dragged_out_of_its_frame(painter: PainterPage) -> None:
    zoom_to(painter, 2, (300, 200))
    for across, down in ((900, 900), (-900, -900)):
        drag_by_hand(painter, across, down)
        frame, whole = painter.canvas.bounding_box(), painter.picture.bounding_box()
        assert frame is not None
        assert whole is not None
        assert whole["x"] <= frame["x"] + 0.5
        assert whole["y"] <= frame["y"] + 0.5
        assert whole["x"] + whole["width"] >= frame["x"] + frame["width"] - 0.5
        assert whole["y"] + whole["height"] >= frame["y"] + frame["height"] - 0.5


def drag_by_hand(painter: PainterPage, across: float, down: float) -> None:
    painter.button("Hand").click()
    drag(painter, across, down)


def test_the_view_follows_a_brush_that_is_moved_by_keys(painter: PainterPage) -> None:
    painter.set_size(24)
    zoom_to(painter, 4, (300, 200))
    painter.page.mouse.move(5, 5)
    painter.canvas.focus()
    for _ in range(25):
        painter.page.keyboard.press("Shift+ArrowRight")
    frame, ring = painter.canvas.bounding_box(), painter.ring.bounding_box()
    assert frame is not None
    assert ring is not None
    assert frame["x"] <= ring["x"]
    assert ring["x"] + ring["width"] <= frame["x"] + frame["width"] + 1
    mask = painter.mask()
    box = mask.getbbox()
    assert box is not None
    start, step = 300, painter.brush / 4
    assert box[2] == pytest.approx(start + 25 * step + painter.brush / 2, abs=6)
    assert box[3] - box[1] == pytest.approx(painter.brush, abs=1)


def test_zooming_in_by_keys_keeps_the_brush_in_sight(painter: PainterPage) -> None:
    painter.canvas.focus()
    for _ in range(12):
        painter.page.keyboard.press("ArrowRight")
    for _ in range(8):
        painter.page.keyboard.press("+")
    frame, ring = painter.canvas.bounding_box(), painter.ring.bounding_box()
    assert frame is not None
    assert ring is not None
    centre = ring["x"] + ring["width"] / 2
    assert frame["x"] < centre < frame["x"] + frame["width"]


def test_what_is_seen_while_zoomed_is_what_is_painted(bare: PainterPage) -> None:
    """Blocks of the overlay and pixels of the mask, at eight pixels of the window for one."""
    bare.paint_on(picture(60, 40))
    bare.slider.focus()
    bare.page.keyboard.press("Home")
    bare.page.mouse.click(*bare.on_screen((30, 20)))
    painted = bare.mask().getbbox()
    assert painted == (29, 19, 31, 21)
    seen = bare.page.evaluate(
        """async () => {
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const canvas = document.querySelector(".pt-canvas");
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          let [left, top, right, bottom] = [width, height, 0, 0];
          for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
            if (!data[4 * (y * width + x) + 3]) continue;
            [left, top] = [Math.min(left, x), Math.min(top, y)];
            [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
          }
          return [left, top, right, bottom].map((at) => (at * 60) / width);
        }"""
    )
    assert seen == pytest.approx(painted, abs=0.3)


def test_another_picture_is_shown_whole(painter: PainterPage) -> None:
    zoom_to(painter, 4, (300, 200))
    painter.paint_on(picture(500, 300))
    expect(painter.root.locator(".pt-frame")).to_have_attribute("data-zoomed", "false")
    painter.mouse_stroke((100, 100), (300, 100))
    assert painter.mask().getpixel((200, 100)) == 255


def test_a_stroke_over_the_whole_still_lands_right(painter: PainterPage, page: Page) -> None:
    zoom_to(painter, 2, (300, 200))
    page.keyboard.press("0")
    painter.canvas.focus()
    page.keyboard.press("0")
    painter.set_size(40)
    painter.mouse_stroke(*STROKE)
    assert_stroke(painter.mask(), STROKE, painter.brush)
