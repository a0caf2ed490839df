"""The shell: the bar, its notices, and the views that it shows."""

from playwright.sync_api import Locator, Page, expect


class Shell:
    """The page as a whole, whatever view it shows."""

    def __init__(self, page: Page, url: str):
        self.page = page
        self._url = url
        self.bar = page.locator(".shell-bar")
        self.notices = page.locator(".shell-notice")
        self.heading = page.locator("#view-heading")
        self.prompt = page.get_by_label("Prompt")

    def open(self, path: str = "/") -> "Shell":
        """Loads an address and waits until the page can be used."""
        self.page.goto(self._url + path)
        self.ready()
        return self

    def ready(self) -> None:
        """Waits until the page can be used."""
        expect(self.page.locator("html")).to_have_attribute("data-ready", "1")

    def link(self, name: str) -> Locator:
        """A link of the navigation."""
        return self.bar.get_by_role("link", name=name, exact=True)

    def chip(self, name: str) -> Locator:
        """practice, key, spent or person."""
        return self.page.locator(f"[data-chip={name}]")

    def shows(self, view: str) -> None:
        """Expects that view, and no other, to be there for eyes and keys."""
        for name in ("create", "gallery", "presets", "usage"):
            host = self.page.locator(f"#view-{name}")
            if name == view.lower():
                expect(host).to_be_visible()
            else:
                expect(host).to_be_hidden()
            assert host.evaluate("node => node.inert") == (name != view.lower())
        expect(self.link(view)).to_have_attribute("aria-current", "page")
        expect(self.page).to_have_title(f"{view} · FLUX Playground")

    def scroll_to(self, top: int) -> None:
        """Scrolls the page there."""
        self.page.evaluate("top => window.scrollTo(0, top)", top)

    @property
    def scrolled(self) -> int:
        """How far the page is scrolled, in pixels."""
        return round(self.page.evaluate("window.scrollY"))

    @property
    def form_calls(self) -> list[list[str]]:
        """What the form was asked to do."""
        calls: list[list[str]] = self.page.evaluate("window.formCalls")
        return calls

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"),
        )
