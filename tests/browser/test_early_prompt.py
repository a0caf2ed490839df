"""What one types before Gradio has drawn its widgets is in the form afterwards."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pages.app import AppPage
from tests.browser.pages.form import FormPage

SLUG = "v1.1"


@pytest.fixture
def late(tab: AppPage) -> Callable[[], None]:
    """Gradio's scripts do not come until this is called."""
    held: list[Route] = []
    comes = False

    def hold(route: Route) -> None:
        if comes:
            route.continue_()
        else:
            held.append(route)

    def let_go() -> None:
        nonlocal comes
        comes = True
        for route in held:
            route.continue_()

    tab.page.route("**/assets/*.js", hold)
    return let_go


def opened(tab: AppPage, path: str = f"/create/{SLUG}") -> FormPage:
    tab.page.goto(f"{tab.url}{path}", wait_until="commit")
    return FormPage(tab.page, SLUG)


def caret(page: Page) -> list[int]:
    found: list[int] = page.evaluate(
        "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    )
    return found


def test_text_caret_and_focus_move_into_the_form_and_the_run(
    tab: AppPage, late: Callable[[], None]
) -> None:
    form = opened(tab)
    early = tab.page.get_by_label("Prompt")
    early.click()
    tab.page.keyboard.type("A house at sea")
    for _ in range(4):
        tab.page.keyboard.press("ArrowLeft")
    before = caret(tab.page)
    late()
    expect(form.box("prompt")).to_have_value("A house at sea")
    expect(form.box("prompt")).to_be_focused()
    expect(tab.page.locator("#early")).to_have_count(0)
    assert caret(tab.page) == before == [10, 10]
    tab.page.keyboard.type(" far")
    tab.shell.ready()
    run_id = tab.run(form)
    assert tab.stored(run_id)["input"]["prompt"] == "A house at far sea"


def test_no_key_is_lost_while_it_moves(tab: AppPage, late: Callable[[], None]) -> None:
    form = opened(tab)
    tab.page.get_by_label("Prompt").click()
    words = "one two three four five six seven eight nine ten eleven twelve "
    tab.page.keyboard.type(words[:8])
    late()
    tab.page.keyboard.type(words[8:] * 4, delay=4)
    tab.shell.ready()
    expect(form.box("prompt")).to_have_value(words + words[8:] * 3)


#: types into the box as soon as it has the focus, and gives it meanwhile what it held before
ECHO = """() => new MutationObserver((_, observer) => {
  if (document.getElementById("early")) return;
  observer.disconnect();
  const box = document.activeElement;
  document.execCommand("insertText", false, " at sea");
  box.value = "A house";
}).observe(document, { childList: true, subtree: true })"""


def test_no_key_is_lost_where_gradio_gives_its_box_the_same_text_again(
    tab: AppPage, late: Callable[[], None]
) -> None:
    form = opened(tab)
    tab.page.get_by_label("Prompt").click()
    tab.page.keyboard.type("A house")
    tab.page.evaluate(ECHO)
    late()
    expect(tab.page.locator("#early")).to_have_count(0)
    tab.page.keyboard.type("!")
    expect(form.box("prompt")).to_have_value("A house at sea!")


#: fills the form's own box the moment that it is there alone; Gradio then gives it its first value
FIRST_VALUE = """() => new MutationObserver((_, observer) => {
  if (document.getElementById("early")) return;
  observer.disconnect();
  const box = document.getElementById("f-v1.1-prompt").querySelector("textarea");
  box.focus();
  document.execCommand("insertText", false, "A house at sea");
  box.value = "";
}).observe(document, { childList: true, subtree: true })"""


def test_what_stands_in_the_forms_own_box_at_once_stays_there(
    tab: AppPage, late: Callable[[], None]
) -> None:
    form = opened(tab)
    tab.page.evaluate(FIRST_VALUE)
    late()
    expect(form.box("prompt")).to_have_value("A house at sea")
    tab.shell.ready()
    run_id = tab.run(form)
    assert tab.stored(run_id)["input"]["prompt"] == "A house at sea"


def test_a_form_that_is_reset_at_once_is_empty(tab: AppPage) -> None:
    form = opened(tab)
    form.box("prompt").fill("A second thought")
    form.page.get_by_role("button", name="Reset", exact=True).click()
    expect(form.box("prompt")).to_have_value("")
    tab.shell.ready()
    expect(form.box("prompt")).to_have_value("")


def test_a_character_that_is_being_composed_is_finished_first(
    tab: AppPage, late: Callable[[], None]
) -> None:
    form = opened(tab)
    early = tab.page.locator("#early-box")
    early.click()
    session = tab.page.context.new_cdp_session(tab.page)
    composed = {"selectionStart": 1, "selectionEnd": 1}
    session.send("Input.imeSetComposition", {"text": "に", **composed})
    late()
    expect(form.run).to_be_attached()
    expect(early).to_be_focused()
    session.send("Input.insertText", {"text": "日"})
    expect(form.box("prompt")).to_have_value("日")
    expect(form.box("prompt")).to_be_focused()


def test_nothing_typed_leaves_the_form_and_the_focus_alone(tab: AppPage) -> None:
    form = opened(tab)
    tab.shell.ready()
    expect(tab.page.locator("#early")).to_have_count(0)
    expect(form.box("prompt")).to_have_value("")
    assert tab.page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1000, 800), (390, 844)])
def test_it_stands_where_the_forms_own_box_will_be(
    tab: AppPage, late: Callable[[], None], width: int, height: int
) -> None:
    tab.page.set_viewport_size({"width": width, "height": height})
    form = opened(tab)
    early = tab.page.locator("#early-box").bounding_box()
    late()
    tab.shell.ready()
    # in one look: a notice may come at any moment
    own, notices = form.box("prompt").evaluate(
        """box => [box, document.querySelector(".shell-notices")].map(
          (node) => node.getBoundingClientRect().toJSON())"""
    )
    assert early is not None
    for side in ("x", "width", "height"):
        assert early[side] == pytest.approx(own[side], abs=2)
    assert early["y"] + notices["height"] == pytest.approx(own["y"], abs=3)


def test_a_dark_page_is_dark_from_the_first_frame(tab: AppPage, late: Callable[[], None]) -> None:
    tab.page.emulate_media(color_scheme="dark")
    opened(tab)
    ground = "getComputedStyle(document.querySelector('#early')).backgroundColor"
    tab.page.locator("#early-box").wait_for()
    assert tab.page.evaluate(ground) == "rgb(22, 22, 22)"
    late()


def test_the_gallery_has_none(tab: AppPage) -> None:
    opened(tab, "/gallery")
    tab.shell.ready()
    expect(tab.page.locator("#early")).to_have_count(0)


def test_it_moves_although_gradio_does_not_hear_the_first_press(
    tab: AppPage, late: Callable[[], None]
) -> None:
    tab.page.add_init_script(
        f"""addEventListener("click", (event) => {{
          if (window.deaf || event.target.id !== "write-{SLUG}") return;
          window.deaf = true;
          event.stopImmediatePropagation();
        }}, {{ capture: true }})"""
    )
    form = opened(tab)
    tab.page.get_by_label("Prompt").click()
    tab.page.keyboard.type("A house at sea")
    late()
    expect(form.box("prompt")).to_have_value("A house at sea")
    expect(tab.page.locator("#early")).to_have_count(0)
    assert tab.page.evaluate("window.deaf") is True
