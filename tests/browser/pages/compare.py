"""The comparison as a person uses it."""

import re

from playwright.sync_api import Locator, Page


class ComparePage:
    """The dialog with two to four pictures in the whole window."""

    def __init__(self, page: Page):
        self.page = page
        self.dialog = page.get_by_role("dialog", name="Compare")
        self.pictures = self.dialog.locator("img.viewer-picture")
        self.frames = self.dialog.locator(".viewer-frame")
        self.percent = self.dialog.get_by_label("Zoom", exact=True)
        self.over = self.dialog.get_by_role("button", name="Overlay")
        self.line = self.dialog.get_by_role("slider")
        self.second = self.dialog.locator(".curtain-second")
        self.only_different = self.dialog.get_by_label("Only what differs")
        self.note = self.dialog.locator("[data-note]")
        self.loading = self.dialog.locator(".wait-line")
        self.close = self.dialog.get_by_role("button", name="Close")

    def ids(self) -> list[str]:
        """The runs of the pictures, in their order."""
        ids: list[str] = self.pictures.evaluate_all("all => all.map(i => i.dataset.runId)")
        return ids

    def without(self, letter: str) -> Locator:
        """The button that takes a picture out."""
        return self.dialog.get_by_role("button", name=f"Take {letter} out")

    def row(self, label: str) -> Locator:
        """A row of what they were made with."""
        heading = self.page.locator("th", has_text=re.compile(rf"^{label}( differs)?$"))
        return self.dialog.locator("tr").filter(has=heading)

    def places(self) -> list[str]:
        """How each picture is zoomed and moved: "translate(…) scale(…)"."""
        found: list[str] = self.pictures.evaluate_all("all => all.map(i => i.style.transform)")
        return found
