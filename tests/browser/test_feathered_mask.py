"""A soft mask on its whole way: painted, sent, painted by, and back in the form as it was."""

import io

from PIL import Image, ImageChops
from playwright.sync_api import expect

from tests.browser.pages.app import AppPage
from tests.browser.sample_pictures import picture

SIZE = (160, 120)
COLOUR = (52, 163, 154)
JPEG_NOISE = 16


def mask_of(tab: AppPage, run_id: str) -> Image.Image:
    """The mask that the run went out with."""
    value = tab.stored(run_id)["input"]["mask_url"]
    data = tab.bytes_of(f"/media/uploads/{value.removeprefix('upload:')}")
    return Image.open(io.BytesIO(data))


def made(tab: AppPage, run_id: str) -> Image.Image:
    return Image.open(io.BytesIO(tab.bytes_of(f"/media/{run_id}/0"))).convert("RGB")


def test_a_soft_edge_is_in_the_picture_and_comes_back(tab: AppPage) -> None:
    form = tab.create("v1-fill")
    form.box("prompt").fill("Dark hills at night")
    zone = tab.zone(form)
    zone.give("flat.png", picture(*SIZE, colour=f"rgb{COLOUR}"), "image/png")
    zone.expect_shown("160×120")
    painter = tab.painter(form, SIZE)
    painter.canvas.scroll_into_view_if_needed()
    painter.set_size(60)
    painter.mouse_stroke((0, 60), (160, 60))
    painter.set_feather(40)
    run_id = tab.make(form)

    mask = mask_of(tab, run_id)
    assert (mask.format, mask.mode, mask.size) == ("PNG", "L", SIZE)
    column = [mask.getpixel((80, y)) for y in range(0, 61, 5)]
    assert column == sorted(column)
    assert (column[0], column[-1]) == (0, 255)
    assert len(set(column)) > 5

    # a column may meet the sky's own colour, a row does not
    shown = made(tab, run_id)
    kept = Image.new("RGB", SIZE, COLOUR)
    away = ImageChops.difference(shown, kept)
    for y in range(0, 61, 5):
        share = mask.crop((0, y, SIZE[0], y + 1)).getextrema()[1] / 255
        most = max(high for _, high in away.crop((0, y, SIZE[0], y + 1)).getextrema())
        assert most <= 255 * share + JPEG_NOISE
        if 0.25 < share < 0.5:
            assert most > JPEG_NOISE, "a mask cut at half white would keep this row"

    form.box("prompt").fill("Something else")
    painter.button("Clear").click()
    tab.stage.action("Open in form").click()
    expect(painter.state).to_contain_text("with soft edges")
    expect(painter.feather_text).to_have_text("hard edge")
    again = tab.make(form)
    assert again != run_id
    assert mask_of(tab, again).tobytes() == mask.tobytes()
