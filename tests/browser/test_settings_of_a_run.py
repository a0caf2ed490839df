"""Seed, shape, size, price, presets and code: what the form says is what the run has."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages.app import AppPage
from tests.browser.pages.form import FormPage

ULTRA = "v1.1-ultra"
PRO = "v1.1"


def estimate(tab: AppPage, slug: str, given: dict[str, Any]) -> str:
    """The price as POST /api/v1/estimates says it."""
    endpoint_id = f"fal-ai/flux-pro/{slug}"
    answer = tab.page.request.post(
        f"{tab.url}/api/v1/estimates", data={"endpoint_id": endpoint_id, "input": given}
    )
    assert answer.ok, answer.text()
    return str(answer.json()["text"])


def seed_of(tab: AppPage, run_id: str) -> int:
    return int(tab.stored(run_id)["output"]["seed"])


def test_an_empty_seed_is_new_each_time_and_the_last_one_can_be_taken(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("Never the same")
    first = tab.make(form)
    second = tab.make(form)
    assert seed_of(tab, first) != seed_of(tab, second)
    form.field("seed").get_by_role("button", name="Last").click()
    expect(form.box("seed")).to_have_value(str(seed_of(tab, second)))
    third = tab.make(form)
    assert seed_of(tab, third) == seed_of(tab, second)
    assert tab.bytes_of(f"/media/{third}/0/preview") == tab.bytes_of(f"/media/{second}/0/preview")


def test_the_dice_throws_a_seed_that_is_sent(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("Thrown")
    form.field("seed").get_by_role("button", name="Dice").click()
    expect(form.box("seed")).to_have_value(re.compile(r"^\d+$"))
    thrown = int(form.box("seed").input_value())
    run_id = tab.make(form)
    assert tab.stored(run_id)["input"] == {"prompt": "Thrown", "seed": thrown}
    assert seed_of(tab, run_id) == thrown


def test_any_ratio_shapes_the_picture(tab: AppPage) -> None:
    form = tab.create(ULTRA)
    form.box("prompt").fill("Five to four")
    form.choose("aspect_ratio", "custom")
    form.by_id("f-v1.1-ultra-aspect_ratio-custom").locator("input").fill("5:4")
    run = tab.stored(tab.make(form))
    assert run["input"]["aspect_ratio"] == "5:4"
    (image,) = run["images"]
    assert image["width"] / image["height"] == pytest.approx(5 / 4, rel=0.03)


def test_an_unusual_size_is_doubted_and_made(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("Very wide")
    form.choose("image_size", "custom")
    form.by_id("f-v1.1-image_size-width").locator("input").fill("1600")
    form.by_id("f-v1.1-image_size-height").locator("input").fill("250")
    expect(form.warning("image_size")).to_contain_text("256 to 1440")
    run_id = tab.make(form)
    assert tab.stored(run_id)["input"]["image_size"] == {"width": 1600, "height": 250}


def test_the_price_follows_images_and_size_and_is_the_estimate(tab: AppPage) -> None:
    form = tab.create(PRO)
    given: dict[str, Any] = {"prompt": "Priced"}
    form.box("prompt").fill("Priced")
    expect(form.run).to_have_text(form.price(estimate(tab, PRO, given)))
    form.choose("num_images", "3")
    given["num_images"] = 3
    three = estimate(tab, PRO, given)
    expect(form.run).to_have_text(form.price(three))
    form.choose("image_size", "custom")
    form.by_id("f-v1.1-image_size-width").locator("input").fill("1440")
    form.by_id("f-v1.1-image_size-height").locator("input").fill("1440")
    given["image_size"] = {"width": 1440, "height": 1440}
    large = estimate(tab, PRO, given)
    assert large != three
    expect(form.run).to_have_text(form.price(large))


def test_four_pictures_are_four_pictures(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("A set of four")
    form.choose("num_images", "4")
    run_id = tab.run(form)
    tab.see_done(run_id, pictures=4)
    tab.go("Gallery")
    for index in range(4):
        expect(tab.gallery.picture(run_id, index)).to_be_visible()


def test_reset_gives_the_form_as_it_starts(tab: AppPage) -> None:
    form = tab.create(ULTRA)
    form.box("prompt").fill("Away with it")
    form.box("seed").fill("5")
    form.choose("aspect_ratio", "9:21")
    form.choose("num_images", "4")
    form.press("reset")
    expect(form.box("prompt")).to_have_value("")
    expect(form.box("seed")).to_have_value("")
    expect(form.radio("aspect_ratio", "16:9")).to_be_checked()
    expect(form.radio("num_images", "1")).to_be_checked()


def test_pasted_json_fills_what_fits_and_says_what_does_not(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.press("paste")
    snippet = {
        "input": {"prompt": "From a snippet", "seed": 3, "enable_safety_checker": True, "cfg": 2}
    }
    tab.dialog.get_by_label("Input as JSON").fill(json.dumps(snippet))
    tab.dialog.get_by_role("button", name="Fill the form").click()
    expect(form.box("prompt")).to_have_value("From a snippet")
    expect(form.notes).to_contain_text("enable_safety_checker is no longer a field of fal's")
    expect(form.notes).to_contain_text("cfg is not a field")
    assert tab.stored(tab.make(form))["input"] == {"prompt": "From a snippet", "seed": 3}


CODES = {
    "Python": "fal_client.subscribe",
    "JavaScript": "@fal-ai/client",
    "cURL": "https://queue.fal.run/fal-ai/flux-pro/v1.1",
    "JSON": '"prompt": "As code"',
}


def test_the_form_is_copied_as_four_codes(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("As code")
    form.press("copy")
    for language, part in CODES.items():
        tab.dialog.get_by_role("tab", name=language, exact=True).click()
        expect(tab.dialog.get_by_role("tabpanel")).to_contain_text(part)
        tab.dialog.get_by_role("button", name="Copy", exact=True).click()
        expect(tab.toast.last).to_contain_text("copied")
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        assert part in copied
        assert "As code" in copied


def test_every_endpoint_has_shipped_presets_that_fill_its_form(tab: AppPage) -> None:
    shipped = [one for one in tab.get("/api/v1/presets")["presets"] if one["shipped"]]
    assert shipped, "there are none"
    first = {one["slug"]: one for one in reversed(shipped)}
    form = tab.create(ULTRA)
    for slug, preset in first.items():
        form = form.open_tab(slug)
        form.presets.select_option(preset["id"])
        prompt = preset["values"].get("prompt")
        if prompt:
            expect(form.box("prompt")).to_have_value(prompt)
        if "image_url" in preset["values"]:
            tab.zone(form).expect_state("filled")
        expect(form.notes).to_have_count(0)
    assert set(first) == {one["slug"] for one in tab.get("/api/v1/endpoints")["endpoints"]}


def test_a_shipped_fill_preset_runs_as_it_is(tab: AppPage) -> None:
    form = tab.create("v1-fill")
    options = form.presets.locator("optgroup[label=Shipped] option")
    form.presets.select_option(options.first.get_attribute("value"))
    tab.zone(form).expect_state("filled")
    expect(form.field("mask_url")).to_contain_text("% painted")
    run_id = tab.make(form)
    assert {"prompt", "image_url", "mask_url"} <= set(tab.stored(run_id)["input"])


def test_own_settings_are_saved_updated_and_deleted(tab: AppPage) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("To be kept")
    form.choose("num_images", "2")
    form.root.get_by_role("button", name="Save as…").click()
    tab.dialog.get_by_label("Name").fill("Two of these")
    tab.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(form.presets.locator("option:checked")).to_have_text("Two of these")
    assert kept(tab, "Two of these") == [{"prompt": "To be kept", "num_images": 2}]

    form.box("prompt").fill("Changed")
    form.root.get_by_role("button", name="Update").click()
    expect(tab.toast).to_contain_text("updated")
    assert kept(tab, "Two of these") == [{"prompt": "Changed", "num_images": 2}]

    form = reopened(tab)
    form.presets.select_option(label="Two of these")
    expect(form.box("prompt")).to_have_value("Changed")
    expect(form.radio("num_images", "2")).to_be_checked()
    form.root.get_by_role("button", name="Delete").click()
    tab.dialog.get_by_role("button", name="Delete").click()
    expect(form.presets.locator("option", has_text="Two of these")).to_have_count(0)
    assert kept(tab, "Two of these") == []


def kept(tab: AppPage, name: str) -> list[dict[str, Any]]:
    """The values of the presets with that name."""
    return [one["values"] for one in tab.get("/api/v1/presets")["presets"] if one["name"] == name]


def reopened(tab: AppPage) -> FormPage:
    """The same form on a page that was loaded anew."""
    return tab.create(PRO)


def test_what_a_run_is_for_is_kept_for_the_next_one_and_shown_with_the_run(tab: AppPage) -> None:
    form = tab.create(PRO)
    project = form.root.get_by_label("Project", exact=True)
    expect(project).to_have_value("")
    form.box("prompt").fill("For a project")
    project.fill(" Spring campaign")
    run_id = tab.make(form)
    assert tab.stored(run_id)["project"] == "Spring campaign"

    other = form.open_tab(ULTRA)
    expect(other.root.get_by_label("Project", exact=True)).to_have_value(" Spring campaign")
    form = tab.create(PRO)
    expect(project).to_have_value(" Spring campaign")
    project.focus()
    offered = tab.page.locator("#project-names option")
    expect(offered).to_have_attribute("value", "Spring campaign")
    tab.stage.picture(run_id, 0).click()
    expect(tab.viewer.fact("Project")).to_have_text("Spring campaign")
    tab.viewer.close.click()

    project.fill("")
    form.box("prompt").fill("For none")
    run_id = tab.make(form)
    assert tab.stored(run_id)["project"] == ""
    tab.stage.picture(run_id, 0).click()
    expect(tab.viewer.fact("Person")).to_be_visible()
    expect(tab.viewer.fact("Project")).to_have_count(0)
