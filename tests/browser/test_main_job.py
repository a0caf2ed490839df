"""The main job on the real app, on each endpoint: fill in, press Run, see it, keep it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from backend.domain.endpoint import Endpoint
from backend.domain.field import Kind
from backend.endpoints.catalogue import load_catalogue
from tests.acceptance.app_process import App
from tests.browser.app_process import running_app
from tests.browser.pages.app import AppPage, is_drawn
from tests.browser.pages.form import FormPage
from tests.browser.sample_pictures import as_file, picture

CATALOGUE = load_catalogue()
SLUGS = [endpoint.slug for endpoint in CATALOGUE.endpoints]
BROUGHT = (96, 64)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Practice mode with its own fal, which takes its time as people see it."""
    with running_app(tmp_path_factory.mktemp("practice")) as running:
        yield running


def bring_picture(tab: AppPage, form: FormPage, folder: Path, *, drop: bool) -> None:
    """From the desktop onto the drop zone, or by the file dialog."""
    zone = tab.zone(form)
    file = as_file(folder, picture(*BROUGHT))
    if drop:
        zone.drag_file(file, zone.well)
    else:
        with tab.page.expect_file_chooser() as chooser:
            zone.choose.click()
        chooser.value.set_files(file)
    zone.expect_shown("96×64")


def paint_mask(tab: AppPage, form: FormPage) -> None:
    """A stroke across the middle."""
    painter = tab.painter(form, BROUGHT)
    expect(painter.canvas).to_be_visible()
    painter.canvas.scroll_into_view_if_needed()
    painter.set_size(12)
    painter.mouse_stroke((20, 32), (76, 32))
    expect(painter.state).to_contain_text("% painted")


def fill_in(tab: AppPage, form: FormPage, endpoint: Endpoint, folder: Path) -> dict[str, Any]:
    """Every required field and the prompt, as a person would; what they set as plain values."""
    prompt = f"A lighthouse in fog for {endpoint.slug}"
    form.box("prompt").press_sequentially(prompt)
    wanted: dict[str, Any] = {"prompt": prompt}
    has_mask = endpoint.field("mask_url") is not None
    for field in endpoint.fields:
        if not field.required or field.name == "prompt":
            continue
        if field.kind is Kind.IMAGE:
            bring_picture(tab, form, folder, drop=not has_mask)
        elif field.kind is Kind.MASK:
            paint_mask(tab, form)
        elif field.kind is Kind.TEXT:
            form.box(field.name).press_sequentially("ft-2024")
            wanted[field.name] = "ft-2024"
        else:
            # starts at a suggested value, which is always sent
            wanted[field.name] = field.suggested
    return wanted


def uploaded(tab: AppPage, value: str) -> Image.Image:
    """The picture behind `upload:{id}`."""
    assert value.startswith("upload:")
    data = tab.bytes_of(f"/media/uploads/{value.removeprefix('upload:')}")
    return Image.open(io.BytesIO(data))


def check_pictures(tab: AppPage, endpoint: Endpoint, given: dict[str, Any]) -> set[str]:
    """Looks at the uploads of a run's input; the names of its picture fields."""
    named = {field.name for field in endpoint.fields if field.required and field.is_picture}
    for name in named:
        assert uploaded(tab, given[name]).size == BROUGHT
    if "mask_url" in named:
        mask = uploaded(tab, given["mask_url"])
        assert mask.mode == "L"
        assert mask.getpixel((48, 32)) == 255
        assert mask.getpixel((48, 4)) == 0
    return named


@pytest.mark.parametrize("slug", SLUGS)
def test_a_picture_is_made_and_kept(tab: AppPage, slug: str, tmp_path: Path) -> None:
    endpoint = CATALOGUE.by_slug(slug)
    form = tab.create(slug)
    wanted = fill_in(tab, form, endpoint, tmp_path)
    tab.note_states()

    run_id = tab.run(form)
    expect(tab.stage.showing(run_id)).to_be_visible()
    tab.see_done(run_id)
    states = tab.states_seen(run_id)
    assert states[-1] == "done"
    assert len(states) > 1

    given = tab.stored(run_id)["input"]
    pictures = check_pictures(tab, endpoint, given)
    assert {name: value for name, value in given.items() if name not in pictures} == wanted

    tab.reload()
    tab.see_done(run_id)
    tab.go("Gallery")
    is_drawn(tab.gallery.picture(run_id))
