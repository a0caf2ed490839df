"""A mask: one channel, white is repainted, black is kept, exactly as large as its picture."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageChops

from backend.domain.errors import PictureRefused
from backend.domain.picture import CheckedPicture
from backend.domain.sentence import Sentence
from backend.pictures.decode import Opened, eight_bits, load, open_picture

_HALF: Final = [0] * 128 + [255] * 128


def check_mask(data: bytes, size: tuple[int, int] | None = None) -> CheckedPicture:
    """The mask as a PNG of one channel: 0 and 255, and greys where it is feathered.

    What has the form of a mask already, a grey PNG without colours, is taken at its word, every
    value of it. Any other picture stands in for a mask: it is cut at half white, so that noise of
    a JPEG and the smooth edges of a drawing repaint nothing by halves.

    `size`: width and height of its picture. Raises PictureRefused for another size, for a mask
    without any white, and for everything that is no picture.
    """
    opened = open_picture(data)
    image = load(opened)
    mask = _whiteness(image)
    if size is not None and mask.size != size:
        raise PictureRefused(
            Sentence(
                "mask.size",
                "The mask has {width} × {height} pixels and the picture {wide} × {high}: they have "
                "to be the same size.",
                width=mask.width,
                height=mask.height,
                wide=size[0],
                high=size[1],
            )
        )
    if not _has_the_form_of_a_mask(opened, image):
        mask = mask.point(_HALF)
    if mask.getextrema() == (0, 0):
        raise PictureRefused(
            Sentence("mask.empty", "The mask is empty: paint white what is to be repainted.")
        )
    target = BytesIO()
    mask.save(target, "PNG")
    width, height = mask.size
    return CheckedPicture(
        data=target.getvalue(), content_type="image/png", width=width, height=height
    )


def _has_the_form_of_a_mask(opened: Opened, image: Image.Image) -> bool:
    return opened.content_type == "image/png" and image.mode == "L"


def _whiteness(image: Image.Image) -> Image.Image:
    """How white each pixel is; what can't be seen is black."""
    flat = eight_bits(image)
    if flat.mode != "RGBA":
        return flat.convert("L")
    return ImageChops.multiply(flat.convert("L"), flat.getchannel("A"))
