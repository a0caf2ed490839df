"""Pens and fingers: an even line, a rubber at the pen's end, two fingers that paint nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, expect

from tests.browser.pages.painter import PainterPage, Point
from tests.browser.painter.pixels import STROKE, assert_stroke
from tests.browser.painter_app import picture

EMPTY = "Paint over what should change."
#: the pointer of a scripted event is none that can be captured
EVENT = """([kind, x, y, more]) => {
  const canvas = document.querySelector(".pt-canvas");
  canvas.setPointerCapture = () => {};
  canvas.dispatchEvent(new PointerEvent(kind, {
    clientX: x, clientY: y, bubbles: true, cancelable: true, isPrimary: true, ...more,
  }));
}"""


class Fingers:
    """Fingers on the screen; points are in pixels of the source at the gesture's beginning."""

    def __init__(self, painter: PainterPage):
        self.painter = painter
        self.session: CDPSession = painter.page.context.new_cdp_session(painter.page)

    def _send(self, kind: str, spots: list[Point]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(spots)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def down(self, *spots: Point) -> None:
        self._send("touchStart", list(spots))

    def move(self, *spots: Point) -> None:
        self._send("touchMove", list(spots))

    def up(self, *left: Point) -> None:
        self._send("touchEnd", list(left))

    def cancel(self) -> None:
        self._send("touchCancel", [])


@pytest.fixture
def fingers(painter: PainterPage) -> Fingers:
    return Fingers(painter)


def width_of(painter: PainterPage) -> float:
    box = painter.picture.bounding_box()
    assert box is not None
    return box["width"]


# ── pens ─────────────────────────────────────────────────────────────────────────────────────


def pen(painter: PainterPage, kind: str, spot: Point, force: float, **more: Any) -> None:
    """A real pen's event, by Chromium's own input."""
    session = painter.page.context.new_cdp_session(painter.page)
    x, y = painter.on_screen(spot)
    given = {"type": kind, "x": x, "y": y, "force": force, "pointerType": "pen", **more}
    session.send("Input.dispatchMouseEvent", given)


def test_a_pen_s_pressure_and_tilt_change_nothing(painter: PainterPage) -> None:
    painter.set_size(40)
    line: list[Point] = [(80, 200), (520, 200)]
    painter.page.evaluate(
        """() => {
          window.felt = [];
          document.querySelector(".pt-canvas").addEventListener("pointermove", (event) =>
            window.felt.push([event.pointerType, event.pressure]));
        }"""
    )
    pen(painter, "mousePressed", line[0], 0.01, button="left", buttons=1, clickCount=1)
    for i in range(1, 45):
        force = (0.02, 0.5, 1.0)[i % 3]
        pen(painter, "mouseMoved", (80 + 10 * i, 200), force, button="left", buttons=1, tiltX=i)
    pen(painter, "mouseReleased", line[1], 0.0, button="left", clickCount=1)
    felt = painter.page.evaluate("window.felt")
    assert {kind for kind, _ in felt} == {"pen"}
    assert len({round(pressure, 2) for _, pressure in felt}) >= 3
    assert_stroke(painter.mask(), line, painter.brush)


def event(painter: PainterPage, kind: str, spot: Point, **more: Any) -> None:
    """A scripted event, for what no driver sends."""
    painter.page.evaluate(EVENT, [kind, *painter.on_screen(spot), more])


@pytest.mark.parametrize("down", [{"button": 5, "buttons": 32}, {"button": 0, "buttons": 33}])
def test_a_pen_s_rubber_erases_with_the_brush_chosen(
    painter: PainterPage, down: dict[str, int]
) -> None:
    painter.button("Fill all").click()
    ends = {"pointerId": 7, "pointerType": "pen"}
    event(painter, "pointerdown", (100, 200), **ends, **down)
    event(painter, "pointermove", (500, 200), **ends, button=-1, buttons=32)
    event(painter, "pointerup", (500, 200), **ends, button=5)
    mask = painter.mask()
    assert mask.getpixel((300, 200)) == 0
    assert mask.getpixel((300, 350)) == 255
    expect(painter.button("Brush")).to_have_attribute("aria-pressed", "true")


def test_a_hand_on_the_screen_is_nothing_while_a_pen_draws(painter: PainterPage) -> None:
    tip, palm = {"pointerId": 7, "pointerType": "pen"}, {"pointerId": 8, "pointerType": "touch"}
    event(painter, "pointerdown", (100, 100), **tip, button=0, buttons=1)
    event(painter, "pointerdown", (500, 350), **palm, button=0, buttons=1)
    event(painter, "pointermove", (480, 350), **palm, buttons=1)
    event(painter, "pointermove", (300, 100), **tip, button=-1, buttons=1)
    event(painter, "pointerup", (480, 350), **palm, button=0)
    event(painter, "pointerup", (300, 100), **tip, button=0)
    assert_stroke(painter.mask(), [(100, 100), (300, 100)], painter.brush)
    painter.button("Undo").click()
    painter.expect_painted(EMPTY)


def test_a_hand_that_lay_there_before_the_pen_leaves_no_mark(painter: PainterPage) -> None:
    tip, palm = {"pointerId": 7, "pointerType": "pen"}, {"pointerId": 8, "pointerType": "touch"}
    event(painter, "pointerdown", (500, 350), **palm, button=0, buttons=1)
    event(painter, "pointermove", (490, 350), **palm, buttons=1)
    event(painter, "pointerdown", (100, 100), **tip, button=0, buttons=1)
    event(painter, "pointermove", (470, 340), **palm, buttons=1)
    event(painter, "pointermove", (300, 100), **tip, button=-1, buttons=1)
    event(painter, "pointerup", (300, 100), **tip, button=0)
    event(painter, "pointerup", (470, 340), **palm, button=0)
    assert_stroke(painter.mask(), [(100, 100), (300, 100)], painter.brush)


def test_every_place_between_two_frames_is_painted(painter: PainterPage) -> None:
    painter.set_size(12)
    line: list[Point] = [(60, 60), (300, 340), (540, 60)]
    painter.page.evaluate(
        """([canvas, ...spots]) => {
          canvas.setPointerCapture = () => {};
          const at = (kind, [x, y], more) => new PointerEvent(kind,
            { clientX: x, clientY: y, pointerId: 3, pointerType: "pen", buttons: 1, ...more });
          canvas.dispatchEvent(at("pointerdown", spots[0], { button: 0 }));
          const coalescedEvents = spots.slice(1).map((spot) => at("pointermove", spot, {}));
          canvas.dispatchEvent(at("pointermove", spots[2], { coalescedEvents }));
          canvas.dispatchEvent(at("pointerup", spots[2], { button: 0 }));
        }""",
        [painter.canvas.element_handle(), *(painter.on_screen(point) for point in line)],
    )
    assert_stroke(painter.mask(), line, painter.brush)


# ── fingers ──────────────────────────────────────────────────────────────────────────────────


def test_two_fingers_zoom_and_leave_no_mark(painter: PainterPage, fingers: Fingers) -> None:
    whole = width_of(painter)
    x, y = painter.on_screen((300, 200))
    fingers.down((x - 20, y))
    fingers.move((x - 30, y + 8))
    expect(painter.ring).to_be_visible()
    fingers.down((x - 30, y), (x + 30, y))
    for apart in (40, 60, 90):
        fingers.move((x - apart, y), (x + apart, y))
    fingers.up()
    assert width_of(painter) == pytest.approx(3 * whole, rel=0.02)
    assert painter.on_screen((300, 200)) == pytest.approx((x, y), abs=2)
    painter.expect_painted(EMPTY)
    expect(painter.button("Undo")).to_have_attribute("aria-disabled", "true")
    expect(painter.ring).to_be_hidden()


def test_two_fingers_move_the_zoomed_picture(painter: PainterPage, fingers: Fingers) -> None:
    painter.button("Zoom in").click()
    painter.button("Zoom in").click()
    painter.canvas.scroll_into_view_if_needed()
    x, y = painter.on_screen((300, 200))
    fingers.down((x - 40, y))
    fingers.down((x - 40, y), (x + 40, y))
    fingers.move((x - 10, y + 20), (x + 70, y + 20))
    fingers.up()
    assert painter.on_screen((300, 200)) == pytest.approx((x + 30, y + 20), abs=2)
    painter.expect_painted(EMPTY)


def test_the_finger_that_is_left_paints_only_after_it_was_lifted(
    painter: PainterPage, fingers: Fingers
) -> None:
    x, y = painter.on_screen((300, 200))
    fingers.down((x - 40, y))
    fingers.down((x - 40, y), (x + 40, y))
    fingers.up((x - 40, y))
    fingers.move((x - 90, y))
    fingers.up()
    painter.expect_painted(EMPTY)
    fingers.down((x, y))
    fingers.up()
    expect(painter.state).to_contain_text("% painted")


def test_strokes_before_a_second_finger_stay(painter: PainterPage, fingers: Fingers) -> None:
    painter.touch_stroke(*STROKE)
    before = painter.mask().tobytes()
    x, y = painter.on_screen((300, 350))
    fingers.down((x, y))
    fingers.down((x, y), (x + 50, y))
    fingers.up()
    assert painter.mask().tobytes() == before
    painter.button("Undo").click()
    painter.expect_painted(EMPTY)


def test_a_touch_that_the_system_takes_back_leaves_no_mark(
    painter: PainterPage, fingers: Fingers
) -> None:
    x, y = painter.on_screen((300, 200))
    fingers.down((x, y))
    fingers.move((x + 20, y))
    fingers.cancel()
    painter.expect_painted(EMPTY)
    painter.touch_stroke(*STROKE)
    expect(painter.state).to_contain_text("% painted")


def test_a_finger_paints_right_while_zoomed(painter: PainterPage, fingers: Fingers) -> None:
    painter.set_size(20)
    for _ in range(3):
        painter.button("Zoom in").click()
    painter.canvas.scroll_into_view_if_needed()
    line: list[Point] = [(260, 180), (330, 220)]
    painter.touch_stroke(*line)
    assert_stroke(painter.mask(), line, painter.brush, slack=1.5)


# ── a phone ──────────────────────────────────────────────────────────────────────────────────


class TestPhone:
    """A window of 390 pixels, and fingers only."""

    @pytest.fixture
    def context(self, browser: Browser) -> Iterator[BrowserContext]:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
        )
        yield context
        context.close()

    @pytest.mark.parametrize("larger", [False, True])
    def test_every_tool_is_there_and_large_enough(self, painter: PainterPage, larger: bool) -> None:
        if larger:
            painter.button("Larger").tap()
            expect(painter.dialog).to_be_visible()
        assert painter.page.evaluate("document.documentElement.scrollWidth") <= 390
        tools = [*painter.root.locator(".pt-work button").all(), painter.slider, painter.feather]
        boxes = [box_of(tool) for tool in tools]
        assert len(boxes) == 15
        for left, top, right, bottom in boxes:
            assert left >= 0
            assert right <= 390
            assert bottom - top >= 44
            assert right - left >= 44
        for i, one in enumerate(boxes):
            assert not any(overlap(one, other) for other in boxes[i + 1 :])

    def test_zoom_paint_and_undo_with_fingers(self, painter: PainterPage, fingers: Fingers) -> None:
        painter.button("Larger").tap()
        expect(painter.dialog).to_be_visible()
        painter.set_size(16)
        x, y = painter.on_screen((300, 200))
        fingers.down((x - 30, y))
        fingers.down((x - 30, y), (x + 30, y))
        fingers.move((x - 90, y), (x + 90, y))
        fingers.up()
        line: list[Point] = [(270, 190), (330, 205)]
        painter.touch_stroke(*line)
        assert_stroke(painter.mask(), line, painter.brush, slack=1.5)
        painter.button("Undo").tap()
        painter.expect_painted(EMPTY)
        painter.button("Done").tap()
        expect(painter.dialog).to_be_hidden()

    def test_a_finger_on_the_hand_scrolls_the_page_past_the_whole_picture(
        self, painter: PainterPage, fingers: Fingers
    ) -> None:
        painter.paint_on(picture(400, 600))
        painter.button("Hand").tap()
        painter.page.evaluate("scrollTo(0, 0)")
        painter.canvas.scroll_into_view_if_needed()
        before = painter.page.evaluate("scrollY")
        x, y = painter.on_screen((200, 100))
        fingers.down((x, y))
        for down in range(20, 200, 20):
            fingers.move((x, y + down))
        fingers.up()
        painter.page.wait_for_function("(was) => scrollY < was - 50", arg=before)
        painter.expect_painted(EMPTY)


def box_of(tool: Locator) -> tuple[float, float, float, float]:
    box = tool.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.5 and down > 0.5
