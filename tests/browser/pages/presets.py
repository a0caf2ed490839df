"""The list of presets."""

from playwright.sync_api import Locator, Page


class PresetsPage:
    """What a person sees under /presets."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator("#view-presets")
        self.rows = self.root.locator("[data-preset-id]")
        self.groups = self.root.get_by_role("heading", level=2)
        self.endpoint = self.root.get_by_label("Endpoint")

    def row(self, preset_id: str) -> Locator:
        """One preset's row."""
        return self.root.locator(f'[data-preset-id="{preset_id}"]')

    def use(self, preset_id: str) -> None:
        """Presses its Use."""
        self.row(preset_id).get_by_role("button", name="Use").click()

    def delete(self, preset_id: str) -> None:
        """Presses its Delete."""
        self.row(preset_id).get_by_role("button", name="Delete").click()
