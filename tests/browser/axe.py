"""axe-core, as one question: what on this page keeps somebody out?"""

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: WCAG 2.2, levels A and AA
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OPTIONS: Final = {
    "runOnly": {"type": "tag", "values": list(TAGS)},
    # axe leaves WCAG 2.2 switched off where nobody asks for the rule itself
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
#: what scrolls below the run row, which sticks to the window's edge (decision 0015)
BELOW_RUN: Final = """selector => {
  const row = [...document.querySelectorAll(".pg-run-row")].find((one) => one.checkVisibility());
  const node = document.querySelector(selector);
  if (!row || !node || row.contains(node) || !row.parentElement.contains(node)) return false;
  return node.getBoundingClientRect().bottom > row.getBoundingClientRect().top;
}"""


def violations(page: Page) -> list[str]:
    """What axe finds, a line for each element: the rule, the element, why."""
    nodes = [(rule, node) for rule in raw_violations(page) for node in rule["nodes"]]
    return [_line(rule, node) for rule, node in nodes if not _is_below_run(page, rule, node)]


def raw_violations(page: Page) -> list[dict[str, Any]]:
    """The same as axe tells it, the exception included."""
    # half a megabyte of script: once for each document, and only what is asked for comes back
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then((told) => told.violations)", OPTIONS
    )
    return found


def _is_below_run(page: Page, rule: dict[str, Any], node: dict[str, Any]) -> bool:
    if rule["id"] != "target-size" or len(node["target"]) != 1:
        return False
    return "partially obscured" in _why(node) and bool(page.evaluate(BELOW_RUN, node["target"][0]))


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']}: {' '.join(str(part) for part in node['target'])}: {_why(node)}"


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
