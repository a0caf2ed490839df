"""Hands on the keys, none on the mouse: where the focus is, and whether one sees it."""

from playwright.sync_api import Locator, Page, expect

#: what is wrong with the focus; "" where nothing is
FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "nothing has the focus";
  const text = node.textContent.trim().slice(0, 30);
  const name = `${node.tagName.toLowerCase()}#${node.id}.${node.className} “${text}”`;
  const ringed = [node, node.closest("label"), node.parentElement].filter(Boolean).some((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  if (!ringed) return `no ring around ${name}`;
  const box = (node.closest("label") ?? node).getBoundingClientRect();
  if (box.bottom < 0 || box.top > window.innerHeight) return `out of the window: ${name}`;
  const row = [...document.querySelectorAll(".pg-run-row")].find((one) => one.checkVisibility());
  if (!row || row.contains(node) || !row.parentElement.contains(node)) return "";
  const { top, bottom } = row.getBoundingClientRect();
  const covered = box.bottom > top + 1 && box.top < bottom - 1;
  return covered && box.height < top ? `below the run row: ${name}` : "";
}"""

#: tells one place of the focus from another
PLACE = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "";
  const places = (window.placesOfFocus ??= new Map());
  if (!places.has(node)) places.set(node, String(places.size + 1));
  return places.get(node);
}"""


class Keys:
    """The keyboard of one page."""

    def __init__(self, page: Page):
        self.page = page

    def press(self, *keys: str) -> None:
        """One after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Into whatever has the focus."""
        self.page.keyboard.type(text)

    def focus_is_seen(self) -> None:
        """Raises AssertionError where nobody sees what has the focus."""
        wrong = self.page.evaluate(FOCUS)
        assert wrong == "", wrong

    def tab_to(self, target: Locator, *, within: int = 60, back: bool = False) -> None:
        """Presses Tab until that element has the focus; every stop on the way is seen."""
        for _ in range(within):
            self.press("Shift+Tab" if back else "Tab")
            self.focus_is_seen()
            if target.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"{within} times Tab did not lead to {target}")

    def walk(self, limit: int = 200) -> int:
        """Through the whole page by Tab; how many stops it has. Raises where one stop holds."""
        seen: set[str] = set()
        for _ in range(limit):
            self.press("Tab")
            place = str(self.page.evaluate(PLACE))
            if not place or place in seen:
                return len(seen)
            seen.add(place)
            self.focus_is_seen()
        raise AssertionError(f"the page does not end after {limit} stops")

    def expect_kept(self, target: Locator) -> None:
        """Expects the focus to be there (again)."""
        expect(target).to_be_focused()
        self.focus_is_seen()
