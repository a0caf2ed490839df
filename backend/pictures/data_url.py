"""A picture inside a text: data:image/png;base64,…"""

import base64
import binascii
import re
from typing import Final

from backend.domain.errors import PictureRefused
from backend.domain.picture import MAX_BYTES
from backend.domain.sentence import Sentence

_START: Final = re.compile(r"data:image/[a-z0-9.+-]{1,40};base64,", re.IGNORECASE)
_MAX_LETTERS: Final = (MAX_BYTES + 2) // 3 * 4


def decode_data_url(text: str) -> bytes:
    """The bytes. Raises PictureRefused; what they hold is for check_picture to say."""
    start = _START.match(text)
    if start is None:
        raise PictureRefused(
            Sentence("data_url.none", "This is not a data URL of a picture in base64.")
        )
    if len(text) - start.end() > _MAX_LETTERS:
        raise PictureRefused(
            Sentence("data_url.large", "The picture in this data URL has more than 50 MB.")
        )
    try:
        return base64.b64decode(text[start.end() :], validate=True)
    except (binascii.Error, ValueError) as problem:
        raise PictureRefused(
            Sentence("data_url.damaged", "The base64 of this data URL is damaged.")
        ) from problem
