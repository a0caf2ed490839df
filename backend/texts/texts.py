"""The texts, read once, and sentences said in a language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from backend.domain.sentence import Param, Sentence, fill
from backend.texts.languages import ENGLISH, LANGUAGES

FOLDER: Final = Path(__file__).parent

#: a text, or its forms by plural category of {count}
Text = str | Mapping[str, str]
#: keys that only the server needs: Gradio's widgets, the sign-in page
NOT_FOR_MODULES: Final = ("gradio.", "door.")


class TextsBroken(ValueError):
    """A file of texts is not what it should be; the text names file and key."""


@dataclass(frozen=True)
class Texts:
    """Texts by language and key."""

    by_language: Mapping[str, Mapping[str, Text]]

    def text(self, key: str, language: str = ENGLISH, **params: Param) -> str:
        """A text of the page. Raises KeyError where English has none."""
        english = self.by_language[ENGLISH][key]
        return self._said(self.by_language[language].get(key, english), params, language)

    def say(self, text: str, language: str) -> str:
        """A sentence in that language; plain text, and what has no translation, as it is."""
        if language == ENGLISH or not isinstance(text, Sentence):
            return str(text)
        found = self._find(text.key, language)
        return self._said(text.english if found is None else found, text.params, language)

    def speak(self, document: Any, language: str) -> Any:
        """A JSON document with every sentence in it said in that language."""
        if language == ENGLISH:
            return document
        if isinstance(document, str):
            return self.say(document, language)
        if isinstance(document, Mapping):
            return {name: self.speak(value, language) for name, value in document.items()}
        if isinstance(document, list | tuple):
            return [self.speak(value, language) for value in document]
        return document

    def of_page(self, language: str) -> dict[str, Any]:
        """What texts.js finds in a page in that language."""
        known = dict(LANGUAGES)
        return {"language": language, "languages": known, "texts": self._of_modules(language)}

    def _of_modules(self, language: str) -> dict[str, Text]:
        said = self.by_language[language]
        english = self.by_language[ENGLISH].items()
        return {key: said.get(key, t) for key, t in english if not key.startswith(NOT_FOR_MODULES)}

    def _find(self, key: str, language: str) -> Text | None:
        """A field's text may be the same for all endpoints: `field.v1-fill.seed.label`, else
        `field.seed.label`."""
        said = self.by_language[language]
        if key in said or not key.startswith("field."):
            return said.get(key)
        _, _, rest = key.removeprefix("field.").partition("/")
        return said.get(f"field.{rest}")

    def _said(self, text: Text, params: Mapping[str, Param], language: str) -> str:
        template = text if isinstance(text, str) else text[plural(language, params.get("count"))]
        said = {
            name: self.say(value, language) if isinstance(value, str) else value
            for name, value in params.items()
        }
        return fill(template, said, language)


def plural(language: str, count: Param | None) -> str:
    """The plural category of a whole number, as Intl.PluralRules names it.

    English and German have the same two; a language with others gets its rule here.
    """
    if language not in LANGUAGES:
        raise TextsBroken(f"there is no plural rule for {language}")
    return "one" if count == 1 else "other"


def read_texts(folder: Path = FOLDER) -> Texts:
    """Every language's file. Raises TextsBroken."""
    return Texts({language: _read(folder / f"{language}.json") for language in LANGUAGES})


@cache
def texts() -> Texts:
    """The files that came with the program: they do not change while it runs."""
    return read_texts()


def _read(file: Path) -> Mapping[str, Text]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (OSError, ValueError) as error:
        raise TextsBroken(f"{file.name}: {error}") from error
    found: Mapping[str, Text] = raw
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"twice: {', '.join(sorted({n for n in names if names.count(n) > 1}))}")
    return made
