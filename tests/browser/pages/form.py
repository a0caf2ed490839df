"""The Create view's form as a person uses it."""

import re

from playwright.sync_api import Locator, Page


class FormPage:
    """One endpoint's tab; `open_tab` goes to another."""

    def __init__(self, page: Page, slug: str = "v1.1-ultra"):
        self.page = page
        self.slug = slug

    def open(self, url: str) -> "FormPage":
        """Opens the page and waits until it can be used."""
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready='1']")
        return self

    def open_tab(self, slug: str) -> "FormPage":
        """Goes to another tab, by the tab bar or by the list that takes its place."""
        tab = self.page.locator(f'#endpoint-tabs [role="tab"][data-tab-id="{slug}"]')
        if tab.is_visible():
            tab.click()
        else:
            self.picker.select_option(slug)
        form = FormPage(self.page, slug)
        form.run.wait_for(state="visible")
        return form

    def by_id(self, element_id: str) -> Locator:
        """Slugs hold dots."""
        return self.page.locator(f'[id="{element_id}"]')

    @property
    def root(self) -> Locator:
        """The whole form."""
        return self.by_id(f"form-{self.slug}")

    @property
    def run(self) -> Locator:
        """The run button."""
        return self.by_id(f"run-{self.slug}")

    @property
    def price_today(self) -> Locator:
        """What is said of fal's price where it is not our file's."""
        return self.root.locator(".pg-price-today")

    @property
    def picker(self) -> Locator:
        """The list of endpoints where the tabs do not fit."""
        return self.page.get_by_label("Endpoint", exact=True)

    @property
    def presets(self) -> Locator:
        """The list of presets."""
        return self.root.get_by_label("Preset", exact=True)

    @property
    def said(self) -> Locator:
        """What is said above the run button."""
        return self.by_id(f"said-{self.slug}")

    @property
    def notes(self) -> Locator:
        """What did not fit."""
        return self.by_id(f"notes-{self.slug}")

    @property
    def dialog(self) -> Locator:
        """The open dialog."""
        return self.page.locator("dialog[open]")

    def field(self, name: str) -> Locator:
        """A field's element."""
        return self.by_id(f"f-{self.slug}-{name}")

    def box(self, name: str) -> Locator:
        """The text box of a field."""
        return self.field(name).locator("textarea, input[type=text]").first

    def radio(self, name: str, value: str) -> Locator:
        """One of a field's radio buttons."""
        return self.field(name).locator(f'input[type=radio][value="{value}"]')

    def error(self, name: str) -> Locator:
        """The message beside a field."""
        return self.by_id(f"f-{self.slug}-{name}-error")

    def warning(self, name: str) -> Locator:
        """The doubt beside a field."""
        return self.by_id(f"f-{self.slug}-{name}-warning")

    def choose(self, name: str, value: str) -> None:
        """Checks one of a field's radio buttons."""
        self.radio(name, value).check(force=True)

    def more(self) -> None:
        """Opens "More settings"."""
        self.by_id(f"more-{self.slug}").get_by_role("button").first.click()

    def press(self, name: str) -> None:
        """Presses one of the buttons beside Run."""
        self.by_id(f"{name}-{self.slug}").click()

    def price(self, text: str) -> re.Pattern[str]:
        """What the run button says at that price."""
        return re.compile(rf"^\s*Run · {re.escape(text)}\s*$")
