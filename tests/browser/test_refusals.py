"""What is wrong is said beside its field, and nothing is bought."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.pages.app import AppPage
from tests.browser.sample_pictures import picture

FINETUNED = "v1.1-ultra-finetuned"


@pytest.fixture
def buyer(tab: AppPage) -> Iterator[AppPage]:
    """A tab in which nothing may be bought."""
    tab.open()
    before = [run["id"] for run in tab.runs()]
    posts: list[str] = []
    tab.page.on(
        "request",
        lambda request: posts.append(request.url) if request.url.endswith("/api/v1/runs") else None,
    )
    yield tab
    assert posts == []
    assert [run["id"] for run in tab.runs()] == before


def test_an_empty_prompt(buyer: AppPage) -> None:
    form = buyer.create("v1.1")
    form.run.click()
    expect(form.error("prompt")).to_contain_text("Prompt is missing")
    expect(form.box("prompt")).to_be_focused()
    expect(form.said).to_contain_text("Nothing was sent")
    expect(form.run).to_be_enabled()


def test_a_prompt_of_spaces(buyer: AppPage) -> None:
    form = buyer.create("v1.1")
    form.box("prompt").fill("  \n ")
    form.run.click()
    expect(form.error("prompt")).to_be_visible()


def test_a_missing_picture(buyer: AppPage) -> None:
    form = buyer.create("v1-redux")
    form.run.click()
    expect(form.field("image_url")).to_contain_text("is missing")


def test_an_empty_mask(buyer: AppPage) -> None:
    form = buyer.create("v1-fill")
    form.box("prompt").fill("A door")
    zone = buyer.zone(form)
    zone.give("wall.png", picture(80, 60))
    zone.expect_shown("80×60")
    form.run.click()
    expect(form.field("mask_url")).to_contain_text("Mask is missing")


def test_a_fine_tune_strength_beyond_its_range(buyer: AppPage) -> None:
    form = buyer.create(FINETUNED)
    form.box("prompt").fill("Stronger")
    form.box("finetune_id").fill("ft-1")
    strength = form.field("finetune_strength").locator("input[type=number]")
    strength.fill("7")
    # with the keys: a click elsewhere has Gradio put the nearest number into the box
    strength.press("Control+Enter")
    expect(form.error("finetune_strength")).to_contain_text("0 to 2")


def test_a_fine_tune_without_its_id(buyer: AppPage) -> None:
    form = buyer.create(FINETUNED)
    form.box("prompt").fill("Whose")
    form.run.click()
    expect(form.error("finetune_id")).to_contain_text("is missing")


def test_a_seed_that_is_no_number(buyer: AppPage) -> None:
    form = buyer.create("v1.1")
    form.box("prompt").fill("Lucky")
    form.box("seed").fill("seven")
    form.run.click()
    expect(form.error("seed")).to_contain_text("whole number")


def test_a_ratio_that_is_none(buyer: AppPage) -> None:
    form = buyer.create("v1.1-ultra")
    form.box("prompt").fill("Wide")
    form.choose("aspect_ratio", "custom")
    form.run.click()
    expect(form.error("aspect_ratio")).to_be_visible()


def test_a_size_without_a_height(buyer: AppPage) -> None:
    form = buyer.create("v1.1")
    form.box("prompt").fill("Half")
    form.choose("image_size", "custom")
    form.by_id("f-v1.1-image_size-width").locator("input").fill("640")
    form.run.click()
    expect(form.error("image_size")).to_contain_text("height")
