"""Proof that a picture of fal's is whole, before it is stored."""

from typing import Final

from backend.domain.errors import PictureRefused, PictureUnavailable
from backend.domain.picture import CheckedPicture
from backend.domain.sentence import Sentence
from backend.pictures.decode import load, open_picture

OUTPUT_TYPES: Final = ("image/jpeg", "image/png", "image/webp")


def verify_output(data: bytes) -> CheckedPicture:
    """Decode everything once; the bytes stay as they are.

    Raises PictureUnavailable, so that it is fetched again, for what is cut off, damaged, or not
    JPEG, PNG or WebP.
    """
    try:
        opened = open_picture(data)
        image = load(opened)
    except PictureRefused as problem:
        raise PictureUnavailable(
            Sentence(
                "image.not_whole",
                "What fal sent is not a whole picture yet; it is fetched again. {problem}",
                problem=problem.message,
            )
        ) from problem
    if opened.content_type not in OUTPUT_TYPES:
        raise PictureUnavailable(
            Sentence(
                "image.not_kept",
                "fal sent a picture of a type that is not kept here ({type}).",
                type=opened.content_type,
            )
        )
    return CheckedPicture(
        data=data, content_type=opened.content_type, width=image.width, height=image.height
    )
