"""Two to four pictures beside each other, or one over the other."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import violations
from tests.browser.gallery_app import NOW, Script, Scripted, image_json, run_json, served
from tests.browser.pages.compare import ComparePage
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell

WIDE = (2000, 1000)
HOSTILE = "<img src=x onerror=\"document.body.dataset.owned='1'\">"


def wide(number: int, **changes: object) -> dict[str, object]:
    """A run with one wide picture."""
    run_id = f"r{number}"
    images = [image_json(run_id, 0, WIDE)]
    return run_json(number, **{"id": run_id, "images": images, **changes})


@pytest.fixture
def script() -> Script:
    same = {"prompt": "A paper boat on a dark lake, one lamp", "seed": 7}
    return Script(
        runs=[
            wide(1, input=same, defaults={"safety_tolerance": "2"}),
            wide(
                2,
                input={**same, "prompt": "A paper boat on a bright lake, one lamp", "raw": True},
                defaults={"safety_tolerance": "2"},
            ),
            wide(3, input={"prompt": HOSTILE}),
            wide(4, images=[image_json("r4", 0, (800, 1200))]),
            wide(5, images=[image_json("r5", 0, WIDE, flagged=True)]),
        ]
    )


@pytest.fixture
def server(script: Script) -> Iterator[Scripted]:
    with served(script) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    with pages_of(browser, NOW) as open_page:
        yield open_page


@pytest.fixture
def shell(server: Scripted, new_page: OpenPage) -> Shell:
    return Shell(new_page(), server.url)


def opened(shell: Shell, *pictures: str) -> ComparePage:
    """The comparison of these pictures, by its address, once it knows them."""
    shell.open(f"/compare?pictures={','.join(pictures)}")
    page = ComparePage(shell.page)
    expect(page.dialog).to_be_visible()
    expect(page.loading).to_have_count(0)
    return page


def test_an_address_shows_its_pictures_zoomed_and_moved_together(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r2.0", "r3.0", "r4.0")
    expect(page.pictures).to_have_count(4)
    assert page.ids() == ["r1", "r2", "r3", "r4"]
    expect(page.percent).to_have_text(re.compile(r"^\d+ %$"))
    keys = shell.page.keyboard
    keys.press("+")
    keys.press("+")
    places = page.places()
    assert len({re.search(r"scale\(([\d.]+)\)", place)[1] for place in places}) == 1  # type: ignore[index]
    box = page.frames.nth(0).bounding_box()
    assert box is not None
    mouse = shell.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.wheel(0, -400)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2 - 60, box["y"] + box["height"] / 2 - 20, steps=3)
    mouse.up()
    places = page.places()
    assert places[0] == places[1] == places[2]  # of one size: moved by the same
    keys.press("ArrowLeft")
    assert page.places()[0] != places[0]
    keys.press("0")
    assert page.places() == ["none"] * 4


def test_two_lie_one_over_the_other_and_the_line_moves_by_hand_and_by_key(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r2.0")
    shell.page.keyboard.press("o")
    expect(page.over).to_have_attribute("aria-pressed", "true")
    expect(page.second).to_have_css("clip-path", re.compile(r"50%"))
    page.line.focus()
    shell.page.keyboard.press("Home")
    expect(page.line).to_have_attribute("aria-valuetext", "0 % of the first")
    expect(page.second).to_have_css("clip-path", re.compile(r"inset\(0px( 0px 0px 0%)?\)"))
    frame = page.frames.bounding_box()
    assert frame is not None
    shell.page.keyboard.press("End")
    for _ in range(200):
        shell.page.keyboard.press("ArrowLeft")
    expect(page.line).to_have_attribute("aria-valuetext", "0 % of the first")
    thumb = (frame["x"] + 2, frame["y"] + frame["height"] - 38)
    mouse = shell.page.mouse
    mouse.move(*thumb)
    mouse.down()
    mouse.move(frame["x"] + frame["width"] * 0.25, thumb[1], steps=4)
    mouse.up()
    expect(page.line).to_have_attribute("aria-valuetext", re.compile(r"^2[456] %"))
    # zoomed in, the line stays and the picture is cut somewhere else
    before = page.second.evaluate("img => img.style.clipPath")
    shell.page.keyboard.press("Shift+Tab")
    shell.page.keyboard.press("+")
    assert page.second.evaluate("img => img.style.clipPath") != before
    expect(page.line).to_have_attribute("aria-valuetext", re.compile(r"^2[456] %"))
    page.over.click()
    expect(page.frames).to_have_count(2)


def test_what_differs_is_marked_and_can_be_all_that_is_shown(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r2.0")
    expect(page.row("Prompt")).to_have_class("differs")
    expect(page.row("Prompt").locator("del")).to_have_text("left out: dark")
    expect(page.row("Prompt").locator("ins")).to_have_text("added: bright")
    expect(page.row("raw")).to_have_class("differs")
    expect(page.row("safety_tolerance")).to_have_class("")
    page.only_different.check()
    expect(page.row("safety_tolerance")).to_have_count(0)
    expect(page.row("raw").locator("td").nth(1)).to_have_text("yes")
    expect(page.only_different).to_be_focused()


def test_a_picture_can_be_taken_out_and_the_address_follows(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r2.0", "r3.0")
    page.without("B").click()
    expect(page.pictures).to_have_count(2)
    expect(shell.page).to_have_url(re.compile(r"pictures=r1\.0%2Cr3\.0$"))
    expect(page.without("A")).to_have_count(0)


def test_words_of_people_stay_words(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r3.0")
    expect(page.row("Prompt")).to_contain_text(HOSTILE)
    assert shell.page.locator("body").get_attribute("data-owned") is None


def test_a_covered_picture_is_covered_here_too(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r5.0")
    expect(page.over).to_have_count(0)
    cover = page.dialog.get_by_role("button", name="Covered")
    cover.click()
    expect(page.pictures).to_have_count(2)
    expect(page.over).to_be_visible()


def test_what_one_may_not_see_is_simply_not_here(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r2.0", "nobodys.0")
    expect(page.pictures).to_have_count(2)
    expect(shell.page.locator(".toast")).to_contain_text("Not all of these pictures are here")
    page = opened(shell, "r1.0", "nobodys.0")
    expect(page.note).to_contain_text("Only one of these pictures is here")
    for address in ("nobodys.0", "", "%00.x,<b>.9", "r1.7,r2.-1"):
        page = opened(shell, address)
        expect(page.note).to_contain_text("are not here for you")
    page.dialog.get_by_role("link", name="Go to the gallery").click()
    expect(page.dialog).to_have_count(0)
    shell.shows("Gallery")


def test_closing_goes_back_to_the_gallery(shell: Shell) -> None:
    page = opened(shell, "r1.0", "r2.0")
    shell.page.keyboard.press("Escape")
    expect(page.dialog).to_have_count(0)
    shell.shows("Gallery")
    shell.page.go_back()
    expect(page.dialog).to_be_visible()


def test_a_store_that_fails_says_so_and_is_asked_again(shell: Shell, script: Script) -> None:
    script.broken["/api/v1/runs/r2"] = 500
    page = opened(shell, "r1.0", "r2.0")
    expect(page.note).to_contain_text("could not be loaded")
    script.broken.clear()
    page.dialog.get_by_role("button", name="Retry").click()
    expect(page.pictures).to_have_count(2)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_on_a_phone_all_pictures_are_in_sight(shell: Shell, count: int) -> None:
    shell.page.set_viewport_size({"width": 390, "height": 844})
    page = opened(shell, *(f"r{n}.0" for n in range(1, count + 1)))
    expect(page.pictures).to_have_count(count)
    for picture in page.pictures.all():
        box = picture.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 844
    assert page.dialog.evaluate("node => node.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(server: Scripted, new_page: OpenPage, width: int, scheme: str) -> None:
    shell = Shell(new_page(width, color_scheme=scheme), server.url)
    page = opened(shell, "r1.0", "r2.0")
    expect(page.pictures).to_have_count(2)
    assert violations(shell.page) == []
    shell.page.keyboard.press("o")
    expect(page.line).to_be_visible()
    assert violations(shell.page) == []
    page = opened(shell, "r1.0", "nobodys.0")
    expect(page.note).to_be_visible()
    assert violations(shell.page) == []
