"""A picture that is dropped beside the fields tells its settings; many are saved as a ZIP."""

import io
import json
import re
import zipfile
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.pages.app import AppPage, Faults
from tests.browser.pages.drop_zone import DropZonePage
from tests.browser.pages.form import FormPage

PRO = "v1.1"
WEB_UI = (
    "a harbour at dawn, <img src=x onerror=window.hurt=1>\n"
    "Negative prompt: fog\n"
    "Steps: 28, Sampler: Euler, Seed: 4242, Size: 1024x768, Model: flux1-dev"
)


def picture(folder: Path, text: str | None, name: str = "found.png") -> Path:
    info = PngInfo()
    if text is not None:
        info.add_text("parameters", text)
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, "PNG", pnginfo=info)
    path = folder / name
    path.write_bytes(out.getvalue())
    return path


def drop(tab: AppPage, path: Path, onto: str = "#stage") -> Locator:
    """Lets a file go beside the fields; the dialog that opens."""
    DropZonePage(tab.page).drag_file(path, tab.page.locator(onto))
    dialog = tab.page.get_by_role("dialog", name="Settings in this picture")
    expect(dialog).to_be_visible()
    return dialog


def test_another_tool_s_settings_fill_the_form_that_is_chosen(tab: AppPage, tmp_path: Path) -> None:
    form = tab.create(PRO)
    dialog = drop(tab, picture(tmp_path, WEB_UI))
    expect(dialog).to_contain_text("AUTOMATIC1111")
    expect(dialog).to_contain_text("a harbour at dawn, <img src=x")
    expect(dialog).to_contain_text("This fits: Image size, Prompt, Seed.")
    expect(dialog).to_contain_text("more settings in the file")
    assert violations(tab.page) == []
    dialog.get_by_role("button", name="Apply").click()
    expect(form.box("seed")).to_have_value("4242")
    expect(form.box("prompt")).to_have_value(re.compile("^a harbour at dawn"))
    assert tab.page.evaluate("window.hurt") is None


def test_what_does_not_fit_another_form_is_said_before(tab: AppPage, tmp_path: Path) -> None:
    tab.create(PRO)
    dialog = drop(tab, picture(tmp_path, WEB_UI))
    dialog.get_by_label("For the form").select_option("v1.1-ultra")
    expect(dialog).to_contain_text("This does not fit")
    expect(dialog).to_contain_text("image_size")


def test_one_may_only_look_and_nothing_changes(tab: AppPage, tmp_path: Path) -> None:
    form = tab.create(PRO)
    dialog = drop(tab, picture(tmp_path, WEB_UI))
    expect(dialog.get_by_role("button", name="Only look")).to_be_visible()
    dialog.get_by_role("button", name="Only look").click()
    expect(dialog).to_have_count(1)
    expect(dialog).to_contain_text("Negative prompt")
    expect(dialog).to_contain_text("Euler")
    dialog.get_by_role("button", name=re.compile("copy seed", re.IGNORECASE)).click()
    assert tab.page.evaluate("navigator.clipboard.readText()") == "4242"
    tab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(form.box("seed")).to_have_value("")


def test_a_picture_of_ours_brings_everything_back_from_any_view(
    tab: AppPage, tmp_path: Path
) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("Brought back")
    form.box("seed").fill("77")
    form.choose("num_images", "2")
    run_id = tab.run(form)
    tab.see_done(run_id, pictures=2)
    path = tmp_path / "ours.jpeg"
    path.write_bytes(tab.bytes_of(f"/media/{run_id}/1?download=1"))
    tab.go("Gallery")
    expect(tab.page.locator(f'#view-gallery .tile-link[href*="{run_id}"]')).to_have_count(2)
    dialog = drop(tab, path, "#view-gallery [role=search]")
    expect(dialog).to_contain_text("FLUX playground")
    dialog.get_by_role("button", name="Apply").click()
    form = FormPage(tab.page, PRO)
    expect(form.box("prompt")).to_have_value("Brought back")
    expect(form.box("seed")).to_have_value("77")
    expect(form.radio("num_images", "2")).to_be_checked()


def test_a_picture_that_says_nothing_gets_a_sentence(tab: AppPage, tmp_path: Path) -> None:
    tab.create(PRO)
    dialog = drop(tab, picture(tmp_path, None))
    expect(dialog).to_contain_text("says nothing of how it was made")
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_have_count(0)


def test_a_picture_field_still_takes_what_is_dropped_onto_it(tab: AppPage, tmp_path: Path) -> None:
    form = tab.create("v1.1-redux")
    zone = tab.zone(form)
    zone.drag_file(picture(tmp_path, WEB_UI), zone.root)
    zone.expect_state("filled")
    expect(tab.page.get_by_role("dialog", name="Settings in this picture")).to_have_count(0)


def test_a_file_can_be_chosen_instead(tab: AppPage, tmp_path: Path) -> None:
    form = tab.create(PRO)
    form.press("paste")
    with tab.page.expect_file_chooser() as chooser:
        tab.dialog.get_by_role("button", name="From a picture…").click()
    chooser.value.set_files(picture(tmp_path, WEB_UI))
    dialog = tab.page.get_by_role("dialog", name="Settings in this picture")
    dialog.get_by_role("button", name="Apply").click()
    expect(form.box("seed")).to_have_value("4242")


def test_pictures_are_saved_as_a_zip_with_names_of_one_s_own(
    tab: AppPage, tmp_path: Path, faults: Faults
) -> None:
    faults.expect("status of 422")
    form = tab.create(PRO)
    form.box("prompt").fill("Packed")
    form.box("seed").fill("5")
    run_id = tab.make(form)
    tab.page.evaluate(
        """async (pictures) => {
          const { openZip } = await import("/static/js/zip-dialog.js");
          openZip(pictures);
        }""",
        [{"run_id": run_id, "index": 0}],
    )
    dialog = tab.page.get_by_role("dialog", name="Save as a ZIP")
    expect(dialog).to_contain_text("1 picture as fal made it")
    assert violations(tab.page) == []
    template = dialog.get_by_label("What the files are called")
    template.fill("{oops}")
    dialog.get_by_role("button", name="Save ZIP").click()
    expect(dialog.get_by_role("alert")).to_contain_text("{oops} can't be filled in")
    template.fill("{seed}-{n}")
    with tab.page.expect_download() as saving:
        dialog.get_by_role("button", name="Save ZIP").click()
    path = tmp_path / "saved.zip"
    saving.value.save_as(path)
    assert saving.value.suggested_filename.endswith("-1-pictures.zip")
    with zipfile.ZipFile(path) as found:
        assert found.namelist() == ["5-1.jpeg", "manifest.json", "manifest.csv"]
        (item,) = json.loads(found.read("manifest.json"))["items"]
        assert item["input"]["prompt"] == "Packed"
    expect(dialog).to_contain_text("Sent: 1 picture,")
