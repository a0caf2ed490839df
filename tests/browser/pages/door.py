"""The sign-in page."""

from playwright.sync_api import Page, expect


class DoorPage:
    """What stands before the app where there is a password."""

    def __init__(self, page: Page, url: str):
        self.page = page
        self._url = url
        self.name = page.get_by_label("Your name")
        self.password = page.get_by_label("Password")
        self.message = page.get_by_role("alert")

    def open(self, path: str = "/") -> "DoorPage":
        """Any address of the app leads here."""
        self.page.goto(self._url + path)
        expect(self.password).to_be_visible()
        return self

    def come_in(self, name: str, password: str) -> None:
        """Types both and presses the button."""
        self.name.fill(name)
        self.password.fill(password)
        self.page.get_by_role("button", name="Come in").click()
