"""A sentence for a person: English by itself, and still sayable in another language."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Self

Param = str | int | float

#: what a language writes for the comma and the point of an English number
MARKS: Final[Mapping[str, Mapping[int, str]]] = MappingProxyType(
    {"en": {}, "de": {ord(","): ".", ord("."): ","}}
)

#: {name}, or {name:n} for a number as the language writes it
_HOLE: Final = re.compile(r"\{(\w+)(:n)?\}")


class Sentence(str):
    """English text that remembers its key, its template and what was put into it.

    Everything that knows nothing of languages reads it as a plain text. A face asks the texts
    (backend/texts) for the same sentence in the reader's language. A parameter may be a sentence
    itself: a field's label.
    """

    key: str
    english: str
    params: Mapping[str, Param]

    def __new__(cls, key: str, english: str, /, **params: Param) -> Self:
        """`english` may hold {name}, or {name:n} for a number as the language writes it."""
        made = super().__new__(cls, fill(english, params, "en"))
        made.key = key
        made.english = english
        made.params = params
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Param]]:
        """Copies stay sentences."""
        return (self.key, self.english), dict(self.params)

    @classmethod
    def counted(cls, key: str, count: int, /, *, one: str, other: str, **params: Param) -> Self:
        """One of two English forms; other languages choose theirs by {count}."""
        return cls(key, one if count == 1 else other, count=count, **params)


def fill(template: str, params: Mapping[str, Param], language: str) -> str:
    """The template with its holes filled; one without a parameter stays as it is."""

    def put(found: re.Match[str]) -> str:
        if found[1] not in params:
            return found[0]
        value = params[found[1]]
        if found[2] and isinstance(value, int | float):
            return f"{value:,}".translate(MARKS[language])
        return str(value)

    return _HOLE.sub(put, template)


def kept(text: str) -> Any:
    """What a database keeps of a text: a sentence with its parts, so that it can be said again."""
    if not isinstance(text, Sentence):
        return text
    params = {name: kept(v) if isinstance(v, str) else v for name, v in text.params.items()}
    return {"key": text.key, "english": text.english, "params": params}


def kept_from(value: Any) -> str:
    """The text that was kept; records from before there were sentences hold plain text."""
    if isinstance(value, str):
        return value
    params = {
        name: v if isinstance(v, int | float) else kept_from(v)
        for name, v in value["params"].items()
    }
    return Sentence(value["key"], value["english"], **params)
