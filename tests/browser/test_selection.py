"""Choosing pictures in the gallery of the real app, and doing something with all of them."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.acceptance.processes import until
from tests.browser.axe import violations
from tests.browser.pages.app import AppPage

PRO = "fal-ai/flux-pro/v1.1"
SMALL = {"width": 256, "height": 192}
PROMPTS = ("The first of the four", "The second", "The third", "The last of the four")


@pytest.fixture
def ids(tab: AppPage) -> list[str]:
    """Four runs, newest first, in a gallery that shows only them."""
    made = []
    for prompt in PROMPTS:
        body = {"endpoint_id": PRO, "input": {"prompt": f"{prompt} choosable", "image_size": SMALL}}
        started = tab.page.request.post(f"{tab.url}/api/v1/runs", data=body)
        assert started.ok, started.text()
        made.append(str(started.json()["id"]))
    until(lambda: {tab.stored(one)["state"] for one in made} == {"done"}, "four pictures")
    tab.open("/gallery?q=choosable")
    expect(tiles(tab)).to_have_count(4)
    keys: list[str] = tiles(tab).evaluate_all("all => all.map((tile) => tile.dataset.tile)")
    return [key.partition("/")[0] for key in keys]


@pytest.fixture(autouse=True)
def nothing_stays(tab: AppPage) -> Iterator[None]:
    """Each test has four pictures of its own."""
    yield
    found = tab.get("/api/v1/runs?q=choosable&limit=100")["runs"]
    gone = tab.page.request.post(
        f"{tab.url}/api/v1/runs/delete", data={"run_ids": [run["id"] for run in found]}
    )
    assert gone.ok or not found


def tiles(tab: AppPage) -> Locator:
    return tab.page.locator("#view-gallery .tile")


def tile(tab: AppPage, run_id: str) -> Locator:
    return tab.page.locator(f'#view-gallery [data-tile="{run_id}/0"]')


def mark(tab: AppPage, run_id: str) -> Locator:
    return tile(tab, run_id).get_by_role("checkbox")


def bar(tab: AppPage) -> Locator:
    return tab.page.get_by_role("group", name="Chosen pictures")


def test_marks_and_shift_choose_and_a_click_then_chooses_instead_of_opening(
    tab: AppPage, ids: list[str]
) -> None:
    expect(bar(tab)).to_be_hidden()
    tile(tab, ids[0]).hover()
    mark(tab, ids[0]).click()
    expect(bar(tab)).to_contain_text("1 picture chosen")
    tile(tab, ids[2]).click(modifiers=["Shift"])
    expect(bar(tab)).to_contain_text("3 pictures chosen")
    tile(tab, ids[1]).click()
    expect(bar(tab)).to_contain_text("2 pictures chosen")
    assert tab.page.locator("dialog.viewer").count() == 0
    bar(tab).get_by_role("button", name="Choose none").click()
    expect(bar(tab)).to_be_hidden()
    tile(tab, ids[1]).click()
    expect(tab.viewer.at(ids[1])).to_be_visible()


def test_the_same_by_keys(tab: AppPage, ids: list[str]) -> None:
    tile(tab, ids[0]).locator(".tile-link").focus()
    tab.page.keyboard.press("Space")
    expect(bar(tab)).to_contain_text("1 picture chosen")
    tab.page.keyboard.press("Shift+ArrowRight")
    expect(bar(tab)).to_contain_text("2 pictures chosen")
    expect(tile(tab, ids[1]).locator(".tile-link")).to_be_focused()
    tab.page.keyboard.press("Control+a")
    expect(bar(tab)).to_contain_text("4 pictures chosen")
    tab.page.keyboard.press("Escape")
    expect(bar(tab)).to_be_hidden()


def test_stars_and_tags_are_put_on_all(tab: AppPage, ids: list[str]) -> None:
    mark(tab, ids[0]).click(force=True)
    mark(tab, ids[1]).click(force=True)
    bar(tab).get_by_role("button", name="Star", exact=True).click()
    expect(tile(tab, ids[0]).locator(".tile-star")).to_be_visible()
    expect(tile(tab, ids[1]).locator(".tile-star")).to_be_visible()
    expect(bar(tab)).to_contain_text("2 pictures chosen")
    bar(tab).get_by_role("button", name="Tag…").click()
    tab.dialog.get_by_role("combobox").or_(tab.dialog.get_by_role("textbox")).first.fill("harbour")
    tab.page.keyboard.press("Enter")
    expect(tab.dialog).to_have_count(0)
    for run_id in ids[:2]:
        marks = tab.get(f"/api/v1/runs/{run_id}")["images"][0]["marks"]
        assert (marks["starred"], marks["tags"]) == (True, ["harbour"])
    bar(tab).get_by_role("button", name="Take stars away").click()
    expect(tab.page.locator("#view-gallery .tile-star")).to_have_count(0)


def test_two_are_compared_and_five_would_be_too_many(tab: AppPage, ids: list[str]) -> None:
    mark(tab, ids[0]).click(force=True)
    compare = bar(tab).get_by_role("button", name="Compare")
    expect(compare).to_have_count(0)
    mark(tab, ids[1]).click(force=True)
    compare.click()
    expect(tab.page.locator("dialog.compare figure, .compare .compare-pane")).to_have_count(2)


def test_a_zip_of_what_is_chosen(tab: AppPage, ids: list[str]) -> None:
    mark(tab, ids[0]).click(force=True)
    mark(tab, ids[3]).click(force=True)
    bar(tab).get_by_role("button", name="ZIP…").click()
    with tab.page.expect_download() as download:
        tab.dialog.get_by_role("button", name="ZIP").click()
    found = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    pictures = [name for name in found.namelist() if name.endswith(".jpeg")]
    assert len(pictures) == 2
    assert {"manifest.json", "manifest.csv"} <= set(found.namelist())


def test_what_is_deleted_leaves_and_comes_back_by_undo(tab: AppPage, ids: list[str]) -> None:
    mark(tab, ids[1]).click(force=True)
    mark(tab, ids[2]).click(force=True)
    bar(tab).get_by_role("button", name="Delete").click()
    expect(tiles(tab)).to_have_count(2)
    expect(bar(tab)).to_be_hidden()
    tab.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(tiles(tab)).to_have_count(4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_pictures_are_chosen(
    tab: AppPage, ids: list[str], scheme: str
) -> None:
    tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    mark(tab, ids[0]).click(force=True)
    mark(tab, ids[1]).click(force=True)
    expect(bar(tab)).to_contain_text("2 pictures chosen")
    assert violations(tab.page) == []
