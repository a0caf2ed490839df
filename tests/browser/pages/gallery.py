"""The gallery: filters, days, pictures, the viewer over it."""

from playwright.sync_api import Locator, Page, expect


class GalleryPage:
    """What a person sees under /gallery."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator("#view-gallery")
        self.pictures = self.root.locator("img[data-run-id][data-index]")
        self.days = self.root.get_by_role("heading", level=2)
        self.endpoint = self.root.get_by_label("Endpoint")
        self.search = self.root.get_by_role("searchbox", name="Search")
        self.chips = self.root.locator(".finder-chip")
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

    def open_filters(self) -> None:
        """Shows the filters as controls."""
        self.root.get_by_role("button", name="Filters").click()
        expect(self.root.get_by_label("Person").locator("option")).to_have_count(3)

    def whose(self, who: str) -> None:
        """Chooses "Everyone" or "Mine"."""
        self.root.get_by_role("radio", name=who).check()

    def has_loaded(self, count: int) -> None:
        """So many pictures are there; those off the screen have no elements."""
        grid = self.root.locator(".gallery-days")
        expect(grid).to_have_attribute("data-loaded", str(count), timeout=15_000)

    def has_loaded_at_least(self, count: int) -> None:
        """As `has_loaded`; the next page may have been asked for ahead."""
        self.page.wait_for_function(
            "count => Number(document.querySelector('.gallery-days')?.dataset.loaded) >= count",
            arg=count,
        )

    def ids(self) -> list[str]:
        """The runs of what is loaded now, in their order: scrolls along them and back."""
        ids: list[str] = self.page.evaluate(
            """async () => {
              const next = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
              const grid = document.querySelector(".gallery-days");
              const loaded = Number(grid.dataset.loaded);
              const drawn = () => {
                const boxes = [...document.querySelectorAll("#view-gallery .tile")]
                  .map((tile) => tile.getBoundingClientRect());
                const { top, bottom } = grid.getBoundingClientRect();
                const heading = 80; // may stand above the first row
                return (
                  Math.min(...boxes.map((box) => box.top)) <= Math.max(top, 0) + heading &&
                  Math.max(...boxes.map((box) => box.bottom)) >=
                    Math.min(bottom, window.innerHeight) - heading
                );
              };
              const frame = async () => {
                await next().then(next); // one to hear of the scroll, one to draw
                const until = Date.now() + 5000;
                while (!drawn() && Date.now() < until) await next();
              };
              const from = window.scrollY;
              const seen = new Set();
              const end = () => document.documentElement.scrollHeight;
              for (let top = 0; top < end(); top += window.innerHeight / 2) {
                window.scrollTo({ top, behavior: "instant" });
                await frame();
                const all = document.querySelectorAll("#view-gallery img[data-run-id][data-index]");
                for (const img of all) seen.add(img.dataset.runId);
              }
              window.scrollTo({ top: from, behavior: "instant" });
              await frame();
              return [...seen].slice(0, loaded); // scrolling may have loaded more
            }"""
        )
        return ids

    def reveal(self, run_id: str) -> Locator:
        """Scrolls until a picture's place has elements."""
        tile = self.tile(run_id)
        for _ in range(60):
            if tile.count() > 0:
                break
            self.page.evaluate("window.scrollBy({ top: 200, behavior: 'instant' })")
            self.page.evaluate("() => new Promise((go) => requestAnimationFrame(go))")
        return tile

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
