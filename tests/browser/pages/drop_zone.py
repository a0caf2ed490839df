"""The drop zone as a person and a form use it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect


class DropZonePage:
    """One drop zone of the test page: `variable` is its name in the page's scripts."""

    def __init__(self, page: Page, host: str = "#picture", variable: str = "zone"):
        self.page = page
        self.variable = variable
        self.root: Locator = page.locator(f"{host} .drop-zone")
        self.well = self.root.locator(".dz-well")
        self.choose = self.root.get_by_role("button", name="Choose a picture")
        self.replace = self.root.get_by_role("button", name="Replace the picture")
        self.remove = self.root.get_by_role("button", name="Remove the picture")
        self.stop = self.root.get_by_role("button", name="Stop")
        self.link = self.root.get_by_role("textbox", name="Link to a picture")
        self.fetch = self.root.get_by_role("button", name="Fetch the linked picture")
        self.error = self.root.get_by_role("alert")
        self.preview = self.root.locator(".dz-thumb img")
        self.facts = self.root.locator(".dz-facts")
        self.name = self.root.locator(".dz-name")
        self.doing = self.root.locator(".dz-doing")
        self._file = self.root.locator("input[type=file]")

    @property
    def value(self) -> str:
        """The field's value now."""
        return str(self.page.evaluate(f"{self.variable}.value"))

    @property
    def info(self) -> Any:
        """What the form is told about the picture."""
        return self.page.evaluate(f"{self.variable}.info()")

    def set(self, value: str) -> None:
        """Sets the value as a preset does."""
        self.page.evaluate(f"(value) => {self.variable}.set(value)", value)

    def give(self, name: str, data: bytes, content_type: str = "image/png") -> None:
        """Chooses a file in the file dialog."""
        self._file.set_input_files({"name": name, "mimeType": content_type, "buffer": data})

    def expect_state(self, state: str) -> None:
        """Waits for empty, busy or filled."""
        expect(self.root).to_have_attribute("data-state", state)

    def expect_shown(self, text: str) -> None:
        """Waits until a picture with these facts is there and its preview has loaded."""
        self.expect_state("filled")
        expect(self.facts).to_contain_text(text)
        expect(self.preview).to_have_js_property("complete", True)
        assert self.preview.evaluate("(image) => image.naturalWidth") > 0

    def drag_file(self, path: Path, target: Locator, *, drop: bool = True) -> None:
        """Drags a file from outside the browser over `target`, and lets go there.

        A hand says again and again where it is: Chromium takes the first word over another
        element (the page may have moved under the hand) for an entry that nobody accepts yet.
        """
        box = target.bounding_box()
        assert box is not None
        session = self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        for kind in ("dragEnter", "dragOver", "dragOver", *(("drop",) if drop else ())):
            session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **where})

    def copy_picture(self, width: int, height: int) -> None:
        """Puts a picture on the clipboard, as another program would."""
        self.page.evaluate(
            """async ([width, height]) => {
              const canvas = new OffscreenCanvas(width, height);
              canvas.getContext("2d").fillRect(0, 0, width, height);
              const blob = await canvas.convertToBlob({ type: "image/png" });
              await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
            }""",
            [width, height],
        )
