"""Pictures of fal's are whole, or they are fetched again."""

import pytest

from backend.domain.errors import PictureUnavailable
from backend.pictures.verify import verify_output
from tests.unit.pictures.conftest import Make


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_whole_picture_keeps_its_bytes(make: Make, kind: str, content_type: str) -> None:
    data = make(kind, comment=b"kept")
    found = verify_output(data)
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
