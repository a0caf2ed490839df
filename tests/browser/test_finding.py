"""Finding pictures among many: the search, its filters, its address, and long scrolls."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import violations
from tests.browser.gallery_app import NOW, Script, Scripted, run_json, served
from tests.browser.pages.gallery import GalleryPage
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell

PAGE = 48
MANY = 1_200


@pytest.fixture
def script() -> Script:
    return Script(runs=[run_json(n) for n in range(200)])


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


@pytest.fixture
def gallery(shell: Shell) -> GalleryPage:
    return GalleryPage(shell.page)


def asked_for(script: Script) -> dict[str, list[str]]:
    """The query of the last page that was asked for."""
    calls = [call for call in script.calls if call.startswith("/api/v1/runs?")]
    return parse_qs(urlsplit(calls[-1]).query)


def test_a_slash_goes_to_the_search_and_what_is_typed_stands_in_the_address(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    shell.page.keyboard.press("/")
    expect(gallery.search).to_be_focused()
    shell.page.keyboard.type("number 199")
    expect(shell.page).to_have_url(re.compile(r"/gallery\?q=number\+199$"))
    gallery.has_loaded(1)
    expect(gallery.search).to_be_focused()
    assert asked_for(script)["q"] == ["number 199"]
    assert asked_for(script)["pictures"] == ["1"]
    assert asked_for(script)["zone"]


def test_back_and_forward_walk_through_searches(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    gallery.search.fill("number 199")
    gallery.has_loaded(1)
    gallery.open_filters()
    gallery.root.get_by_label("Shape").select_option("Portrait")
    expect(shell.page).to_have_url(re.compile(r"q=number\+199\+aspect%3Aportrait$"))
    shell.page.go_back()
    expect(gallery.search).to_have_value("number 199")
    expect(gallery.chips).to_have_count(0)
    shell.page.go_back()
    expect(gallery.search).to_have_value("")
    gallery.has_loaded(PAGE)
    shell.page.go_forward()
    expect(gallery.search).to_have_value("number 199")
    gallery.has_loaded(1)


def test_a_link_to_a_search_shows_it(shell: Shell, gallery: GalleryPage, script: Script) -> None:
    script.notices = ["There is no filter called colour: it is searched for as words."]
    shell.open('/gallery?q=number tag:"by the sea" -is:mine after:2026-01-01')
    gallery.has_loaded(PAGE)
    expect(gallery.search).to_have_value('number tag:"by the sea" -is:mine after:2026-01-01')
    expect(gallery.chips).to_have_text(['tag:"by the sea"', "-is:mine", "after:2026-01-01"])
    expect(gallery.root.get_by_role("status")).to_contain_text("no filter called colour")
    gallery.open_filters()
    expect(gallery.root.get_by_label("From", exact=True)).to_have_value("2026-01-01")
    expect(gallery.root.get_by_label("Tag", exact=True)).to_have_value("by the sea")
    expect(gallery.root.get_by_label("Starred")).not_to_be_checked()


def test_filters_become_parts_of_the_search_and_go_again_by_their_x(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.open_filters()
    gallery.root.get_by_label("Person").select_option("Bo Li")
    gallery.root.get_by_label("Starred").check()
    gallery.root.get_by_label("Seed is known").check()
    gallery.root.get_by_label("From", exact=True).fill("2026-01-02")
    gallery.root.get_by_label("Until").fill("2026-01-31")
    gallery.root.get_by_label("Cost from").fill("0.05")
    gallery.root.get_by_label("Cost from").press("Enter")
    gallery.root.get_by_label("State").select_option("Failed")
    expected = [
        'by:"Bo Li"',
        "is:starred",
        "seed:any",
        "after:2026-01-02",
        "before:2026-02-01",
        "cost:>=0.05",
        "state:failed",
    ]
    expect(gallery.chips).to_have_text(expected)
    expect(gallery.search).to_have_value(" ".join(expected))
    gallery.root.get_by_role("button", name="Remove is:starred").click()
    expect(gallery.root.get_by_label("Starred")).not_to_be_checked()
    expect(gallery.chips).to_have_count(len(expected) - 1)
    gallery.root.get_by_role("button", name="Clear search").click()
    expect(gallery.search).to_have_value("")
    expect(shell.page).to_have_url(re.compile(r"/gallery$"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_search_with_all_that_opens(
    shell: Shell, gallery: GalleryPage, dark: bool
) -> None:
    shell.page.emulate_media(color_scheme="dark" if dark else "light")
    shell.open("/gallery?q=number tag:sea -is:mine")
    gallery.has_loaded(PAGE)
    gallery.open_filters()
    gallery.root.get_by_role("button", name="What can be typed").click()
    assert violations(shell.page) == []


def test_a_hint_is_put_into_the_search(shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery")
    gallery.root.get_by_role("button", name="What can be typed").click()
    gallery.root.get_by_role("button", name="endpoint:").click()
    expect(gallery.search).to_be_focused()
    expect(gallery.search).to_have_value("endpoint:")


def test_a_search_that_finds_nothing_says_what_to_do(shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery?q=unheard-of")
    expect(gallery.empty).to_contain_text("Nothing fits this search.")
    gallery.empty.get_by_role("button", name="Show all pictures").click()
    gallery.has_loaded(PAGE)
    expect(gallery.search).to_have_value("")


def test_a_failed_run_that_is_asked_for_is_shown_without_a_picture(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    error = {"message": "fal refused it.", "code": "x", "charged": "no", "fields": {}}
    script.runs[:] = [run_json(0, state="failed", images=[], error=error)]
    shell.open("/gallery?q=state:failed")
    expect(gallery.tile("run9999")).to_contain_text("Failed")
    expect(gallery.tile("run9999")).to_contain_text("fal refused it.")
    assert "pictures" not in asked_for(script)


def test_the_place_is_kept_over_the_viewer_and_another_view(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    shell.scroll_to(700)
    tile = gallery.root.locator(".tile-link").filter(visible=True).nth(20)
    tile.scroll_into_view_if_needed()
    before = shell.scrolled
    tile.click()
    expect(gallery.viewer).to_be_visible()
    shell.page.keyboard.press("Escape")
    expect(gallery.viewer).to_have_count(0)
    assert shell.scrolled == pytest.approx(before, abs=2)
    shell.page.keyboard.press("c")
    shell.shows("Create")
    shell.page.keyboard.press("g")
    expect(gallery.pictures.first).to_be_visible()
    assert shell.scrolled == pytest.approx(before, abs=2)


def test_a_long_scroll_keeps_the_page_small_and_knows_where_each_picture_stands(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    script.runs[:] = [run_json(n) for n in range(MANY)]
    shell.open("/gallery")
    for loaded in range(PAGE, MANY + 1, PAGE):
        gallery.has_loaded_at_least(loaded)
        gallery.scroll_to_end()
    nodes = shell.page.evaluate("document.querySelectorAll('*').length")
    assert nodes < 3000
    assert gallery.pictures.count() < 250
    last = gallery.tile(f"run{9999 - MANY + 1:04d}")
    expect(last).to_be_visible()
    place = last.get_attribute("aria-posinset")
    assert place == last.get_attribute("aria-setsize")
    shell.scroll_to(0)
    expect(gallery.tile("run9999")).to_be_visible()
    expect(gallery.tile("run9999")).to_have_attribute("aria-posinset", "1")


def test_what_has_the_focus_stays_while_one_scrolls_away(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    gallery.tile("run9999").locator("a").focus()
    for loaded in (96, 144):
        gallery.scroll_to_end()
        gallery.has_loaded_at_least(loaded)
    expect(gallery.tile("run9999").locator("a")).to_be_focused()
