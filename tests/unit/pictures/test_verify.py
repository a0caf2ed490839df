"""Pictures of fal's are whole, or they are fetched again."""

import random

import pytest
from PIL import Image

from backend.domain.errors import PictureUnavailable
from backend.pictures.verify import verify_output
from tests.unit.pictures.conftest import Make, decode


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_whole_picture_keeps_its_bytes(make: Make, kind: str, content_type: str) -> None:
    data = make(kind, comment=b"kept")
    found = verify_output(data).picture
    assert found.data is data
    assert (found.content_type, found.width, found.height) == (content_type, 48, 32)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("missing", [1, 2, 20, 100])
def test_a_picture_that_was_cut_off_on_its_way_is_noticed(
    make: Make, kind: str, missing: int
) -> None:
    with pytest.raises(PictureUnavailable) as caught:
        verify_output(make(kind)[:-missing])
    assert caught.value.retryable
    assert caught.value.message.startswith("What fal sent is not a whole picture yet")


@pytest.mark.parametrize("data", [b"", b"<html>502</html>", b'{"detail": "gone"}'])
def test_an_error_page_is_not_a_picture(data: bytes) -> None:
    with pytest.raises(PictureUnavailable):
        verify_output(data)


@pytest.mark.parametrize("kind", ["GIF", "AVIF"])
def test_a_type_that_fal_does_not_announce_is_not_kept(make: Make, kind: str) -> None:
    with pytest.raises(PictureUnavailable, match="not kept here"):
        verify_output(make(kind))


@pytest.mark.parametrize("orientation", [1, 6])
def test_its_size_is_that_of_the_picture_upright_not_of_its_preview(
    make: Make, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = verify_output(make("JPEG", size=(2200, 40), exif=exif))
    size = (2200, 40) if orientation == 1 else (40, 2200)
    assert (found.picture.width, found.picture.height) == size
    assert max(found.preview.width, found.preview.height) == 1024


@pytest.mark.parametrize("progressive", [False, True])
def test_at_a_preview_s_scale_a_jpeg_shows_the_faults_that_it_shows_at_its_own(
    make: Make, progressive: bool
) -> None:
    whole = make("JPEG", size=(2200, 48), progressive=progressive, quality=95)
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        at = chance.randrange(300, len(data))
        if chance.random() < 0.5:
            del data[at:]
        else:
            data[at : at + 4] = chance.randbytes(4)
        refused += _refused(bytes(data))
        assert _refused(bytes(data)) == _broken_at_its_own_scale(bytes(data))
    assert 50 < refused < 150


def _refused(data: bytes) -> bool:
    try:
        verify_output(data)
    except PictureUnavailable:
        return True
    return False


def _broken_at_its_own_scale(data: bytes) -> bool:
    try:
        decode(data)
    except (OSError, SyntaxError, ValueError):
        return True
    return False
