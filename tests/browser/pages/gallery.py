"""The gallery: filters, days, pictures, the viewer over it."""

from playwright.sync_api import Locator, Page


class GalleryPage:
    """What a person sees under /gallery."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator("#view-gallery")
        self.pictures = self.root.locator("img[data-run-id][data-index]")
        self.days = self.root.get_by_role("heading", level=2)
        self.endpoint = self.root.get_by_label("Endpoint")
        self.more = self.root.get_by_role("button", name="Load more")
        self.retry = self.root.get_by_role("button", name="Retry")
        self.note = self.root.locator(".gallery-note")
        self.empty = self.root.locator("[data-note=empty]")
        self.error = self.root.locator("[data-note=error]")
        self.viewer = page.get_by_role("dialog", name="Picture")

    def picture(self, run_id: str, index: int = 0) -> Locator:
        """One picture's image."""
        return self.root.locator(f'img[data-run-id="{run_id}"][data-index="{index}"]')

    def tile(self, run_id: str, index: int = 0) -> Locator:
        """One picture's place in the grid."""
        return self.root.locator(f'[data-tile="{run_id}/{index}"]')

    def whose(self, who: str) -> None:
        """Chooses "Everyone" or "Mine"."""
        self.root.get_by_role("radio", name=who).check()

    def ids(self) -> list[str]:
        """The runs of the pictures, in their order."""
        ids: list[str] = self.pictures.evaluate_all("all => all.map(i => i.dataset.runId)")
        return ids

    def heights_of_first_row(self) -> list[int]:
        """The heights of the tiles that begin at the first one's upper edge."""
        heights: list[int] = self.root.locator(".gallery-grid .tile").evaluate_all(
            """tiles => tiles
              .map(t => t.getBoundingClientRect())
              .filter((box, i, all) => Math.abs(box.top - all[0].top) < 2)
              .map(box => Math.round(box.height))"""
        )
        return heights

    def scroll_to_end(self) -> None:
        """Scrolls as far as what is loaded goes."""
        self.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
