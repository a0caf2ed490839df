"""Text as it is compared: names that are one, and the words that are searched for."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

#: longer ones are cut: nobody types them, and an index has to hold them
LONGEST_WORD = 64
#: of one text; a prompt has some hundred
MOST_WORDS = 4_000

_PLAIN = re.compile(r"[a-z0-9]+")
#: scripts that put no spaces between words: each of their signs is a word
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


def folded(name: str) -> str:
    """A name without case and without the different ways to write one letter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in their order, without case, accents and signs: letters and digits.

    What is searched and what is searched for both go through here, so both are cut alike.
    """
    bare = text.lower() if text.isascii() else _without_accents(text)
    found = (word[0] for word in _PLAIN.finditer(bare)) if bare.isascii() else _split(bare)
    return tuple(word[:LONGEST_WORD] for word in islice(found, MOST_WORDS))


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", kept).casefold()


def _split(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        alone = _is_unspaced(char)
        if alone or not (char.isalnum() or unicodedata.category(char).startswith("M")):
            if word:
                yield word
            word = ""
            if alone:
                yield char
        else:
            word += char
    if word:
        yield word


def _is_unspaced(char: str) -> bool:
    code = ord(char)
    if code < _UNSPACED[0][0] or not char.isalnum():
        return False
    return any(first <= code <= last for first, last in _UNSPACED)
