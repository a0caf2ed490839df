"""The viewer: one picture in the whole window, everything about it beside."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages.stage import StagePage
from tests.browser.pages.viewer import ViewerPage
from tests.browser.stage_app import PROMPT, Script, image, run, serve


@pytest.fixture
def script() -> Script:
    """Three runs: one with two pictures, a portrait, a flagged one."""
    output = {"seed": 7, "prompt": "A lighthouse, rewritten", "timings": {"inference": 7.25}}
    return Script().knows(
        run("a", age=60, images=[image("a", 0), image("a", 1)], output=output),
        run("b", age=120, images=[image("b", width=768, height=1365)]),
        run("c", age=180, images=[image("c", flagged=True)]),
    )


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    """The address of the scripted server."""
    with serve(script) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose scripts must not fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    opened = context.new_page()
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    context.close()
    assert failures == []


@pytest.fixture
def viewer(page: Page, url: str) -> ViewerPage:
    """The viewer, opened on the newest picture."""
    stage = StagePage(page).open(url)
    stage.picture("a").click()
    opened = ViewerPage(page)
    expect(opened.at("a", 0)).to_be_visible()
    return opened


def test_arrows_go_through_all_pictures_and_stop_at_the_ends(viewer: ViewerPage) -> None:
    keys = viewer.page.keyboard
    expect(viewer.before).to_be_hidden()
    expect(viewer.counter).to_have_text("1 of 4")
    keys.press("ArrowRight")
    expect(viewer.at("a", 1)).to_be_visible()
    viewer.after.click()
    expect(viewer.at("b")).to_be_visible()
    keys.press("End")
    expect(viewer.at("c")).to_be_visible()
    expect(viewer.after).to_be_hidden()
    keys.press("ArrowRight")
    keys.press("ArrowLeft")
    expect(viewer.at("b")).to_be_visible()
    viewer.after.click()
    expect(viewer.at("c")).to_be_visible()
    keys.press("ArrowLeft")
    expect(viewer.at("b")).to_be_visible()
    keys.press("Home")
    expect(viewer.at("a", 0)).to_be_visible()


def test_escape_closes_and_gives_the_focus_back(viewer: ViewerPage) -> None:
    expect(viewer.close).to_be_focused()
    viewer.page.keyboard.press("Escape")
    expect(viewer.dialog).to_have_count(0)
    link = viewer.page.locator("#stage a.picture-open").first
    expect(link).to_be_focused()


def test_the_focus_stays_inside(viewer: ViewerPage) -> None:
    inside = (
        "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
    )
    for _ in range(40):
        viewer.page.keyboard.press("Tab")
        assert viewer.page.evaluate(inside)


def test_the_preview_gives_way_to_the_original_without_a_jump(page: Page, url: str) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/media/a/0$"), lambda route: held.append(route))
    stage = StagePage(page).open(url)
    stage.picture("a").click()
    viewer = ViewerPage(page)
    expect(viewer.picture).to_have_attribute("src", "/media/a/0/preview")
    page.wait_for_function("document.querySelector('img.viewer-picture').complete")
    before = viewer.picture.bounding_box()
    for route in held:
        route.continue_()
    expect(viewer.picture).to_have_attribute("src", "/media/a/0")
    assert viewer.picture.bounding_box() == before
    assert before is not None
    assert abs(before["width"] / before["height"] - 2752 / 1536) < 0.01


def test_keys_zoom_in_and_out_and_back_to_the_whole(viewer: ViewerPage) -> None:
    keys = viewer.page.keyboard
    whole = viewer.percent.text_content()
    keys.press("+")
    keys.press("+")
    assert viewer.scale() == pytest.approx(1.96)
    expect(viewer.percent).not_to_have_text(whole or "")
    keys.press("-")
    assert viewer.scale() == pytest.approx(1.4)
    keys.press("0")
    assert viewer.scale() == 1
    expect(viewer.percent).to_have_text(whole or "")


def test_the_wheel_zooms_where_the_pointer_is_and_dragging_moves(viewer: ViewerPage) -> None:
    box = viewer.frame.bounding_box()
    assert box is not None
    left, middle = box["x"] + 200, box["y"] + box["height"] / 2
    mouse = viewer.page.mouse
    mouse.move(left, middle)
    mouse.wheel(0, -500)
    viewer.page.wait_for_function(
        "document.querySelector('.viewer-picture').style.transform.includes('scale')"
    )
    zoomed = viewer.offset()
    assert viewer.scale() > 2
    assert zoomed[0] > 0  # what was left of the middle has come towards it
    mouse.down()
    mouse.move(left - 120, middle, steps=4)
    mouse.up()
    assert viewer.offset()[0] == pytest.approx(zoomed[0] - 120, abs=1)


def test_a_picture_can_not_be_lost_by_dragging(viewer: ViewerPage) -> None:
    keys = viewer.page.keyboard
    keys.press("+")
    mouse = viewer.page.mouse
    box = viewer.frame.bounding_box()
    assert box is not None
    mouse.move(box["x"] + 300, box["y"] + 300)
    mouse.down()
    mouse.move(box["x"] + 5000, box["y"] + 5000, steps=3)
    mouse.up()
    shown = viewer.picture.bounding_box()
    assert shown is not None
    assert shown["x"] <= box["x"] + 60
    assert shown["x"] + shown["width"] >= box["x"] + box["width"] - 60


def test_a_double_click_shows_real_pixels_and_the_whole_again(viewer: ViewerPage) -> None:
    viewer.picture.dblclick()
    expect(viewer.percent).to_have_text("100 %")
    viewer.picture.dblclick()
    assert viewer.scale() == 1


TOUCH = """([from, to]) => {
  const frame = document.querySelector(".viewer-frame");
  const send = (type, id, [x, y]) => frame.dispatchEvent(new PointerEvent(type, {
    pointerId: id, pointerType: "touch", clientX: x, clientY: y, bubbles: true, button: 0,
  }));
  frame.setPointerCapture = () => {};
  from.forEach((point, i) => send("pointerdown", i + 1, point));
  to.forEach((point, i) => send("pointermove", i + 1, point));
  to.forEach((point, i) => send("pointerup", i + 1, point));
}"""


def test_a_swipe_goes_on_and_a_pinch_zooms(viewer: ViewerPage) -> None:
    viewer.page.evaluate(TOUCH, [[[500, 400]], [[350, 405]]])
    expect(viewer.at("a", 1)).to_be_visible()
    viewer.page.evaluate(TOUCH, [[[350, 400]], [[500, 395]]])
    expect(viewer.at("a", 0)).to_be_visible()
    viewer.page.evaluate(TOUCH, [[[400, 400], [500, 400]], [[350, 400], [550, 400]]])
    assert viewer.scale() == pytest.approx(2)
    viewer.page.evaluate(TOUCH, [[[500, 400]], [[350, 405]]])
    expect(viewer.at("a", 0)).to_be_visible()


def test_everything_about_the_run_stands_beside_it(viewer: ViewerPage) -> None:
    expect(viewer.about).to_contain_text(PROMPT)
    expect(viewer.about).to_contain_text("A lighthouse, rewritten")
    facts = {
        "Seed": "7",
        "Size": "2752×1536, 4.2 megapixels",
        "File": "JPEG, 1.4 MB",
        "Billed": "$0.06",
        "Took": "9.8 s",
        "At the model": "7.3 s",
        "Person": "Ada",
        "Endpoint": "fal-ai/flux-pro/v1.1-ultra",
        "Request id": "req-a",
        "Aspect ratio": "16:9",
        "Raw": "no",
    }
    for label, value in facts.items():
        expect(viewer.fact(label)).to_have_text(value)


def test_each_fact_can_be_copied(viewer: ViewerPage) -> None:
    lists = viewer.about.locator("dl.details")
    expect(lists).to_have_count(3)
    assert lists.locator("dd").count() == lists.locator("dd .copy").count() > 10
    viewer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = {"Copy size": "2752×1536", "Copy person": "Ada", "Copy raw": "false"}
    for label, text in copied.items():
        button = viewer.about.get_by_role("button", name=label, exact=True)
        button.focus()
        expect(button).to_have_css("opacity", "1")
        viewer.page.keyboard.press("Enter")
        viewer.page.wait_for_function(
            "async (text) => (await navigator.clipboard.readText()) === text", arg=text
        )


def test_what_fal_made_of_the_prompt_is_marked_word_by_word(
    viewer: ViewerPage, script: Script
) -> None:
    used = "A tall lighthouse on a basalt cliff in <b>dense</b> fog"
    ours = "A lighthouse on a basalt cliff in thin fog"
    known = script.runs["a"]
    output = {**known["output"], "prompt": used, "timings": {"inference": 7.25, "safety": 0.5}}
    script.change("a", input={"prompt": ours}, output=output)
    expect(viewer.fact("Time: safety")).to_have_text("0.5 s")
    shown = viewer.about.locator(".detail-prompt").nth(1)
    expect(shown.locator("del")).to_have_text(["left out: thin"])
    expect(shown.locator("ins")).to_have_text(["added: tall ", "added: <b>dense</b>"])
    expect(shown.locator("b")).to_have_count(0)
    # a prompt that is another one altogether is only shown
    script.change("a", input={"prompt": ours}, output={**output, "prompt": "Waves at night"})
    expect(shown.locator("p")).to_have_text("Waves at night")
    expect(shown.locator("ins, del")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_arrows_leave_the_words_of_a_covered_picture_free(
    page: Page, url: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    StagePage(page).open(url).picture("a").click()
    viewer = ViewerPage(page)
    expect(viewer.at("a", 0)).to_be_visible()
    page.keyboard.press("End")
    expect(viewer.cover).to_be_visible()
    words = viewer.cover.locator("span").first.bounding_box()
    arrow = viewer.before.bounding_box()
    assert words is not None
    assert arrow is not None
    assert arrow["x"] + arrow["width"] <= words["x"]


def test_a_flagged_picture_is_covered_here_too(viewer: ViewerPage) -> None:
    viewer.page.keyboard.press("End")
    expect(viewer.cover).to_be_visible()
    expect(viewer.picture).to_have_count(0)
    viewer.cover.click()
    expect(viewer.picture).to_be_visible()


def test_a_deleted_run_leaves_its_place_to_the_next(viewer: ViewerPage, script: Script) -> None:
    viewer.action("Delete").click()
    expect(viewer.at("b")).to_be_visible()
    expect(viewer.counter).to_have_text("1 of 2")
    note = viewer.dialog.locator(".toast")
    expect(note).to_contain_text("Run with its 2 pictures deleted")
    viewer.page.keyboard.press("Escape")
    viewer.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(viewer.page.locator("#stage [data-tile='a']")).to_be_visible()
    assert script.count("POST", "/api/v1/runs/a/restore") == 1


def test_open_in_form_leaves_the_viewer(viewer: ViewerPage) -> None:
    viewer.action("Open in form").click()
    expect(viewer.dialog).to_have_count(0)
    viewer.page.wait_for_function("window.formCalls?.length === 1")


def test_dialogs_and_menus_open_above_the_viewer(viewer: ViewerPage) -> None:
    viewer.action("Copy as…").click()
    code = viewer.page.get_by_role("dialog", name="This run as code")
    expect(code).to_be_visible()
    viewer.page.keyboard.press("Escape")
    expect(code).to_have_count(0)
    viewer.action("Use as reference in…").click()
    expect(viewer.page.get_by_role("menuitem").first).to_be_focused()
    viewer.page.keyboard.press("ArrowRight")
    viewer.page.keyboard.press("Escape")
    expect(viewer.page.get_by_role("menu")).to_have_count(0)
    expect(viewer.at("a", 0)).to_be_visible()


def test_the_end_asks_for_more_until_there_is_none(page: Page, url: str) -> None:
    StagePage(page).open(url)
    page.evaluate(
        """async () => {
          const { openViewer } = await import("/static/js/viewer.js");
          const { runs } = await import("/static/js/runs.js");
          const items = (id) => [{ run: runs.get(id), image: runs.get(id).images[0] }];
          const pages = [items("b"), items("c"), []];
          window.asked = 0;
          openViewer(items("a"), 0, {
            more: async () => pages[window.asked++],
            onClose: () => (window.viewerClosed = true),
          });
        }"""
    )
    viewer = ViewerPage(page)
    expect(viewer.counter).to_have_text("1 of 2+")
    page.keyboard.press("ArrowRight")
    expect(viewer.counter).to_have_text("2 of 3+")
    page.keyboard.press("ArrowRight")
    expect(viewer.counter).to_have_text("3 of 3")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.asked") == 3
    page.keyboard.press("Escape")
    page.wait_for_function("window.viewerClosed === true")


def test_on_a_phone_the_details_stand_below(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    stage = StagePage(page).open(url)
    stage.picture("a").click()
    viewer = ViewerPage(page)
    picture, about = viewer.frame.bounding_box(), viewer.about.bounding_box()
    assert picture is not None
    assert about is not None
    assert about["y"] >= picture["y"] + picture["height"]
    assert page.evaluate("document.querySelector('dialog.viewer').scrollWidth") <= 390


@pytest.mark.parametrize(
    ("billed", "estimated"),
    [("0.0525", "$0.06, difference −$0.0075"), ("0.12", "$0.06, difference +$0.06")],
)
def test_fals_bill_stands_beside_the_estimate_with_the_difference(
    page: Page, script: Script, url: str, billed: str, estimated: str
) -> None:
    script.knows(run("d", age=1, images=[image("d")], billed_usd=billed, cost_usd="0.06"))
    stage = StagePage(page).open(url)
    stage.picture("d").click()
    viewer = ViewerPage(page)
    expect(viewer.fact("Billed")).to_have_text(f"${billed}")
    expect(viewer.fact("By fal's answer")).to_have_text("$0.06")
    expect(viewer.fact("Estimated before")).to_have_text(estimated)


def test_a_bill_as_high_as_the_estimate_is_no_difference(
    page: Page, script: Script, url: str
) -> None:
    script.knows(run("d", age=1, images=[image("d")], billed_usd="0.06", cost_usd="0.06"))
    StagePage(page).open(url).picture("d").click()
    viewer = ViewerPage(page)
    expect(viewer.fact("Estimated before")).to_have_text("$0.06")
    expect(viewer.fact("By fal's answer")).to_have_count(0)
