"""The gallery and the presets, against the modules that people get, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.gallery_app import (
    NOW,
    Script,
    Scripted,
    image_json,
    preset_json,
    run_json,
    served,
)
from tests.browser.pages.gallery import GalleryPage
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.presets import PresetsPage
from tests.browser.pages.shell import Shell

PAGE = 48
HOSTILE = [
    "<img src=x onerror=\"document.body.dataset.owned='1'\">",
    "${document.body.setAttribute('data-owned', 1)} {{value}}",
    '"></a><script>document.body.dataset.owned=1</script>',
    "שלום עולם ‮ gnihtemos 🐉🌊",
]


@pytest.fixture
def script() -> Script:
    return Script(
        runs=[run_json(n) for n in range(200)], presets=[preset_json(n) for n in range(6)]
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


@pytest.fixture
def gallery(shell: Shell) -> GalleryPage:
    return GalleryPage(shell.page)


def only(script: Script, **changes: object) -> None:
    """Leaves one run, changed."""
    script.runs[:] = [run_json(0, **changes)]


def fresh(run_id: str, **changes: object) -> dict[str, object]:
    """A run that was made just now."""
    image = image_json(run_id, 0, (1024, 1024))
    return run_json(0, id=run_id, created_at=NOW.isoformat(), images=[image], **changes)


# ── the grid ─────────────────────────────────────────────────────────────────────────────────


def test_pictures_stand_by_day_with_their_number_and_cost(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    expect(gallery.days.first).to_have_text("Today · 5 pictures, $0.30")
    expect(gallery.days.nth(1)).to_have_text("Yesterday · 8 pictures, $0.48")
    expect(gallery.days.nth(2)).to_have_text("Tuesday, 12 May · 8 pictures, $0.48")
    script.broken["/api/v1/runs"] = 503  # older ones can't be loaded
    gallery.scroll_to_end()
    expect(gallery.days.last).to_contain_text("so far")


def test_each_picture_has_its_prompt_as_alt_text_and_its_size(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    first = gallery.picture("run9999")
    expect(first).to_have_attribute("alt", re.compile("^A lighthouse .* number 0$"))
    expect(first).to_have_attribute("width", "2752")
    expect(first).to_have_attribute("loading", "lazy")


def test_tiles_of_a_row_are_equally_high_and_not_cropped(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    expect(gallery.pictures.first).to_be_visible()
    heights = gallery.heights_of_first_row()
    assert len(heights) >= 3
    assert max(heights) - min(heights) <= 1
    box = gallery.tile("run9999").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(2752 / 1536, rel=0.01)


def test_scrolling_loads_every_picture_once_and_in_order(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    for loaded in (96, 144, 192, 200):
        gallery.scroll_to_end()
        gallery.has_loaded_at_least(loaded)
    expect(gallery.more).to_have_count(0)
    assert gallery.ids() == [f"run{9999 - n:04d}" for n in range(200)]


def test_a_browser_that_tells_several_frames_at_once_loads_more(
    server: Scripted, new_page: OpenPage
) -> None:
    page = new_page()
    page.add_init_script("""
      const Watch = window.IntersectionObserver;
      window.IntersectionObserver = class extends Watch {
        constructor(tell, options) {
          super((frames) => tell([{ isIntersecting: false }, ...frames]), options);
        }
      };
    """)
    Shell(page, server.url).open("/gallery")
    gallery = GalleryPage(page)
    gallery.has_loaded(PAGE)
    gallery.scroll_to_end()
    gallery.has_loaded_at_least(2 * PAGE)


def test_more_can_be_asked_for_by_keyboard(server: Scripted, new_page: OpenPage) -> None:
    page = new_page()
    page.add_init_script("window.IntersectionObserver = class { observe() {} disconnect() {} }")
    shell = Shell(page, server.url).open("/gallery")
    gallery = GalleryPage(page)
    gallery.has_loaded(PAGE)
    gallery.more.focus()
    page.keyboard.press("Enter")
    gallery.has_loaded(2 * PAGE)
    shell.shows("Gallery")


def test_a_page_that_fails_can_be_asked_for_again(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    server.script.broken["/api/v1/runs"] = 503
    gallery.scroll_to_end()
    expect(gallery.retry).to_be_visible()
    gallery.has_loaded(PAGE)
    server.script.broken.clear()
    gallery.retry.click()
    gallery.has_loaded_at_least(2 * PAGE)


@pytest.mark.parametrize("prompt", HOSTILE)
def test_a_hostile_prompt_stays_text(
    script: Script, shell: Shell, gallery: GalleryPage, prompt: str
) -> None:
    only(script, input={"prompt": prompt}, person_name=prompt, mine=False)
    shell.open("/gallery")
    expect(gallery.pictures).to_have_attribute("alt", prompt)
    gallery.tile("run9999").hover()
    gallery.pictures.click()
    expect(gallery.viewer).to_contain_text(prompt)
    expect(shell.page.locator("body")).not_to_have_attribute("data-owned", re.compile(".*"))


def test_a_flagged_picture_is_covered_until_it_is_shown(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    only(script, images=[image_json("run9999", 0, (1024, 1024), flagged=True)])
    shell.open("/gallery")
    expect(gallery.tile("run9999")).to_contain_text("Covered")
    expect(gallery.pictures).to_have_attribute("alt", re.compile("^Covered: "))
    gallery.tile("run9999").click()
    gallery.viewer.get_by_role("button", name=re.compile("Show it")).click()
    shell.page.keyboard.press("Escape")
    expect(gallery.tile("run9999")).not_to_contain_text("Covered")


def test_a_picture_on_its_way_says_saving_and_then_appears(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    waiting = image_json("run9999", 0, (1024, 768), url=None, preview_url=None)
    only(server.script, state="saving", images=[waiting], cost_usd=None)
    shell.open("/gallery")
    expect(gallery.tile("run9999")).to_contain_text("Saving")
    only(server.script)
    server.feed.send("run", server.script.runs[0])
    expect(gallery.tile("run9999")).not_to_contain_text("Saving")
    expect(gallery.picture("run9999")).to_have_js_property("complete", True)


def test_a_missing_picture_says_so(script: Script, shell: Shell, gallery: GalleryPage) -> None:
    only(script, images=[image_json("run9999", 0, (1024, 768), url=None, missing=True)])
    shell.open("/gallery")
    expect(gallery.tile("run9999")).to_contain_text("Could not be fetched")


def test_practice_pictures_cost_nothing(script: Script, shell: Shell, gallery: GalleryPage) -> None:
    only(script, practice=True)
    shell.open("/gallery")
    expect(gallery.days).to_have_text("Today · 1 picture, free (practice)")


# ── filters ──────────────────────────────────────────────────────────────────────────────────


def test_the_endpoint_filter_stands_in_the_address(shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery")
    gallery.endpoint.select_option("Fill")
    expect(shell.page).to_have_url(re.compile(r"/gallery\?endpoint=v1-fill$"))
    expect(gallery.picture("run9996")).to_be_visible()
    expect(gallery.picture("run9999")).to_have_count(0)
    shell.page.reload()
    shell.ready()
    expect(gallery.endpoint).to_have_value("v1-fill")
    gallery.has_loaded(PAGE)
    assert {int(run_id[3:]) % 4 for run_id in gallery.ids()} == {9996 % 4}


def test_mine_leaves_the_others_out_and_is_kept_in_the_address(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.whose("Mine")
    expect(shell.page).to_have_url(re.compile(r"/gallery\?who=mine$"))
    expect(gallery.picture("run9999")).to_have_count(0)
    expect(gallery.picture("run9998")).to_be_visible()
    shell.link("Create").click()
    shell.link("Gallery").click()
    expect(shell.page).to_have_url(re.compile(r"/gallery\?who=mine$"))


def test_a_filter_without_pictures_offers_the_way_out(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    only(script)
    shell.open("/gallery?endpoint=v1-fill")
    expect(gallery.empty).to_contain_text("No pictures by Fill yet.")
    gallery.empty.get_by_role("button", name="Show all pictures").click()
    expect(gallery.pictures).to_have_count(1)
    expect(shell.page).to_have_url(re.compile(r"/gallery$"))


def test_an_empty_gallery_leads_to_create(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    script.runs.clear()
    shell.open("/gallery")
    expect(gallery.empty).to_contain_text("No pictures yet. Make the first one in Create.")
    gallery.empty.get_by_role("link", name="Go to Create").click()
    shell.shows("Create")


def test_an_error_has_its_sentence_and_retry(
    script: Script, shell: Shell, gallery: GalleryPage
) -> None:
    script.broken["/api/v1/runs"] = 500
    shell.open("/gallery")
    expect(gallery.error).to_contain_text("The database is busy.")
    script.broken.clear()
    gallery.retry.click()
    gallery.has_loaded(PAGE)
    expect(gallery.error).to_have_count(0)


# ── what arrives and goes ────────────────────────────────────────────────────────────────────


def test_a_new_picture_comes_on_top(server: Scripted, shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    server.feed.send("run", fresh("runA001"))
    gallery.has_loaded(PAGE + 1)
    assert gallery.ids()[0] == "runA001"
    expect(gallery.days.first).to_have_text("Today · 6 pictures, $0.36")


def test_a_new_picture_does_not_move_what_one_looks_at(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    shell.scroll_to(900)
    gallery.has_loaded(2 * PAGE)
    looked_at = gallery.tile(
        shell.page.evaluate(
            "document.elementFromPoint(300, 120).closest('[data-tile]').dataset.tile.split('/')[0]"
        )
    )
    before = looked_at.bounding_box()
    server.feed.send("run", fresh("runA001"))
    server.feed.send("run", fresh("runA002"))
    gallery.has_loaded(2 * PAGE + 2)
    after = looked_at.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=2)


def test_a_new_picture_of_another_endpoint_stays_out_of_the_filter(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery?endpoint=v1-fill")
    gallery.has_loaded(PAGE)
    server.feed.send("run", fresh("runA001", slug="v1.1"))
    server.feed.send("run", fresh("runA002", slug="v1-fill"))
    expect(gallery.picture("runA002")).to_have_count(1)
    expect(gallery.picture("runA001")).to_have_count(0)


def test_pictures_of_others_are_there_when_one_comes_back(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    shell.link("Create").click()
    server.script.runs.insert(0, fresh("runA001", mine=False))
    shell.link("Gallery").click()
    expect(gallery.picture("runA001")).to_be_visible()
    gallery.has_loaded(PAGE + 1)


def test_what_others_deleted_is_gone_when_one_comes_back(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    shell.link("Create").click()
    del server.script.runs[3]
    shell.link("Gallery").click()
    expect(gallery.picture("run9996")).to_have_count(0)
    assert gallery.ids() == [f"run{9999 - n:04d}" for n in range(PAGE + 1) if n != 3]


def test_after_a_long_absence_the_newest_page_stands_alone(
    server: Scripted, shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    gallery.has_loaded(PAGE)
    shell.link("Create").click()
    new = [fresh(f"runB{n:03d}", mine=False) for n in range(60)]
    server.script.runs[:0] = sorted(new, key=lambda run: str(run["id"]), reverse=True)
    shell.link("Gallery").click()
    expect(gallery.picture("runB059")).to_be_visible()
    for loaded in (2 * PAGE, 3 * PAGE):
        gallery.scroll_to_end()
        gallery.has_loaded_at_least(loaded)
    assert gallery.ids()[: 3 * PAGE] == [run["id"] for run in server.script.runs[: 3 * PAGE]]


@pytest.mark.parametrize("number", [1, 26])
def test_delete_takes_a_picture_away_and_undo_brings_it_back(
    shell: Shell, gallery: GalleryPage, number: int
) -> None:
    run_id = f"run{9999 - number:04d}"
    shell.open("/gallery")
    gallery.tile(run_id).click()
    gallery.viewer.get_by_role("button", name="Delete").click()
    expect(gallery.picture(run_id)).to_have_count(0)
    shell.page.keyboard.press("Escape")
    shell.page.get_by_role("button", name="Undo").click()
    expect(gallery.picture(run_id)).to_have_count(1)
    # rows far off may have left the page
    ids = gallery.ids()
    at = ids.index(run_id)
    assert ids[at - 1 : at + 2] == [f"run{9999 - number + beside:04d}" for beside in (1, 0, -1)]


# ── the viewer and its address ───────────────────────────────────────────────────────────────


def test_a_link_to_a_picture_opens_it_and_closing_leaves_the_gallery(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery?run=run9990&image=0")
    expect(gallery.viewer).to_have_attribute("data-run", "run9990")
    shell.page.keyboard.press("Escape")
    expect(gallery.viewer).to_have_count(0)
    expect(shell.page).to_have_url(re.compile(r"/gallery$"))


def test_a_link_to_a_picture_far_down_opens_it_too(shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery?run=run9801&image=0")
    expect(gallery.viewer).to_have_attribute("data-run", "run9801")


def test_a_link_to_a_picture_that_is_gone_says_so(shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery?run=nothing&image=0")
    expect(gallery.note).to_contain_text("This picture is not here")
    gallery.has_loaded(PAGE)
    expect(shell.page).to_have_url(re.compile(r"/gallery$"))


def test_the_viewer_walks_through_all_pages(shell: Shell, gallery: GalleryPage) -> None:
    shell.open("/gallery")
    gallery.reveal("run9954").click()
    expect(gallery.viewer).to_have_attribute("data-run", "run9954")
    for number in range(46, 60):
        shell.page.keyboard.press("ArrowRight")
        expect(gallery.viewer).to_have_attribute("data-run", f"run{9999 - number:04d}")
    expect(shell.page).to_have_url(re.compile(r"run=run9940"))


def test_back_closes_the_viewer_and_stays_in_the_gallery(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/")
    shell.link("Gallery").click()
    gallery.tile("run9999").click()
    expect(gallery.viewer).to_be_visible()
    shell.page.go_back()
    expect(gallery.viewer).to_have_count(0)
    shell.shows("Gallery")
    expect(shell.page).to_have_url(re.compile(r"/gallery$"))
    shell.page.go_back()
    shell.shows("Create")


def test_looking_at_many_pictures_leaves_one_step_in_the_history(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    before = shell.page.evaluate("history.length")
    for run_id in ("run9999", "run9998", "run9997"):
        gallery.tile(run_id).click()
        expect(gallery.viewer).to_have_attribute("data-run", run_id)
        shell.page.keyboard.press("Escape")
        expect(gallery.viewer).to_have_count(0)
    assert shell.page.evaluate("history.length") == before + 1


def test_the_focus_comes_back_to_the_picture_that_was_opened(
    shell: Shell, gallery: GalleryPage
) -> None:
    shell.open("/gallery")
    link = gallery.tile("run9997").get_by_role("link")
    link.focus()
    shell.page.keyboard.press("Enter")
    expect(gallery.viewer).to_be_visible()
    shell.page.keyboard.press("Escape")
    expect(link).to_be_focused()


@pytest.mark.parametrize("width", [390, 768])
def test_small_screens_show_the_gallery_without_sideways_scroll(
    server: Scripted, new_page: OpenPage, width: int
) -> None:
    wide = image_json("runwide", 0, (4096, 512))
    server.script.runs.insert(0, run_json(0, id="runwide", images=[wide]))
    shell = Shell(new_page(width, 844, has_touch=True), server.url).open("/gallery")
    gallery = GalleryPage(shell.page)
    expect(gallery.pictures.first).to_be_visible()
    assert shell.sideways() <= 0
    gallery.pictures.nth(1).tap()
    expect(gallery.viewer).to_be_visible()


# ── presets ──────────────────────────────────────────────────────────────────────────────────


def test_presets_stand_by_endpoint_with_what_they_set(shell: Shell) -> None:
    shell.open("/presets")
    presets = PresetsPage(shell.page)
    expect(presets.groups).to_contain_text(["1.1 ultra", "1.1", "1.0", "Fill"])
    expect(presets.row("preset0")).to_contain_text("Aspect ratio 21:9")
    expect(presets.row("preset0")).to_contain_text("shipped")
    expect(presets.row("preset0").get_by_role("button", name="Delete")).to_have_count(0)
    expect(presets.row("preset1")).to_contain_text("yours")


def test_use_opens_the_form_and_applies_the_preset(shell: Shell) -> None:
    shell.open("/presets")
    PresetsPage(shell.page).use("preset3")
    shell.shows("Create")
    assert shell.page.evaluate("location.pathname") == "/create/v1-fill"
    shell.page.wait_for_function("window.formCalls.length === 2")
    assert shell.form_calls == [["open", "v1-fill"], ["apply", "v1-fill", "preset3"]]


def test_the_preset_filter_stands_in_the_address(shell: Shell) -> None:
    shell.open("/presets")
    presets = PresetsPage(shell.page)
    presets.endpoint.select_option("Fill")
    expect(presets.rows).to_have_count(1)
    expect(shell.page).to_have_url(re.compile(r"/presets\?endpoint=v1-fill$"))
    shell.page.reload()
    expect(presets.rows).to_have_count(1)


def test_a_deleted_preset_comes_back_by_undo(server: Scripted, shell: Shell) -> None:
    shell.open("/presets")
    presets = PresetsPage(shell.page)
    presets.delete("preset1")
    expect(presets.row("preset1")).to_have_count(0)
    assert "preset1" in server.script.deleted
    shell.page.get_by_role("button", name="Undo").click()
    expect(presets.rows).to_have_count(6)
    assert server.script.deleted == {}
    expect(presets.row("preset1").get_by_role("button", name="Delete")).to_be_focused()


def test_a_preset_that_can_not_be_deleted_stays(server: Scripted, shell: Shell) -> None:
    shell.open("/presets")
    presets = PresetsPage(shell.page)
    expect(presets.rows).to_have_count(6)
    server.script.broken["/api/v1/presets/preset1"] = 500
    presets.delete("preset1")
    expect(shell.page.locator(".toast")).to_contain_text("could not be deleted")
    expect(presets.row("preset1")).to_be_visible()


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_preset_stays_text(script: Script, shell: Shell, words: str) -> None:
    values = {"prompt": words, words: words}
    script.presets[:] = [preset_json(1, name=words, description=words, values=values)]
    shell.open("/presets")
    row = PresetsPage(shell.page).row("preset1")
    expect(row.get_by_role("heading")).to_have_text(words)
    expect(row.locator(".preset-prompt")).to_have_text(words)
    expect(shell.page.locator("body")).not_to_have_attribute("data-owned", re.compile(".*"))


def test_no_presets_and_no_answer_have_their_words(script: Script, shell: Shell) -> None:
    script.presets.clear()
    script.broken["/api/v1/presets"] = 500
    shell.open("/presets")
    view = PresetsPage(shell.page).root
    expect(view).to_contain_text("The presets could not be loaded")
    script.broken.clear()
    view.get_by_role("button", name="Retry").click()
    expect(view).to_contain_text("No presets yet.")
