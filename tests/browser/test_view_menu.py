"""The View menu and the list of keys behind `?`."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.gallery_app import NOW, Script, Scripted, run_json, served
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell
from tests.browser.pages.view_menu import ViewMenu


@pytest.fixture
def server() -> Iterator[Scripted]:
    with served(Script(runs=[run_json(n) for n in range(4)])) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    with pages_of(browser, NOW) as open_page:
        yield open_page


@pytest.fixture
def shell(server: Scripted, new_page: OpenPage) -> Shell:
    return Shell(new_page(), server.url).open()


@pytest.fixture
def menu(shell: Shell) -> ViewMenu:
    return ViewMenu(shell.page)


def test_the_menu_is_walked_by_keys_and_gives_the_focus_back(menu: ViewMenu) -> None:
    keys = menu.page.keyboard
    menu.button.press("Enter")
    expect(menu.item("Hide prices and logs")).to_be_focused()
    keys.press("End")
    expect(menu.item("Keys")).to_be_focused()
    keys.press("ArrowUp")
    expect(menu.item("Dark")).to_be_focused()
    keys.press("Escape")
    expect(menu.menu).to_have_count(0)
    expect(menu.button).to_be_focused()


def test_the_theme_is_remembered_and_goes_before_the_system(shell: Shell, menu: ViewMenu) -> None:
    body = shell.page.locator("body")
    expect(body).not_to_have_class(re.compile("dark"))
    menu.choose("Dark")
    expect(body).to_have_class(re.compile("dark"))
    shell.open("/gallery")
    expect(body).to_have_class(re.compile("dark"))
    menu.button.click()
    expect(menu.item("Dark")).to_have_attribute("aria-checked", "true")
    menu.item("As the system").click()
    expect(body).not_to_have_class(re.compile("dark"))


def test_a_theme_of_the_address_gives_way_to_a_choice(shell: Shell, menu: ViewMenu) -> None:
    body = shell.page.locator("body")
    shell.open("/?__theme=dark")
    expect(body).to_have_class(re.compile("dark"))
    menu.choose("Light")
    expect(body).not_to_have_class(re.compile("dark"))
    assert "__theme" not in shell.page.url


def test_a_theme_that_something_else_sets_is_put_right(shell: Shell) -> None:
    shell.page.evaluate("document.body.classList.add('dark')")
    expect(shell.page.locator("body")).not_to_have_class(re.compile("dark"))


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_a_question_mark_lists_the_keys(
    server: Scripted, new_page: OpenPage, size: tuple[int, int]
) -> None:
    shell = Shell(new_page(*size), server.url).open()
    menu = ViewMenu(shell.page)
    shell.link("Create").focus()
    shell.page.keyboard.press("?")
    expect(menu.keys).to_be_visible()
    for words in ("In a form", "Mask painter", "undo, redo", "Create, Gallery, Presets"):
        expect(menu.keys).to_contain_text(words)
    shell.page.keyboard.press("?")
    expect(menu.keys).to_have_count(1)
    box = menu.keys.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    shell.page.keyboard.press("Escape")
    expect(menu.keys).to_have_count(0)
    expect(shell.link("Create")).to_be_focused()


def test_the_menu_opens_the_list_too(menu: ViewMenu) -> None:
    menu.choose("Keys")
    expect(menu.keys).to_be_visible()
    menu.page.keyboard.press("Escape")
    expect(menu.button).to_be_focused()


def test_a_question_mark_is_text_where_someone_types(shell: Shell, menu: ViewMenu) -> None:
    shell.prompt.fill("who")
    shell.prompt.press("?")
    expect(shell.prompt).to_have_value("who?")
    expect(menu.keys).to_have_count(0)


def test_keys_without_ctrl_can_be_switched_off_and_stay_so(shell: Shell, menu: ViewMenu) -> None:
    expect(shell.link("Gallery")).to_have_attribute("aria-keyshortcuts", "g")
    menu.choose("Keys")
    menu.single_keys.uncheck()
    menu.page.keyboard.press("Escape")
    expect(menu.keys).to_have_count(0)
    for key in ("g", "?"):
        menu.page.keyboard.press(key)
    shell.shows("Create")
    expect(menu.keys).to_have_count(0)
    assert shell.link("Gallery").get_attribute("aria-keyshortcuts") is None
    shell.open()
    menu.page.keyboard.press("p")
    shell.shows("Create")
    menu.choose("Keys")
    menu.single_keys.check()
    menu.page.keyboard.press("Escape")
    menu.page.keyboard.press("g")
    shell.shows("Gallery")


def test_the_content_is_one_key_away(shell: Shell) -> None:
    shell.page.keyboard.press("Tab")
    skip = shell.page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    expect(shell.heading).to_be_focused()
    shell.page.keyboard.press("Tab")
    expect(shell.prompt).to_be_focused()
