"""The stage as a person uses it."""

from playwright.sync_api import Locator, Page

HIDE = """state => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class StagePage:
    """`#stage` on whatever page it is mounted."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator("#stage")
        #: the run that is shown large
        self.card = self.root.locator("[data-run-state]")
        self.state_line = self.card.locator(".run-state")
        self.hero = self.card.locator(".run-hero")
        self.log = self.card.locator(".run-log")
        self.facts = self.card.locator(".run-facts")
        self.elapsed = self.card.locator(".elapsed")
        self.pictures = self.root.locator("img[data-run-id][data-index]")
        self.cover = self.card.get_by_role("button", name="Covered")
        self.recent = self.root.get_by_role("group", name="Recent runs")
        self.tiles = self.recent.get_by_role("button")
        self.current_tile = self.recent.locator("[aria-current=true]")
        self.reconnecting = self.root.locator(".stage-note")
        self.toast = page.locator(".toast")
        self.spoken = page.locator("[data-announcer]")

    def open(self, url: str) -> "StagePage":
        """Opens the page and waits until it can be used."""
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready='1']")
        return self

    def showing(self, run_id: str) -> Locator:
        """The card, where it shows that run."""
        return self.root.locator(f"[data-run-state][data-run-id='{run_id}']")

    def action(self, name: str) -> Locator:
        """A button (or link) of the run that is shown, by its label."""
        bar = self.card.get_by_role("group", name="Actions")
        return bar.get_by_role("button", name=name).or_(bar.get_by_role("link", name=name))

    def picture(self, run_id: str, index: int = 0) -> Locator:
        """One picture of the shown run."""
        return self.root.locator(f"img[data-run-id='{run_id}'][data-index='{index}']")

    def choose(self, run_id: str) -> None:
        """Chooses a run in the strip."""
        self.recent.locator(f"[data-tile='{run_id}']").click()

    def hide(self) -> None:
        """The page goes to the background (headless pages never do by themselves)."""
        self.page.evaluate(HIDE, "hidden")

    def show(self) -> None:
        """The page comes back to the front."""
        self.page.evaluate(HIDE, "visible")
