"""A prompt to type into while Gradio still draws its widgets.

Gradio needs several hundred milliseconds to the first text box, most of it for tabs that nobody
looks at yet. The page that the server sends holds a box of its own in the same place; `early.js`
moves what was typed, and the caret, into Gradio's box as soon as that is there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Final, Self

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind
from backend.texts.languages import LANGUAGES
from backend.texts.texts import Texts
from components.assets import STATIC
from components.tab import field_id

VIEWS: Final = ("create", "gallery", "presets", "usage")


@dataclass(frozen=True)
class Early:
    """What stands in the body of each page until Gradio has drawn it."""

    #: by language and slug
    boxes: Mapping[tuple[str, str], str]
    #: the slug of the tab that is open where an address names none
    first: str

    @classmethod
    def of(cls, endpoints: Iterable[Endpoint], texts: Texts) -> Self:
        """Of the forms that begin with a prompt; the others begin with a picture."""
        shown = tuple(endpoints)
        boxes = {
            (language, endpoint.slug): _box(endpoint, prompt, shown, texts, language)
            for language in LANGUAGES
            for endpoint in shown
            if (prompt := _prompt(endpoint)) is not None
        }
        return cls(boxes, shown[0].slug if shown else "")

    def body(self, path: str, language: str) -> str:
        """What belongs at the beginning of that page's body; "" where nothing does."""
        slug = _slug(path)
        return "" if slug is None else self.boxes.get((language, slug or self.first), "")


def _slug(path: str) -> str | None:
    """The endpoint that an address opens, "" for the first one, None for another view."""
    first, _, second = path.strip("/").partition("/")
    if first not in ("", "create"):
        return None
    return second


def _prompt(endpoint: Endpoint) -> Field | None:
    first = next((field for field in endpoint.fields if not field.advanced), None)
    return first if first is not None and first.kind is Kind.LONG_TEXT else None


def _box(
    endpoint: Endpoint, prompt: Field, shown: Iterable[Endpoint], texts: Texts, language: str
) -> str:
    tabs = (
        f"<span{' class=now' if one is endpoint else ''}>{_said(one.label, texts, language)}</span>"
        for one in shown
    )
    views = (f"<span>{escape(texts.text(f'view.{view}', language))}</span>" for view in VIEWS)
    template = Template((STATIC / "early.html").read_text(encoding="utf-8"))
    return template.substitute(
        styles=(STATIC / "css" / "early.css").read_text(encoding="utf-8"),
        views="".join(views),
        tabs="".join(tabs),
        about=_said(endpoint.about, texts, language),
        field=escape(field_id(endpoint.slug, prompt.name)),
        label=_said(prompt.label, texts, language),
    )


def _said(text: str, texts: Texts, language: str) -> str:
    return escape(texts.say(text, language))
