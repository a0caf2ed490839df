"""The viewer as a person uses it."""

import re

from playwright.sync_api import Locator, Page


class ViewerPage:
    """The dialog that shows one picture in the whole window."""

    def __init__(self, page: Page):
        self.page = page
        self.dialog = page.locator("dialog.viewer")
        self.picture = self.dialog.locator("img.viewer-picture")
        self.frame = self.dialog.locator(".viewer-frame")
        self.counter = self.dialog.locator(".viewer-counter")
        self.percent = self.dialog.get_by_label("Zoom", exact=True)
        self.about = self.dialog.get_by_label("About this picture")
        #: what people put on it
        self.marks = self.dialog.get_by_role("region", name="Star, tags and note")
        self.star = self.marks.get_by_role("button", name="Star", exact=True)
        self.write = self.marks.get_by_role("button", name="Title and note")
        self.tag_box = self.marks.get_by_role("combobox", name="Add a tag")
        #: the parts of the chain: what it was made from, what was made from it
        self.kin = self.dialog.locator(".kin")
        self.before = self.dialog.get_by_role("button", name="Previous picture")
        self.after = self.dialog.get_by_role("button", name="Next picture")
        self.close = self.dialog.get_by_role("button", name="Close")
        self.cover = self.dialog.get_by_role("button", name="Covered")

    def at(self, run_id: str, index: int = 0) -> Locator:
        """The viewer, where it shows that picture."""
        return self.page.locator(f"dialog.viewer[data-run='{run_id}'][data-image='{index}']")

    def fact(self, label: str) -> Locator:
        """The value beside that label in the lists about the picture."""
        return self.about.locator(f'dt:text-is("{label}") + dd > span')

    def tag(self, name: str) -> Locator:
        """One of its tags, which leads to all that have it."""
        return self.marks.get_by_role("link", name=name, exact=True)

    def relatives(self, title: str) -> Locator:
        """The pictures under that heading of the chain."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.kin.filter(has=heading).get_by_role("link")

    def action(self, name: str) -> Locator:
        """A button (or link) of the picture, by its label."""
        bar = self.about.get_by_role("group", name="Actions")
        return bar.get_by_role("button", name=name).or_(bar.get_by_role("link", name=name))

    def scale(self) -> float:
        """How far the picture is zoomed in; 1 is the whole picture."""
        transform = self.picture.evaluate("img => img.style.transform")
        found = re.search(r"scale\(([\d.]+)\)", transform)
        return float(found.group(1)) if found else 1.0

    def offset(self) -> tuple[float, float]:
        """How far the picture is moved from the middle, in CSS pixels."""
        transform = self.picture.evaluate("img => img.style.transform")
        found = re.search(r"translate\(([-\d.]+)px, ([-\d.]+)px\)", transform)
        return (float(found.group(1)), float(found.group(2))) if found else (0.0, 0.0)
