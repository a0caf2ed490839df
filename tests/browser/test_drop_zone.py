"""A picture gets into a form: by file, drop, paste, link, or from one's own runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.pages.drop_zone import DropZonePage
from tests.browser.painter_app import Shelf, picture, served

HOSTILE = "<img src=x onerror=window.hurt=1>${window.hurt=1}\u202egnp.png"


@pytest.fixture(scope="module")
def server() -> Iterator[Shelf]:
    with served() as shelf:
        yield shelf


@pytest.fixture
def shelf(server: Shelf) -> Iterator[Shelf]:
    own = server.kept["own"]
    server.kept.clear()
    server.kept["own"] = own
    server.names.clear()
    server.asked.clear()
    server.refusal = None
    yield server
    server.gate.set()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, shelf: Shelf) -> Iterator[Page]:
    page = context.new_page()
    mishaps: list[str] = []
    page.on("pageerror", lambda error: mishaps.append(str(error)))
    page.goto(shelf.url)
    expect(page.locator("html")).to_have_attribute("data-ready", "1")
    yield page
    page.close()
    assert mishaps == []


@pytest.fixture
def zone(page: Page) -> DropZonePage:
    return DropZonePage(page)


@pytest.fixture
def second(page: Page) -> DropZonePage:
    return DropZonePage(page, "#second", "second")


def test_a_chosen_file_is_uploaded_shown_and_told_to_the_form(
    zone: DropZonePage, shelf: Shelf
) -> None:
    zone.give("boat.png", picture(1024, 768))
    zone.expect_shown("1024×768 · PNG")
    assert zone.value == "upload:u2"
    assert shelf.kept["u2"] == picture(1024, 768)
    assert zone.info == {
        "width": 1024,
        "height": 768,
        "content_type": "image/png",
        "url": "/media/uploads/u2",
    }
    assert zone.page.evaluate("changes.at(-1)") == ["upload:u2", zone.info]


def test_the_button_opens_the_file_dialog_by_keyboard(zone: DropZonePage) -> None:
    zone.choose.focus()
    with zone.page.expect_file_chooser() as chooser:
        # one round trip: the browser must have heard that the dialog is wanted here
        zone.page.evaluate("1")
        zone.page.keyboard.press("Enter")
    chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": picture(40, 30)})
    zone.expect_shown("40×30")
    expect(zone.replace).to_be_focused()


def test_what_is_uploading_is_said_and_can_be_stopped(zone: DropZonePage, shelf: Shelf) -> None:
    shelf.gate.clear()
    data = picture(1500, 1400, "JPEG") + bytes(3_000_000)
    zone.give("large.jpg", data, "image/jpeg")
    zone.expect_state("busy")
    expect(zone.root).to_have_attribute("aria-busy", "true")
    expect(zone.root.get_by_role("status")).to_have_text(f"Uploading {len(data) / 1e6:.1f} MB…")
    expect(zone.doing).to_have_text("Checking the picture…")
    expect(zone.root.locator(".dz-elapsed")).to_have_text(re.compile(r"^\d+ s$"))
    zone.stop.click()
    zone.expect_state("empty")
    expect(zone.choose).to_be_focused()
    shelf.gate.set()
    assert zone.page.evaluate("zone.busy()") is None
    assert (zone.value, zone.page.evaluate("changes")) == ("", [])


def test_a_form_can_wait_for_the_picture(zone: DropZonePage, shelf: Shelf) -> None:
    shelf.gate.clear()
    zone.give("a.png", picture(40, 30))
    zone.expect_state("busy")
    zone.page.evaluate("window.waited = zone.busy().then(() => zone.value); null")
    shelf.gate.set()
    assert zone.page.evaluate("waited") == "upload:u2"


def test_a_newer_picture_wins_over_one_still_on_its_way(zone: DropZonePage, shelf: Shelf) -> None:
    shelf.gate.clear()
    zone.give("first.png", picture(40, 30))
    zone.expect_state("busy")
    zone.give("second.png", picture(50, 60))
    shelf.gate.set()
    zone.expect_shown("50×60")
    assert [change[1]["width"] for change in zone.page.evaluate("changes")] == [50]


def test_a_dropped_file_is_taken_and_the_zone_shows_where(
    zone: DropZonePage, second: DropZonePage, tmp_path: Path
) -> None:
    path = tmp_path / "dropped.png"
    path.write_bytes(picture(640, 480))
    zone.drag_file(path, zone.well, drop=False)
    expect(zone.root).to_have_attribute("data-over", "")
    expect(second.root).to_have_attribute("data-near", "")
    zone.drag_file(path, zone.well)
    zone.expect_shown("640×480")
    expect(zone.root).not_to_have_attribute("data-over", "")
    expect(second.root).not_to_have_attribute("data-near", "")
    second.expect_state("empty")


def test_a_file_dropped_beside_the_zones_does_not_leave_the_page(
    zone: DropZonePage, tmp_path: Path
) -> None:
    path = tmp_path / "dropped.png"
    path.write_bytes(picture(64, 64))
    zone.drag_file(path, zone.page.locator("#beside"))
    zone.drag_file(path, zone.page.locator("#prompt"))
    zone.drag_file(path, zone.well)
    zone.expect_shown("64×64")
    assert zone.page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert zone.page.locator("#beside").is_visible()


def test_a_picture_of_ours_is_dragged_in(zone: DropZonePage, shelf: Shelf) -> None:
    zone.page.locator("#own img[data-run-id]").drag_to(zone.well)
    zone.expect_shown("320×200")
    assert shelf.asked == [{"run_id": "run1", "index": 0}]


def test_a_picture_pasted_into_the_zone_is_taken(zone: DropZonePage, second: DropZonePage) -> None:
    zone.copy_picture(120, 90)
    second.choose.focus()
    zone.page.keyboard.press("Control+v")
    second.expect_shown("120×90")
    zone.expect_state("empty")


def test_a_picture_pasted_anywhere_goes_to_the_first_empty_zone(
    zone: DropZonePage, second: DropZonePage
) -> None:
    zone.copy_picture(120, 90)
    zone.page.locator("#prompt").focus()
    zone.page.keyboard.press("Control+v")
    zone.expect_shown("120×90")
    zone.copy_picture(60, 50)
    zone.page.keyboard.press("Control+v")
    second.expect_shown("60×50")
    expect(zone.facts).to_contain_text("120×90")


def test_a_hidden_zone_gets_no_paste(zone: DropZonePage, second: DropZonePage) -> None:
    zone.page.evaluate("document.getElementById('picture').hidden = true")
    zone.copy_picture(120, 90)
    zone.page.keyboard.press("Control+v")
    second.expect_shown("120×90")
    assert zone.value == ""


def test_pasted_text_stays_with_the_text_field(zone: DropZonePage) -> None:
    prompt = zone.page.locator("#prompt")
    zone.page.evaluate("navigator.clipboard.writeText('https://example.org/a.png')")
    prompt.focus()
    zone.page.keyboard.press("Control+v")
    expect(prompt).to_have_value("https://example.org/a.png")
    zone.expect_state("empty")


def test_a_link_pasted_into_the_zone_is_fetched(zone: DropZonePage, shelf: Shelf) -> None:
    zone.page.evaluate("navigator.clipboard.writeText(' https://example.org/a.png ')")
    zone.choose.focus()
    zone.page.keyboard.press("Control+v")
    zone.expect_shown("320×200")
    assert shelf.asked == [{"url": "https://example.org/a.png"}]


def test_a_link_pasted_into_its_box_is_fetched_at_once(zone: DropZonePage, shelf: Shelf) -> None:
    zone.page.evaluate("navigator.clipboard.writeText('https://example.org/a.png')")
    zone.link.focus()
    zone.page.keyboard.press("Control+v")
    zone.expect_shown("320×200")
    assert shelf.asked == [{"url": "https://example.org/a.png"}]


def test_a_typed_link_is_fetched_with_enter(zone: DropZonePage, shelf: Shelf) -> None:
    zone.link.fill("https://example.org/b.webp")
    zone.link.press("Enter")
    zone.expect_shown("320×200")
    assert shelf.asked == [{"url": "https://example.org/b.webp"}]
    zone.remove.click()
    expect(zone.link).to_have_value("")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Paste a link first."),
        ("file:///etc/passwd", "A link starts with https:// or http://."),
        ("javascript:alert(1)", "A link starts with https:// or http://."),
    ],
)
def test_what_is_no_link_is_said_at_once(
    zone: DropZonePage, shelf: Shelf, typed: str, sentence: str
) -> None:
    zone.link.fill(typed)
    zone.fetch.click()
    expect(zone.error).to_have_text(sentence)
    expect(zone.link).to_be_focused()
    assert shelf.asked == []


def test_a_refused_link_says_why_and_stays_to_be_mended(zone: DropZonePage, shelf: Shelf) -> None:
    reason = "This link leads into a private network."
    shelf.refusal = (422, {"detail": [{"loc": ["body", "url"], "msg": reason, "type": "link"}]})
    zone.link.fill("http://10.0.0.1/a.png")
    zone.fetch.click()
    expect(zone.error).to_have_text(reason)
    zone.expect_state("empty")
    expect(zone.link).to_have_value("http://10.0.0.1/a.png")
    assert zone.error.get_attribute("id") == zone.root.get_attribute("aria-describedby")


def test_a_problem_with_one_sentence_is_shown(zone: DropZonePage, shelf: Shelf) -> None:
    shelf.refusal = (400, {"detail": "The picture is damaged."})
    zone.give("a.png", picture(40, 30))
    expect(zone.error).to_have_text("The picture is damaged.")
    zone.give("b.png", picture(40, 30))
    zone.expect_shown("40×30")
    expect(zone.error).to_have_text("")


def test_a_lost_connection_is_said_and_the_earlier_picture_stays(
    zone: DropZonePage,
) -> None:
    zone.give("a.png", picture(40, 30))
    zone.expect_shown("40×30")
    zone.page.route("**/api/v1/uploads", lambda route: route.abort())
    zone.give("b.png", picture(50, 50))
    expect(zone.error).to_contain_text("The server can't be reached.")
    zone.expect_shown("40×30")
    assert zone.value == "upload:u2"


@pytest.mark.parametrize(
    ("name", "data", "content_type", "sentence"),
    [
        ("a.svg", b"<svg/>", "image/svg+xml", "“a.svg” can't be read as a picture."),
        ("b.png", b"", "image/png", "“b.png” is empty."),
        ("c.html", b"<b>", "text/html", "“c.html” can't be read as a picture."),
    ],
)
def test_a_file_that_is_no_picture_is_not_sent(
    zone: DropZonePage, shelf: Shelf, name: str, data: bytes, content_type: str, sentence: str
) -> None:
    zone.give(name, data, content_type)
    expect(zone.error).to_contain_text(sentence)
    assert shelf.names == []


def test_a_file_above_50_mb_is_not_sent(zone: DropZonePage, shelf: Shelf) -> None:
    zone.page.evaluate(
        """() => {
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(53e6)], "huge.png", { type: "image/png" }));
          document.querySelector("#picture .drop-zone").dispatchEvent(
            new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }"""
    )
    expect(zone.error).to_have_text("“huge.png” has 53.0 MB; a picture may have at most 50 MB.")
    assert shelf.names == []


def test_of_several_dropped_files_the_first_picture_is_taken(zone: DropZonePage) -> None:
    zone.page.evaluate(
        """async () => {
          const canvas = new OffscreenCanvas(70, 40);
          canvas.getContext("2d");
          const blob = await canvas.convertToBlob();
          const files = new DataTransfer();
          files.items.add(new File(["words"], "notes.txt", { type: "text/plain" }));
          files.items.add(new File([blob], "first.png", { type: "image/png" }));
          document.querySelector("#picture .drop-zone").dispatchEvent(
            new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }"""
    )
    zone.expect_shown("70×40 · PNG · One picture fits here: only the first was taken.")
    expect(zone.name).to_have_text("first.png")


def test_a_hostile_file_name_is_only_text(zone: DropZonePage, shelf: Shelf) -> None:
    zone.give(HOSTILE, picture(40, 30))
    zone.expect_shown("40×30")
    assert zone.name.text_content() == HOSTILE
    zone.give(HOSTILE.replace(".png", ".svg"), b"<svg/>", "image/svg+xml")
    expect(zone.error).to_contain_text("<img src=x onerror=window.hurt=1>")
    assert zone.page.evaluate("window.hurt") is None
    assert zone.root.locator("img").count() == 1


def test_remove_empties_the_field(zone: DropZonePage) -> None:
    zone.give("a.png", picture(40, 30))
    zone.expect_shown("40×30")
    zone.remove.click()
    zone.expect_state("empty")
    expect(zone.choose).to_be_focused()
    assert (zone.value, zone.info) == ("", None)
    assert zone.page.evaluate("changes.at(-1)") == ["", None]
    expect(zone.page.locator("#mask .pt-none")).to_be_visible()


def test_a_value_from_outside_shows_its_picture(zone: DropZonePage, shelf: Shelf) -> None:
    upload_id = shelf.keep(picture(300, 200, "JPEG"))
    zone.set(f"upload:{upload_id}")
    zone.expect_shown("300×200 · JPEG")
    assert zone.value == f"upload:{upload_id}"
    assert zone.page.evaluate("changes.at(-1)") == [zone.value, zone.info]
    assert zone.info["content_type"] == "image/jpeg"
    zone.set("")
    zone.expect_state("empty")


def test_the_same_value_again_changes_nothing(zone: DropZonePage) -> None:
    zone.give("a.png", picture(40, 30))
    zone.expect_shown("40×30")
    zone.set("upload:u2")
    zone.expect_state("filled")
    assert len(zone.page.evaluate("changes")) == 1


def test_a_vanished_picture_gets_a_sentence(zone: DropZonePage) -> None:
    zone.set("upload:gone")
    expect(zone.error).to_have_text(
        "The picture of these settings is no longer kept. Choose it again."
    )
    zone.expect_state("empty")
    assert zone.value == ""


def test_a_link_or_data_address_from_outside_becomes_ours(zone: DropZonePage, shelf: Shelf) -> None:
    zone.set("https://example.org/c.png")
    zone.expect_shown("320×200")
    assert zone.value.startswith("upload:")
    pixel = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    zone.set(pixel)
    zone.expect_shown("1×1 · GIF")


def test_a_value_that_is_no_picture_is_refused(zone: DropZonePage) -> None:
    zone.set("upload:../../etc/passwd")
    expect(zone.error).to_contain_text("This field can't hold “upload:../../etc/passwd”.")
    assert zone.value == ""


def test_the_form_can_put_a_message_beside_the_field(zone: DropZonePage) -> None:
    zone.page.evaluate("zone.setError('Add a picture.')")
    expect(zone.error).to_have_text("Add a picture.")
    zone.page.evaluate("zone.setError(null)")
    expect(zone.error).to_have_text("")


def test_a_removed_zone_takes_no_part_any_more(zone: DropZonePage, second: DropZonePage) -> None:
    zone.page.evaluate("zone.destroy()")
    expect(zone.root).to_have_count(0)
    zone.copy_picture(120, 90)
    zone.page.keyboard.press("Control+v")
    second.expect_shown("120×90")


def test_every_control_of_the_zone_has_a_name(zone: DropZonePage) -> None:
    group = zone.page.get_by_role("group", name="Picture")
    expect(group).to_be_visible()
    for control in (zone.choose, zone.link, zone.fetch):
        expect(control).to_be_visible()
    zone.give("a.png", picture(40, 30))
    zone.expect_shown("40×30")
    for control in (zone.replace, zone.remove):
        expect(control).to_be_visible()
    expect(zone.preview).to_have_attribute("alt", "Picture, 40×30")


def test_the_zone_fits_a_phone(zone: DropZonePage) -> None:
    zone.page.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth"
    assert zone.page.evaluate(wide) == 390
    zone.give("a-name-without-an-end-" * 9 + ".png", picture(900, 30))
    zone.expect_shown("900×30")
    assert zone.page.evaluate(wide) == 390
