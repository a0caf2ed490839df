"""The pictures that an input refers to. They have to be here: practice mode fetches nothing."""

import base64
import binascii
import io
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind
from backend.domain.picture import MAX_PIXELS
from backend.fal.practice_checks import Problem, problem
from backend.fal.practice_store import PracticeStore

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_FILE_PATH = re.compile(r"\A/files/([^/]+)\Z")
_SIDE_LIMIT = {"max_height": 14142, "max_width": 14142}


class InputProblem(Exception):
    """A picture of the input can't be used; `found` says so in fal's shape."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found["msg"])
        self.found = found


def picture_fields(endpoint: Endpoint, given: Mapping[str, Any]) -> list[Field]:
    """The fields with a picture in this input."""
    return [field for field in endpoint.fields if field.is_picture and given.get(field.name)]


def fetch(field: Field, url: str, store: PracticeStore) -> bytes:
    """A picture's bytes. Raises InputProblem, as fal does where it can't download one."""
    data = _inline(url) if url.startswith("data:") else _stored(url, store)
    if data is None:
        msg = "Failed to download the file. Practice mode reads only what was uploaded to it."
        raise InputProblem(problem([field.name], "file_download_error", msg, given=url))
    return data


def picture(field: Field, url: str, store: PracticeStore) -> Image.Image:
    """A picture, opened but not decoded. Raises InputProblem."""
    data = fetch(field, url, store)
    try:
        opened = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputProblem(_too_large(field, url)) from None
    except (OSError, ValueError, SyntaxError):
        msg = "Failed to load the image. Please ensure it is a valid picture file."
        raise InputProblem(problem([field.name], "image_load_error", msg, given=url)) from None
    if opened.width * opened.height > MAX_PIXELS:
        raise InputProblem(_too_large(field, url))
    return opened


def problems(endpoint: Endpoint, given: Mapping[str, Any], store: PracticeStore) -> list[Problem]:
    """What is wrong with the pictures of an input: not there, no picture, mask of another size."""
    found: list[Problem] = []
    sizes: dict[str, tuple[int, int]] = {}
    for field in picture_fields(endpoint, given):
        try:
            with picture(field, given[field.name], store) as opened:
                sizes[field.name] = opened.size
        except InputProblem as refused:
            found.append(refused.found)
    return found or _unequal(endpoint, given, sizes)


def masked_source(endpoint: Endpoint) -> tuple[Field, Field] | None:
    """The fields of a mask and of the picture that it belongs to, where the endpoint has them."""
    for field in endpoint.fields:
        if field.kind is Kind.MASK and field.same_size_as is not None:
            source = endpoint.field(field.same_size_as)
            return None if source is None else (field, source)
    return None


def _unequal(
    endpoint: Endpoint, given: Mapping[str, Any], sizes: Mapping[str, tuple[int, int]]
) -> list[Problem]:
    pair = masked_source(endpoint)
    if pair is None:
        return []
    mask, source = pair
    if sizes.get(mask.name) == sizes.get(source.name):
        return []
    msg = f"The mask must have the dimensions of {source.name}."
    return [problem([mask.name], "value_error", msg, given=given.get(mask.name))]


def _too_large(field: Field, url: str) -> Problem:
    msg = "The image has too many pixels."
    return problem([field.name], "image_too_large", msg, given=url, ctx=_SIDE_LIMIT)


def _inline(url: str) -> bytes | None:
    head, comma, body = url.partition(",")
    if not comma or not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None


def _stored(url: str, store: PracticeStore) -> bytes | None:
    # By its path alone: after a restart the same file is served from another port.
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    named = _FILE_PATH.match(path)
    return None if named is None else store.file(named[1])
