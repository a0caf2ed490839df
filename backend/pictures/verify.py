"""Proof that a picture of fal's is whole, before it is stored; its preview comes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from backend.domain.errors import PictureRefused, PictureUnavailable
from backend.domain.picture import CheckedPicture
from backend.domain.sentence import Sentence
from backend.pictures.decode import open_picture
from backend.pictures.orientation import TURNED
from backend.pictures.preview import Preview, preview_of

OUTPUT_TYPES: Final = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A picture that is whole."""

    picture: CheckedPicture
    preview: Preview


def verify_output(data: bytes) -> Verified:
    """Decode everything once; the bytes stay as they are.

    A JPEG is decoded at its preview's scale: all of it is unpacked at each, and what is broken
    shows there; turning coefficients into pixels finds no faults. Raises PictureUnavailable, so
    that it is fetched again, for what is cut off, damaged, or not JPEG, PNG or WebP.
    """
    with _not_whole():
        opened = open_picture(data)
    if opened.content_type not in OUTPUT_TYPES:
        raise PictureUnavailable(
            Sentence(
                "image.not_kept",
                "fal sent a picture of a type that is not kept here ({type}).",
                type=opened.content_type,
            )
        )
    width, height = opened.file.size
    if opened.orientation >= TURNED:
        width, height = height, width
    with _not_whole():
        preview = preview_of(opened)
    picture = CheckedPicture(
        data=data, content_type=opened.content_type, width=width, height=height
    )
    return Verified(picture=picture, preview=preview)


@contextmanager
def _not_whole() -> Iterator[None]:
    try:
        yield
    except PictureRefused as problem:
        raise PictureUnavailable(
            Sentence(
                "image.not_whole",
                "What fal sent is not a whole picture yet; it is fetched again. {problem}",
                problem=problem.message,
            )
        ) from problem
