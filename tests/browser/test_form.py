"""The forms in a real browser: what is typed is what is started, once."""

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from backend.domain.errors import KeyReused, MoneyLimitReached, StorageFailed
from backend.domain.preset import Preset
from backend.endpoints.catalogue import load_catalogue
from tests.acceptance.processes import until
from tests.browser.form_app import Script, served
from tests.browser.pages.form import FormPage
from tests.unit.components.face import Started

SLUGS = [endpoint.slug for endpoint in load_catalogue().endpoints]
START = "**/form/start"
ULTRA = "fal-ai/flux-pro/v1.1-ultra"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Script]]:
    """One server for all tests; each starts with an empty memory."""
    script = Script()
    with served(script) as address:
        yield address, script


@pytest.fixture
def script(server: tuple[str, Script]) -> Script:
    """What the server knows."""
    _, known = server
    known.face.generate.started.clear()
    known.face.generate.runs.clear()
    known.face.generate.refusal = None
    known.face.generate.prices.clear()
    known.prices_changed.clear()
    known.face.presets.kept.clear()
    known.uploads.clear()
    known.runs.clear()
    known.person_id = "alice"
    return known


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that fetches the page's scripts once for all tests."""
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, server: tuple[str, Script]) -> Iterator[Page]:
    """A page whose scripts must not fail, which talks to this machine only, and knows nothing."""
    opened = context.new_page()
    everything = {"origin": server[0], "storageTypes": "local_storage"}
    context.new_cdp_session(opened).send("Storage.clearDataForOrigin", everything)
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else failures.append(request.url)
        ),
    )
    yield opened
    opened.close()
    assert failures == []


@pytest.fixture
def form(page: Page, server: tuple[str, Script], script: Script) -> FormPage:
    """The first tab, ready."""
    return FormPage(page).open(server[0])


def the_run(script: Script, number: int = 1) -> Started:
    """What was started as the n-th."""
    started = script.face.generate.started
    until(lambda: len(started) >= number, f"{number} started")
    return started[number - 1]


def preset(**changes: Any) -> Preset:
    """A shipped preset of the first tab."""
    values = {
        "id": "wide",
        "endpoint_id": ULTRA,
        "name": "Wide cinematic",
        "description": "",
        "values": {"aspect_ratio": "21:9", "raw": True},
    }
    return Preset(**{**values, **changes})


def test_only_the_fields_that_were_set_are_sent(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("A lighthouse")
    form.choose("aspect_ratio", "1:1")
    form.choose("num_images", "1")
    form.run.click()
    run = the_run(script)
    assert run.person_id == "alice"
    assert run.given == {"prompt": "A lighthouse", "aspect_ratio": "1:1"}
    expect(form.page.locator("#stage [data-run-state]")).to_be_visible()


def test_every_part_of_a_form_arrives_as_it_was_set(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("${1+1} <img src=x onerror=alert(1)> 🦊")
    form.box("seed").fill("9007199254740993")
    form.choose("num_images", "3")
    form.more()
    form.choose("output_format", "png")
    form.choose("safety_tolerance", "6")
    form.field("raw").locator("input").check()
    form.field("image_prompt_strength").locator("input[type=number]").fill("0.35")
    form.run.click()
    assert the_run(script).given == {
        "prompt": "${1+1} <img src=x onerror=alert(1)> 🦊",
        "seed": 9007199254740993,
        "num_images": 3,
        "output_format": "png",
        "safety_tolerance": "6",
        "raw": True,
        "image_prompt_strength": 0.35,
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_each_tab_opens_and_runs(form: FormPage, script: Script, slug: str) -> None:
    tab = form.open_tab(slug)
    endpoint = script.face.catalogue.by_slug(slug)
    wanted: dict[str, Any] = {}
    if endpoint.field("prompt"):
        tab.box("prompt").fill(f"A prompt for {slug}")
        wanted["prompt"] = f"A prompt for {slug}"
    for field in endpoint.fields:
        if field.required and field.name == "finetune_id":
            tab.box(field.name).fill("ft-1")
            wanted[field.name] = "ft-1"
        if field.name == "finetune_strength":
            wanted[field.name] = 1.0
        if field.required and field.is_picture:
            value = script.add_upload((64, 48))
            write(form.page, slug, {f"{field.name}.value": value})
            wanted[field.name] = value
    ready_to_run(tab)
    tab.run.click()
    run = the_run(script)
    assert run.endpoint_id == endpoint.endpoint_id
    # a painted mask is uploaded under an id of its own
    assert {**run.given, "mask_url": None} == {**wanted, "mask_url": None}
    assert ("mask_url" in run.given) == ("mask_url" in wanted)


def write(page: Page, slug: str, parts: dict[str, Any]) -> None:
    """Gives widgets values as the modules do."""
    page.evaluate(
        "([slug, parts]) => import('/static/js/form-bridge.js')"
        ".then((bridge) => bridge.writeParts(slug, parts))",
        [slug, parts],
    )


def ready_to_run(form: FormPage) -> None:
    """Waits until no picture of the form is on its way."""
    for zone in form.root.locator(".drop-zone").all():
        expect(zone).not_to_have_attribute("aria-busy", "true")


def test_a_mask_that_was_loaded_is_sent_at_the_pictures_size(
    form: FormPage, script: Script
) -> None:
    tab = form.open_tab("v1-fill")
    picture, mask = script.add_upload((64, 48)), script.add_upload((64, 48), "#ffffff")
    write(form.page, "v1-fill", {"image_url.value": picture, "mask_url.value": mask})
    expect(tab.field("mask_url")).to_contain_text("All of the picture is painted.")
    tab.box("prompt").fill("A door")
    tab.run.click()
    sent = the_run(script).given["mask_url"]
    assert sent != mask
    assert script.face.generate.sizes[sent] == (64, 48)


def test_the_same_mask_comes_back_after_it_was_painted_over(form: FormPage, script: Script) -> None:
    tab = form.open_tab("v1-fill")
    picture, mask = script.add_upload((64, 48)), script.add_upload((64, 48), "#ffffff")
    given = {"image_url.value": picture, "mask_url.value": mask}
    write(form.page, "v1-fill", given)
    expect(tab.field("mask_url")).to_contain_text("All of the picture is painted.")
    tab.field("mask_url").get_by_role("button", name="Clear").click()
    expect(tab.field("mask_url")).to_contain_text("Paint over what should change.")
    write(form.page, "v1-fill", given)
    expect(tab.field("mask_url")).to_contain_text("All of the picture is painted.")


def test_a_mask_is_painted_over_the_picture_and_sent(form: FormPage, script: Script) -> None:
    tab = form.open_tab("v1-fill")
    write(form.page, "v1-fill", {"image_url.value": script.add_upload((64, 48))})
    canvas = tab.field("mask_url").locator("canvas").first
    expect(tab.field("mask_url")).to_contain_text("Paint over what should change.")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    form.page.mouse.move(*middle)
    form.page.mouse.down()
    form.page.mouse.move(middle[0] + 20, middle[1], steps=4)
    form.page.mouse.up()
    expect(tab.field("mask_url")).to_contain_text("% painted")
    tab.box("prompt").fill("A door")
    tab.run.click()
    sent = the_run(script).given["mask_url"]
    with Image.open(io.BytesIO(script.uploads[sent.removeprefix("upload:")])) as mask:
        assert (mask.mode, mask.size, mask.getextrema()) == ("L", (64, 48), (0, 255))


def test_nothing_that_comes_in_is_executed(form: FormPage, script: Script) -> None:
    trick = "document.documentElement.dataset.owned=1"
    hostile = "${" + trick + "} {{this}} <img src=x onerror=" + trick + ">"
    form.press("paste")
    given = {"prompt": hostile, "image_url": "https://127.0.0.1/${" + trick + "}", hostile: 1}
    form.dialog.get_by_label("Input as JSON").fill(json.dumps(given))
    form.dialog.get_by_role("button", name="Fill the form").click()
    expect(form.box("prompt")).to_have_value(hostile)
    expect(form.notes).to_contain_text("${")
    expect(form.field("image_url").locator(".drop-zone")).to_have_attribute("data-state", "filled")
    form.run.click()
    the_run(script)
    expect(form.run).to_be_enabled()
    assert form.page.locator("html[data-owned]").count() == 0


def test_an_empty_mask_is_refused_beside_the_painter(form: FormPage, script: Script) -> None:
    tab = form.open_tab("v1-fill")
    write(form.page, "v1-fill", {"image_url.value": script.add_upload((64, 48))})
    expect(tab.field("mask_url")).to_contain_text("Paint over what should change.")
    tab.box("prompt").fill("A door")
    tab.run.click()
    expect(tab.field("mask_url")).to_contain_text("Mask is missing")


def test_a_double_click_starts_one_run(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("Once")
    form.run.dblclick()
    the_run(script)
    expect(form.run).to_be_enabled()
    assert len(script.face.generate.started) == 1


def test_the_second_of_a_double_click_starts_nothing_after_the_answer_either(
    form: FormPage, script: Script
) -> None:
    form.box("prompt").fill("Slowly, twice")
    form.run.click()
    the_run(script)
    expect(form.run).to_be_enabled()
    form.run.dispatch_event("click", {"bubbles": True, "detail": 2})
    expect(form.run).to_be_enabled()
    form.box("prompt").fill("Afterwards")
    form.run.click()
    assert the_run(script, 2).given == {"prompt": "Afterwards"}


def test_two_presses_start_two_runs(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("Twice")
    form.run.click()
    the_run(script)
    expect(form.run).to_be_enabled()
    form.run.click()
    assert the_run(script, 2).key != the_run(script).key


def test_the_button_waits_for_the_reply(form: FormPage, script: Script) -> None:
    held: list[Route] = []
    form.page.route(START, lambda route: held.append(route))
    form.box("prompt").fill("Wait")
    form.run.click()
    expect(form.run).to_be_disabled()
    form.page.keyboard.press("Control+Enter")
    until(lambda: form.page.evaluate("1") == 1 and len(held) == 1, "the call is held")
    held[0].continue_()
    expect(form.run).to_be_enabled()
    assert len(script.face.generate.started) == 1


def test_a_lost_reply_is_asked_for_again_under_the_same_key(form: FormPage, script: Script) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    form.page.route(START, lose)
    form.box("prompt").fill("Lost")
    form.run.click()
    expect(form.said).to_contain_text("The answer was lost")
    expect(form.run).to_be_enabled()
    expect(form.box("prompt")).to_have_value("Lost")
    form.page.unroute(START)
    form.run.click()
    assert the_run(script, 2).key == the_run(script).key
    assert len(script.face.generate.runs) == 1
    expect(form.said).to_be_empty()


def test_another_input_after_a_lost_reply_has_a_key_of_its_own(
    form: FormPage, script: Script
) -> None:
    form.page.route(START, lambda route: (route.fetch(), route.abort()))
    form.box("prompt").fill("Lost")
    form.run.click()
    expect(form.said).to_contain_text("The answer was lost")
    form.page.unroute(START)
    form.box("prompt").fill("Another")
    form.run.click()
    assert the_run(script, 2).key != the_run(script).key


def test_a_press_that_the_storage_refused_keeps_its_key_as_it_may_be_written(
    form: FormPage, script: Script
) -> None:
    script.face.generate.refusal = StorageFailed()
    form.box("prompt").fill("Perhaps written")
    form.run.click()
    expect(form.said).to_contain_text("could not write to its storage")
    script.face.generate.refusal = None
    form.run.click()
    assert the_run(script, 2).key == the_run(script).key


def test_a_key_that_stands_for_something_else_is_not_sent_again(
    form: FormPage, script: Script
) -> None:
    script.face.generate.refusal = KeyReused()
    form.box("prompt").fill("Under the wrong key")
    form.run.click()
    expect(form.said).to_contain_text("used with another input")
    script.face.generate.refusal = None
    form.run.click()
    assert the_run(script, 2).key != the_run(script).key


def test_messages_stand_beside_their_fields(form: FormPage, script: Script) -> None:
    form.box("seed").fill("abc")
    form.run.click()
    expect(form.error("prompt")).to_contain_text("Prompt is missing")
    expect(form.error("seed")).to_contain_text("whole number")
    expect(form.box("prompt")).to_be_focused()
    expect(form.box("prompt")).to_have_attribute("aria-invalid", "true")
    assert form.error("prompt").get_attribute("id") in str(
        form.box("prompt").get_attribute("aria-describedby")
    )
    expect(form.said).to_have_attribute("role", "alert")
    expect(form.said).to_contain_text("Nothing was sent")
    form.box("prompt").fill("Now")
    expect(form.error("prompt")).to_be_hidden()
    expect(form.error("seed")).to_be_visible()


def test_a_message_under_more_settings_opens_them(form: FormPage, script: Script) -> None:
    tab = form.open_tab("v1")
    tab.box("prompt").fill("Steps")
    tab.more()
    steps = tab.field("num_inference_steps").locator("input[type=number]")
    steps.fill("")
    steps.blur()
    write(form.page, "v1", {"num_inference_steps.value": 900})
    tab.more()
    expect(steps).to_be_hidden()
    tab.run.click()
    expect(tab.error("num_inference_steps")).to_be_visible()
    expect(tab.error("num_inference_steps")).to_contain_text("1 to 50")


def test_a_limit_of_money_is_said_at_the_run_button(form: FormPage, script: Script) -> None:
    script.face.generate.refusal = MoneyLimitReached()
    form.box("prompt").fill("Rich")
    form.run.click()
    expect(form.said).to_have_text(MoneyLimitReached.sentence())
    expect(form.run).to_be_enabled()


def test_somebody_who_is_not_signed_in_is_told(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("Who")
    script.person_id = None
    form.run.click()
    expect(form.page.locator("#shell-bar")).to_contain_text("You are signed out.")
    assert script.face.generate.started == []


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
def test_enter_with_control_or_command_runs(form: FormPage, script: Script, keys: str) -> None:
    form.box("prompt").fill("Quick")
    form.box("prompt").press(keys)
    assert the_run(script).given == {"prompt": "Quick"}
    expect(form.run).to_be_enabled()
    form.radio("aspect_ratio", "16:9").press(keys)
    the_run(script, 2)


def test_the_dice_fills_the_seed_and_reset_empties_it(form: FormPage, script: Script) -> None:
    form.field("seed").get_by_role("button", name="Dice").click()
    expect(form.box("seed")).to_have_value(re.compile(r"^\d+$"))
    form.box("prompt").fill("Away")
    form.choose("aspect_ratio", "9:21")
    form.press("reset")
    expect(form.box("seed")).to_have_value("")
    expect(form.box("prompt")).to_have_value("")
    expect(form.radio("aspect_ratio", "16:9")).to_be_checked()


def test_the_last_seed_is_used_again(
    page: Page, server: tuple[str, Script], script: Script
) -> None:
    script.runs.append(
        {
            "id": "r1",
            "slug": "v1.1-ultra",
            "endpoint_id": ULTRA,
            "state": "done",
            "created_at": "2026-05-14T15:00:00Z",
            "state_at": "2026-05-14T15:00:00Z",
            "mine": True,
            "input": {},
            "images": [],
            "output": {"seed": 4182934112},
            "estimate_usd": "0.06",
        }
    )
    form = FormPage(page).open(server[0])
    expect(page.locator("#stage [data-run-state=done]")).to_be_visible()
    form.field("seed").get_by_role("button", name="Last").click()
    expect(form.box("seed")).to_have_value("4182934112")
    tab = form.open_tab("v1.1")
    tab.field("seed").get_by_role("button", name="Last").click()
    expect(page.locator(".toast")).to_contain_text("no run of this endpoint")


def test_any_ratio_may_be_typed(form: FormPage, script: Script) -> None:
    box = form.by_id("f-v1.1-ultra-aspect_ratio-custom").locator("input")
    expect(box).to_be_hidden()
    form.choose("aspect_ratio", "custom")
    box.fill("5 : 4")
    form.box("prompt").fill("Five")
    form.run.click()
    assert the_run(script).given["aspect_ratio"] == "5:4"
    box.fill("20:1")
    expect(form.warning("aspect_ratio")).to_contain_text("21:9 to 9:21")


def test_an_unusual_size_is_doubted_and_sent(form: FormPage, script: Script) -> None:
    tab = form.open_tab("v1.1")
    tab.choose("image_size", "custom")
    tab.by_id("f-v1.1-image_size-width").locator("input").fill("2000")
    tab.by_id("f-v1.1-image_size-height").locator("input").fill("1000")
    expect(tab.warning("image_size")).to_contain_text("256 to 1440")
    tab.box("prompt").fill("Large")
    tab.run.click()
    assert the_run(script).given["image_size"] == {"width": 2000, "height": 1000}


def test_the_price_follows_the_fields(form: FormPage, script: Script) -> None:
    expect(form.run).to_have_text(form.price("$0.06"))
    form.choose("num_images", "3")
    expect(form.run).to_have_text(form.price("$0.18"))
    tab = form.open_tab("v1-fill")
    expect(tab.run).to_have_text(tab.price("up to $0.20"))
    write(form.page, "v1-fill", {"image_url.value": script.add_upload((800, 600))})
    expect(tab.run).to_have_text(tab.price("$0.05"))


def test_a_price_of_today_stands_beside_the_files(
    server: tuple[str, Script], script: Script, page: Page
) -> None:
    script.face.generate.prices[ULTRA] = Decimal("0.08")
    script.prices_changed.append(
        {"slug": "v1.1-ultra", "usd": "0.08", "file_usd": "0.06", "unit": "image"}
    )
    form = FormPage(page).open(server[0])
    expect(form.run).to_have_text(form.price("$0.08"))
    expect(form.price_today).to_have_text(
        "fal’s price today: $0.08 per image; our file says $0.06."
    )
    other = form.open_tab("v1.1")
    expect(other.run).to_have_text(other.price("$0.04"))
    expect(other.price_today).to_have_count(0)


def test_a_price_that_is_the_files_again_goes(
    server: tuple[str, Script], script: Script, page: Page
) -> None:
    script.prices_changed.append(
        {"slug": "v1.1-ultra", "usd": "0.08", "file_usd": "0.06", "unit": "image"}
    )
    form = FormPage(page).open(server[0])
    expect(form.price_today).to_be_visible()
    script.prices_changed.clear()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(form.price_today).to_have_count(0)
    expect(form.run).to_have_text(form.price("$0.06"))


def test_typing_a_prompt_asks_for_no_price(form: FormPage) -> None:
    expect(form.run).to_have_text(form.price("$0.06"))
    form.choose("num_images", "2")
    expect(form.run).to_have_text(form.price("$0.12"))
    asked: list[str] = []
    form.page.on("request", lambda r: asked.append(r.url) if "/form/price" in r.url else None)
    form.box("prompt").press_sequentially("A long prompt")
    form.choose("num_images", "1")
    expect(form.run).to_have_text(form.price("$0.06"))
    assert len(asked) == 1


def test_a_preset_changes_the_fields_that_it_names(
    page: Page, server: tuple[str, Script], script: Script
) -> None:
    script.face.presets.kept["wide"] = preset()
    form = FormPage(page).open(server[0])
    form.box("prompt").fill("Stays")
    form.presets.select_option(label="Wide cinematic")
    expect(form.radio("aspect_ratio", "21:9")).to_be_checked()
    expect(form.box("prompt")).to_have_value("Stays")
    form.run.click()
    assert the_run(script).given == {"prompt": "Stays", "aspect_ratio": "21:9", "raw": True}


def test_settings_are_saved_updated_and_deleted_as_a_preset(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("Kept")
    form.root.get_by_role("button", name="Save as…").click()
    form.dialog.get_by_label("Name").fill("Mine")
    form.dialog.get_by_label("Name").press("Enter")
    expect(form.presets.locator("option:checked")).to_have_text("Mine")
    kept = script.face.presets.kept
    assert [(one.name, one.values) for one in kept.values()] == [("Mine", {"prompt": "Kept"})]
    form.box("prompt").fill("Changed")
    form.root.get_by_role("button", name="Update").click()
    until(lambda: [one.values for one in kept.values()] == [{"prompt": "Changed"}], "it is updated")
    form.root.get_by_role("button", name="Delete").click()
    form.dialog.get_by_role("button", name="Delete").click()
    until(lambda: kept == {}, "it is deleted")
    expect(form.presets).to_contain_text("No presets yet")


def test_a_name_that_is_taken_is_said_in_the_dialog(form: FormPage, script: Script) -> None:
    script.face.presets.kept["wide"] = preset()
    form.root.get_by_role("button", name="Save as…").click()
    form.dialog.get_by_label("Name").fill("Wide cinematic")
    form.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(form.dialog).to_contain_text("There is a preset of this name already.")


def test_pasted_json_fills_what_fits_and_names_the_rest(form: FormPage, script: Script) -> None:
    form.box("prompt").fill("Stays")
    form.press("paste")
    snippet = {
        "input": {
            "aspect_ratio": "4:5",
            "seed": 7,
            "num_images": 9,
            "enable_safety_checker": True,
            "steps": 3,
        }
    }
    form.dialog.get_by_label("Input as JSON").fill(json.dumps(snippet))
    form.dialog.get_by_role("button", name="Fill the form").click()
    expect(form.box("seed")).to_have_value("7")
    expect(form.box("prompt")).to_have_value("Stays")
    expect(form.notes).to_contain_text("enable_safety_checker is no longer a field of fal's")
    expect(form.notes).to_contain_text("steps is not a field of 1.1 ultra")
    expect(form.notes).to_contain_text("Images has to be a whole number from 1 to 4")
    form.run.click()
    assert the_run(script).given == {"prompt": "Stays", "aspect_ratio": "4:5", "seed": 7}


def test_text_that_is_no_json_is_refused_in_the_dialog(form: FormPage) -> None:
    form.press("paste")
    form.dialog.get_by_label("Input as JSON").fill("{prompt: 1}")
    form.dialog.get_by_role("button", name="Fill the form").click()
    expect(form.dialog).to_contain_text("This is not JSON")


def test_a_run_opens_in_its_form_and_resets_the_other_fields(
    form: FormPage, script: Script
) -> None:
    form.open_tab("v1.1").box("prompt").fill("Earlier")
    form.open_tab("v1.1-ultra")
    form.page.evaluate(
        "input => import('/static/js/form.js').then((form) => form.openInForm('v1.1', input))",
        {"seed": 12, "image_size": {"width": 512, "height": 640}},
    )
    tab = FormPage(form.page, "v1.1")
    expect(tab.box("seed")).to_have_value("12")
    expect(tab.box("prompt")).to_have_value("")
    expect(tab.by_id("f-v1.1-image_size-height").locator("input")).to_have_value("640")
    assert form.page.url.endswith("/create/v1.1")


def test_a_picture_is_used_as_reference_in_a_tab_that_was_never_opened(
    form: FormPage, script: Script
) -> None:
    form.page.evaluate(
        "() => import('/static/js/form.js').then((form) =>"
        " form.useAsReference('v1-redux', 'image_url', { run_id: 'r1', index: 0 }))"
    )
    tab = FormPage(form.page, "v1-redux")
    expect(tab.field("image_url").locator(".drop-zone")).to_have_attribute("data-state", "filled")
    ready_to_run(tab)
    tab.run.click()
    assert the_run(script).given == {"image_url": "upload:up1"}


def test_the_form_is_copied_as_code(form: FormPage) -> None:
    form.box("prompt").fill("As code")
    form.press("copy")
    expect(form.dialog).to_contain_text("fal_client.subscribe")
    expect(form.dialog).to_contain_text("As code")


def test_a_picture_is_dropped_and_sent(form: FormPage, script: Script) -> None:
    picture = script.uploads[script.add_upload((40, 30)).removeprefix("upload:")]
    form.field("image_url").locator("input[type=file]").set_input_files(
        {"name": "cat.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(form.field("image_url").locator(".drop-zone")).to_have_attribute("data-state", "filled")
    form.box("prompt").fill("With a cat")
    form.run.click()
    assert the_run(script).given == {"prompt": "With a cat", "image_url": "upload:up2"}
    form.press("reset")
    expect(form.field("image_url").locator(".drop-zone")).to_have_attribute("data-state", "empty")
    form.box("prompt").fill("Without")
    form.run.click()
    assert the_run(script, 2).given == {"prompt": "Without"}


def test_the_keys_go_through_a_group_of_choices(form: FormPage) -> None:
    form.radio("aspect_ratio", "16:9").focus()
    expect(form.radio("aspect_ratio", "16:9")).to_be_focused()
    form.page.keyboard.press("ArrowRight")
    expect(form.radio("aspect_ratio", "4:3")).to_be_checked()
    expect(form.radio("aspect_ratio", "4:3")).to_be_focused()
    group = form.field("aspect_ratio").get_by_role("radiogroup", name="Aspect ratio")
    expect(group).to_be_visible()


def test_help_shows_on_focus_and_moves_nothing(form: FormPage) -> None:
    help_line = form.by_id("f-v1.1-ultra-seed-help")
    expect(help_line).to_be_hidden()
    before = form.run.bounding_box()
    form.box("seed").focus()
    expect(help_line).to_be_visible()
    assert form.run.bounding_box() == before


def test_the_first_screen_holds_the_run_button(form: FormPage) -> None:
    box = form.run.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    wide = form.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 1280
    tabs = form.page.locator('#endpoint-tabs [role="tab"]')
    assert [tab.is_visible() for tab in tabs.all()] == [True] * len(SLUGS)


def test_a_phone_can_do_the_whole_job(
    browser: Browser, server: tuple[str, Script], script: Script
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    form = FormPage(page).open(server[0])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tab = form.open_tab("v1.1-ultra-redux")
    expect(form.picker).to_have_value("v1.1-ultra-redux")
    back = tab.open_tab("v1.1")
    expect(back.run).to_be_in_viewport()
    back.box("prompt").fill("On the way")
    back.run.tap()
    assert the_run(script).given == {"prompt": "On the way"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_an_address_opens_its_tab(form: FormPage) -> None:
    form.page.evaluate(
        "() => window.dispatchEvent(new CustomEvent('playground:open-endpoint',"
        " { detail: { slug: 'v1-fill' } }))"
    )
    expect(FormPage(form.page, "v1-fill").run).to_be_visible()
