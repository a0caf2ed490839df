"""What each of fal's input error types means, in a sentence of our own.

Types and their context: https://fal.ai/docs/documentation/model-apis/errors (read 2026-11-21), and
the plain ones of pydantic, which fal's models also answer with.
"""

import re
from collections.abc import Mapping
from typing import Final

from backend.domain.sentence import Sentence

#: type: (sentence with its context, sentence where the context is missing)
SENTENCES: Mapping[str, tuple[str, str]] = {
    # documented by fal
    "content_policy_violation": ("fal's content filter refused this.",) * 2,
    "image_too_small": (
        "The picture is too small: at least {min_width}×{min_height} pixels.",
        "The picture is too small.",
    ),
    "image_too_large": (
        "The picture is too large: at most {max_width}×{max_height} pixels.",
        "The picture is too large.",
    ),
    "image_load_error": ("fal could not open this as a picture; try another file.",) * 2,
    "file_download_error": ("fal could not fetch this file; upload it instead of a link.",) * 2,
    "file_too_large": (
        "The file is too large: at most {max_size} bytes.",
        "The file is too large.",
    ),
    "face_detection_error": ("No face was found in the picture.",) * 2,
    "greater_than": ("Must be more than {gt}.", "Must be more."),
    "greater_than_equal": ("Must be at least {ge}.", "Must be more."),
    "less_than": ("Must be less than {lt}.", "Must be less."),
    "less_than_equal": ("Must be at most {le}.", "Must be less."),
    "multiple_of": ("Must be a multiple of {multiple_of}.", "Must be a rounder number."),
    "sequence_too_short": ("Needs at least {min_length} entries.", "Needs more entries."),
    "sequence_too_long": ("Takes at most {max_length} entries.", "Has too many entries."),
    "one_of": ("Must be one of {expected}.", "Must be one of the offered values."),
    "feature_not_supported": ("This endpoint does not support this combination.",) * 2,
    "unsupported_image_format": (
        "This picture format is not accepted: use {supported_formats}.",
        "This picture format is not accepted.",
    ),
    "invalid_archive": ("This archive can't be opened.",) * 2,
    "archive_file_count_below_minimum": ("The archive holds too few files.",) * 2,
    "archive_file_count_exceeds_maximum": ("The archive holds too many files.",) * 2,
    "audio_duration_too_long": ("The sound is too long.",) * 2,
    "audio_duration_too_short": ("The sound is too short.",) * 2,
    "unsupported_audio_format": ("This sound format is not accepted.",) * 2,
    "video_duration_too_long": ("The film is too long.",) * 2,
    "video_duration_too_short": ("The film is too short.",) * 2,
    "unsupported_video_format": ("This film format is not accepted.",) * 2,
    # pydantic's own
    "missing": ("This is required.",) * 2,
    "extra_forbidden": ("This endpoint has no such field.",) * 2,
    "string_type": ("Must be text.",) * 2,
    "string_too_short": ("Needs at least {min_length} characters.", "The text is too short."),
    "string_too_long": ("Takes at most {max_length} characters.", "The text is too long."),
    "string_pattern_mismatch": ("The text has another form than is expected.",) * 2,
    "int_type": ("Must be a whole number.",) * 2,
    "int_parsing": ("Must be a whole number.",) * 2,
    "int_from_float": ("Must be a whole number.",) * 2,
    "float_type": ("Must be a number.",) * 2,
    "float_parsing": ("Must be a number.",) * 2,
    "finite_number": ("Must be a finite number.",) * 2,
    "bool_type": ("Must be yes or no.",) * 2,
    "bool_parsing": ("Must be yes or no.",) * 2,
    "enum": ("Must be one of {expected}.", "Must be one of the offered values."),
    "literal_error": ("Must be one of {expected}.", "Must be one of the offered values."),
    "url_type": ("Must be a web address.",) * 2,
    "url_parsing": ("Must be a web address.",) * 2,
    "url_scheme": ("Must be an https address.",) * 2,
    "dict_type": ("Must be a group of values.",) * 2,
    "model_type": ("Must be a group of values.",) * 2,
    "list_type": ("Must be a list.",) * 2,
}

LONGEST = 200
HOLE: Final = re.compile(r"\{(\w+)\}")


def sentence(kind: str, ctx: object, msg: object, given: object) -> str:
    """What to tell a person about one error of fal's.

    A type that is not in the table is told in fal's own words (`msg`), unless they repeat the
    value that was `given`.
    """
    known = SENTENCES.get(kind)
    if known is None:
        return _in_their_words(msg, given)
    told, _ = known
    needed = HOLE.findall(told)
    values = {name: value for name, value in _values(ctx).items() if name in needed}
    if len(values) == len(needed):
        return Sentence(f"fault.{kind}", told, **values)
    return plainly(kind)


def plainly(kind: str) -> Sentence:
    """A type of the table without its context."""
    told, plain = SENTENCES[kind]
    return Sentence(f"fault.{kind}" if plain == told else f"fault.{kind}.plain", plain)


def shown(text: object) -> str:
    """fal's text as one short printable line; empty for anything that is not text."""
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _in_their_words(msg: object, given: object) -> str:
    text = shown(msg)
    echoed = isinstance(given, str) and given and shown(given)[:LONGEST] in text
    if not text or echoed:
        return Sentence("fault.unnamed", "fal did not accept this value.")
    return Sentence("fault.in_their_words", "fal says: {text}", text=text)


def _values(ctx: object) -> dict[str, str]:
    """The context's numbers, texts and lists of them, as short texts."""
    if not isinstance(ctx, dict):
        return {}
    return {name: _value(value) for name, value in ctx.items() if isinstance(name, str)}


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return shown(", ".join(str(item) for item in value[:20]))
    return shown(str(value))
