"""The whole app as a person uses it, and what they would not see at once."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect

from tests.browser.pages.drop_zone import DropZonePage
from tests.browser.pages.form import FormPage
from tests.browser.pages.gallery import GalleryPage
from tests.browser.pages.painter import PainterPage
from tests.browser.pages.shell import Shell
from tests.browser.pages.stage import StagePage
from tests.browser.pages.viewer import ViewerPage

START = "/form/start"
#: a run of practice mode takes two seconds; a busy machine takes its time
RUN_MS = 30_000

#: a preview that gives way to its original stops being decoded: then the original is
DECODED = """async (image) => {
  for (const until = Date.now() + 15_000; ; await new Promise((soon) => setTimeout(soon, 50))) {
    try {
      await image.decode();
      return image.naturalWidth;
    } catch (reason) {
      if (Date.now() > until) throw reason;
    }
  }
}"""

NOTE_STATES = """() => {
  window.statesSeen = [];
  const look = () => {
    const card = document.querySelector("#stage [data-run-state]");
    const seen = card && `${card.dataset.runId} ${card.dataset.runState}`;
    if (seen && window.statesSeen.at(-1) !== seen) window.statesSeen.push(seen);
  };
  new MutationObserver(look).observe(document.querySelector("#stage"), {
    subtree: true, childList: true,
    attributes: true, attributeFilter: ["data-run-state", "data-run-id"],
  });
}"""


class Faults:
    """What must not happen on any page: foreign hosts, dialogs, errors of scripts."""

    def __init__(self, url: str):
        self._url = url
        self._expected: list[re.Pattern[str]] = []
        self._found: list[str] = []

    def expect(self, pattern: str) -> None:
        """A line of the console that this test provokes."""
        self._expected.append(re.compile(pattern))

    def watch(self, page: Page) -> None:
        """From now on."""
        page.on("request", self._requested)
        page.on("console", self._logged)
        page.on("pageerror", lambda error: self._found.append(f"script: {error}"))
        page.on("dialog", lambda dialog: (self._found.append("a dialog"), dialog.dismiss()))

    def check(self) -> None:
        """Raises AssertionError where there was anything."""
        assert self._found == [], "\n".join(self._found)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:", "blob:")):
            self._found.append(f"another host: {request.url}")

    def _logged(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        known = any(pattern.search(text) for pattern in self._expected)
        if message.type == "error" and not known:
            self._found.append(f"console: {text}")


class AppPage:
    """One browser tab with the app in it."""

    def __init__(self, page: Page, url: str):
        self.page = page
        # Chromium hands choosers over some time after somebody begins to listen, not at once
        page.on("filechooser", lambda _: None)
        self.url = url
        self.shell = Shell(page, url)
        self.stage = StagePage(page)
        self.viewer = ViewerPage(page)
        self.gallery = GalleryPage(page)
        self.toast = page.locator(".toast")
        self.dialog = page.locator("dialog[open]")

    # ── going somewhere ────────────────────────────────────────────────────────────────────

    def open(self, path: str = "/") -> "AppPage":
        """Loads an address and waits until the page can be used."""
        self.shell.open(path)
        return self

    def create(self, slug: str) -> FormPage:
        """Opens an endpoint by its address."""
        self.open(f"/create/{slug}")
        form = FormPage(self.page, slug)
        expect(form.run).to_be_visible()
        return form

    def reload(self) -> None:
        """As F5 does."""
        self.page.reload()
        self.shell.ready()

    def go(self, view: str) -> None:
        """By the navigation."""
        self.shell.link(view).click()
        expect(self.page.locator(f"#view-{view.lower()}")).to_be_visible()

    # ── parts of a form ────────────────────────────────────────────────────────────────────

    def zone(self, form: FormPage, field: str = "image_url") -> DropZonePage:
        """A picture field."""
        return DropZonePage(self.page, f'[id="f-{form.slug}-{field}"]')

    def painter(self, form: FormPage, size: tuple[int, int]) -> PainterPage:
        """The mask's painter over a picture of that size."""
        painter = PainterPage(self.page, host=f'[id="f-{form.slug}-mask_url"]')
        painter.size = size
        return painter

    # ── runs ───────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def starting(self) -> Iterator[list[str]]:
        """Whatever is done inside starts one run; its id is in the list afterwards."""
        ids: list[str] = []
        with self.page.expect_response(lambda answer: answer.url.endswith(START)) as answered:
            yield ids
        ids.append(started(answered.value))

    def run(self, form: FormPage) -> str:
        """Presses Run; the id of the run that the server started."""
        with self.starting() as ids:
            form.run.click()
        return ids[0]

    def see_done(self, run_id: str, pictures: int = 1) -> None:
        """Waits until the stage shows that run as done, with its pictures drawn."""
        card = self.stage.showing(run_id)
        expect(card).to_have_attribute("data-run-state", "done", timeout=RUN_MS)
        expect(card.locator("img[data-run-id][data-index]")).to_have_count(pictures)
        for index in range(pictures):
            is_drawn(self.stage.picture(run_id, index))

    def make(self, form: FormPage) -> str:
        """Presses Run and waits for the pictures; the run's id."""
        run_id = self.run(form)
        self.see_done(run_id)
        return run_id

    def note_states(self) -> None:
        """From now on the states that the stage shows are noted."""
        self.page.evaluate(NOTE_STATES)

    def states_seen(self, run_id: str) -> list[str]:
        """The states of that run that the stage has shown, in order."""
        seen: list[str] = self.page.evaluate("window.statesSeen")
        return [line.split(" ")[1] for line in seen if line.startswith(f"{run_id} ")]

    # ── what the server knows ──────────────────────────────────────────────────────────────

    def get(self, path: str) -> Any:
        """JSON of the app's own API, as this person."""
        answer = self.page.request.get(self.url + path)
        assert answer.ok, answer.text()
        return answer.json()

    def runs(self) -> list[dict[str, Any]]:
        """This person's newest runs as /api/v1/runs lists them."""
        runs: list[dict[str, Any]] = self.get("/api/v1/runs?limit=100")["runs"]
        return runs

    def stored(self, run_id: str) -> dict[str, Any]:
        """One of them."""
        return next(run for run in self.runs() if run["id"] == run_id)

    def runs_of(self, prompt: str) -> list[dict[str, Any]]:
        """Those with that prompt."""
        return [run for run in self.runs() if run["input"].get("prompt") == prompt]

    def bytes_of(self, path: str) -> bytes:
        """What is served there."""
        answer = self.page.request.get(self.url + path)
        assert answer.ok, answer.text()
        return answer.body()


def started(answer: Response) -> str:
    """The id of the run that the form's call has started."""
    told = answer.json()
    assert "run" in told, told
    return str(told["run"]["id"])


def is_drawn(picture: Locator) -> None:
    """Waits until a picture is there for the eyes, not only in the document."""
    expect(picture).to_be_visible()
    assert picture.evaluate(DECODED) > 0


def below(boxes: Sequence[Locator]) -> float:
    """The lowest edge of these elements, in pixels of the window."""
    edges = []
    for box in boxes:
        found = box.bounding_box()
        assert found is not None, "an element is not there"
        edges.append(found["y"] + found["height"])
    return max(edges)
