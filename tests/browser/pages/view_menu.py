"""The View menu of the bar, and the list of keys."""

from playwright.sync_api import Locator, Page, expect


class ViewMenu:
    """How this browser shows the page."""

    def __init__(self, page: Page):
        self.page = page
        self.button = page.get_by_role("button", name="View", exact=True)
        self.menu = page.get_by_role("menu", name="View")
        #: says that prices and logs are hidden
        self.hidden_note = page.get_by_role("button", name="Prices and logs are hidden. Show")
        self.keys = page.get_by_role("dialog", name="Keys")
        self.single_keys = self.keys.get_by_role("checkbox", name="Keys without Ctrl")

    def item(self, name: str) -> Locator:
        """An entry of the menu."""
        return self.menu.locator('[role^="menuitem"]', has_text=name)

    def choose(self, name: str) -> None:
        """Opens the menu and chooses an entry."""
        self.button.click()
        self.item(name).click()
        expect(self.menu).to_have_count(0)

    def hide_prices_and_logs(self) -> None:
        """For showing the screen to others."""
        self.choose("Hide prices and logs")
        expect(self.hidden_note).to_be_visible()
