"""What stands in Gradio's widgets where a text will be, in the language of whoever asks.

Gradio's own way would send every language to every browser and ask the browser alone which one to
show. So the server puts words in the place of the markers when it sends the page
(`page_language`).
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from gradio.i18n import I18nData

from backend.domain.sentence import Sentence
from backend.texts.languages import ENGLISH

#: before a key: the text stands in the middle of a sentence
IN_SENTENCE: Final = "inner:"

#: a marker as it stands in the page's JSON, its quotes escaped
_MARKER: Final = re.compile(
    re.escape(json.dumps(str(I18nData("KEY")))[1:-1]).replace("KEY", r"([^\"\\]+)")
)


def marked(text: str, how: str = "") -> str:
    """A marker for a sentence; any other text as it is."""
    return str(I18nData(how + text.key)) if isinstance(text, Sentence) else text


def by_key(key: str) -> str:
    """A marker for a text of the page."""
    return str(I18nData(key))


def put_words(page: str, words: Mapping[str, str], language: str) -> str:
    """The page's HTML with words in the place of markers. Raises KeyError for an unknown key."""

    def word(found: re.Match[str]) -> str:
        key = found[1]
        if key.startswith(IN_SENTENCE):
            text = words[key.removeprefix(IN_SENTENCE)]
            # German writes its nouns large wherever they stand
            text = text.lower() if language == ENGLISH else text
        else:
            text = words[key]
        return _in_json(text)

    return _MARKER.sub(word, page)


def _in_json(text: str) -> str:
    """As Gradio's template writes texts into a script: nothing in it ends the script."""
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    for character in "<>&'":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return plain
