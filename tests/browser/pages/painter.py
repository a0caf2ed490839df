"""The mask painter as a person and a form use it."""

import math
import time
from itertools import pairwise
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.painter_app import Shelf

Point = tuple[float, float]

#: between the events of a finger, and before it is lifted
STEP_S = 0.05
REST_S = 0.3


class PainterPage:
    """The painter of the test page, or below `host`. Points are in pixels of the source."""

    def __init__(self, page: Page, shelf: Shelf | None = None, host: str = "#mask"):
        self.page = page
        self.shelf = shelf or Shelf()
        self.root: Locator = page.locator(f"{host} .painter")
        self.canvas = self.root.get_by_role("application", name="Painting area")
        self.state = self.root.locator(".pt-state")
        self.error = self.root.locator(".pt-error")
        self.none = self.root.locator(".pt-none")
        self.ring = self.root.locator(".pt-ring")
        #: the picture, wherever its zoom has put it
        self.picture = self.root.locator(".pt-source")
        self.size_number = self.root.locator(".pt-size .pt-number")
        self.slider = self.root.get_by_role("slider", name="Size")
        self.feather = self.root.get_by_role("slider", name="Feather")
        self.feather_text = self.root.locator(".pt-feather .pt-number")
        self.percent = self.root.locator(".pt-percent")
        self.dialog = self.root.get_by_role("dialog", name="Mask")
        self._file = self.root.locator("input[type=file]")
        self.size = (0, 0)

    def button(self, name: str) -> Locator:
        """A button of the tool bar."""
        return self.root.get_by_role("button", name=name, exact=True)

    def paint_on(self, data: bytes) -> None:
        """Gives the painter a picture, as the form does."""
        upload_id = self.shelf.keep(data)
        self.size = self.shelf.picture(upload_id).size
        self.page.evaluate(
            "([url, width, height]) => painter.setSource(url, width, height)",
            [f"/media/uploads/{upload_id}", *self.size],
        )
        expect(self.canvas).to_be_visible()
        self.canvas.scroll_into_view_if_needed()

    def set_size(self, pixels: int) -> None:
        """Presses [ or ] until the brush has about that size; answers when it is within 15 %."""
        self.canvas.focus()
        for _ in range(80):
            if abs(self.brush - pixels) <= max(1, 0.08 * pixels):
                return
            self.page.keyboard.press("]" if self.brush < pixels else "[")
        raise AssertionError(f"the brush stays at {self.brush} px")

    def set_feather(self, pixels: int) -> None:
        """Moves the slider with its keys."""
        self.feather.focus()
        self.page.keyboard.press("Home")
        for _ in range(pixels // 2):
            self.page.keyboard.press("ArrowRight")
        expect(self.feather_text).to_have_text(f"{pixels} px" if pixels else "hard edge")

    @property
    def brush(self) -> int:
        """The brush's diameter as it is shown."""
        return int(self.size_number.inner_text().removesuffix(" px").replace(",", ""))

    def on_screen(self, point: Point) -> Point:
        """Where a pixel of the source is on the screen, in sight or not."""
        box = self.picture.bounding_box()
        assert box is not None
        width, height = self.size
        return (
            box["x"] + point[0] / width * box["width"],
            box["y"] + point[1] / height * box["height"],
        )

    def under(self, spot: Point) -> Point:
        """The pixel of the source that is there on the screen."""
        box = self.picture.bounding_box()
        assert box is not None
        width, height = self.size
        return (
            (spot[0] - box["x"]) / box["width"] * width,
            (spot[1] - box["y"]) / box["height"] * height,
        )

    def mouse_stroke(self, *points: Point, steps: int = 4) -> None:
        """A stroke with the mouse through these points."""
        for i, point in enumerate(points):
            self.page.mouse.move(*self.on_screen(point), steps=steps if i else 1)
            if i == 0:
                self.page.mouse.down()
        self.page.mouse.up()

    def touch_stroke(self, *points: Point) -> None:
        """A stroke with one finger through these points, which rests before it is lifted.

        After a flick Chromium takes the next tap for the flick's end and makes no click of it.
        """
        session = self.page.context.new_cdp_session(self.page)
        first, *rest = [self.on_screen(point) for point in points]
        at = time.time() - STEP_S * len(rest) - REST_S

        def send(kind: str, *touches: Point) -> None:
            spots = [{"x": x, "y": y, "id": 1} for x, y in touches]
            session.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots, "timestamp": at}
            )

        send("touchStart", first)
        for spot in rest:
            at += STEP_S
            send("touchMove", spot)
        at += REST_S
        send("touchEnd")

    def give_mask(self, data: bytes, name: str = "mask.png") -> None:
        """Chooses a mask in the file dialog."""
        self._file.set_input_files({"name": name, "mimeType": "image/png", "buffer": data})

    def commit(self) -> str:
        """Uploads as the form does before a run; "upload:ID" or ""."""
        return str(self.page.evaluate("painter.commit()"))

    def mask(self) -> Image.Image:
        """The mask as the server got it."""
        value = self.commit()
        assert value.startswith("upload:")
        return self.shelf.picture(value.removeprefix("upload:"))

    def states(self) -> list[Any]:
        """What onChange told, in order."""
        return list(self.page.evaluate("masks"))

    def expect_painted(self, text: str) -> None:
        """Waits for the line that tells how much is painted."""
        expect(self.state).to_have_text(text)


def distance_to(point: Point, line: list[Point]) -> float:
    """How far a point is from a line through several points."""
    return min(_to_segment(point, a, b) for a, b in pairwise(line))


def _to_segment(point: Point, start: Point, end: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = math.hypot(bx - ax, by - ay)
    if length == 0:
        return math.hypot(px - ax, py - ay)
    along = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length**2
    along = min(1, max(0, along))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))
