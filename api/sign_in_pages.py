"""The pages before the app, in one hand: signing in, an invitation, a new password."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.problems import status_of
from api.spoken import language_of_request
from backend.domain.errors import PlaygroundError, TooQuick
from backend.texts.languages import VARY
from backend.texts.texts import texts

PAGE = Path(__file__).parent / "static" / "sign-in.html"
#: no page is kept where another person sits. A one-time link in the address goes to nobody else by
#: the policy of all answers; "no-referrer" would make the form's own Origin "null"
HEADERS = {"Cache-Control": "no-store", "Vary": VARY}
MOST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box to type in. `label` is a text's name in `door.…`."""

    name: str
    label: str
    value: str = ""
    autocomplete: str = "off"
    secret: bool = False
    fixed: bool = False
    at_least: int = 0
    at_most: int = 200
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a page asks for; without an action it goes to the page's own address."""

    boxes: Sequence[Box]
    button: str
    action: str = ""
    hidden: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Way:
    """A button that leads to another address."""

    address: str
    text: str
    #: that address shows nothing inside a frame
    new_tab: bool = False


def page(
    request: Request,
    title: str,
    about: str,
    form: Form | None = None,
    error: PlaygroundError | None = None,
    *,
    link: tuple[str, str] | None = None,
    way: Way | None = None,
    **params: str | int,
) -> HTMLResponse:
    """A page; texts are named as in `door.…`. An error's sentence and status are the page's.

    `link`: an address and its text below the form. `way`: a button in the form's place.
    """
    language = language_of_request(request)
    told = [] if error is None else [*error.fields.values()] or [error.message]
    message = " ".join(texts().say(one, language) for one in told)
    drawn = "" if form is None else _form(form, message, language)
    if form is None and message:
        drawn = f'<p role="alert">{escape(message)}</p>'
    if link is not None:
        drawn += f'<p><a href="{escape(link[0])}">{_text(link[1], language)}</a></p>'
    if way is not None:
        drawn += _way(way, language, **params)
    html = Template(PAGE.read_text(encoding="utf-8")).substitute(
        lang=language,
        title=_text(title, language),
        about=_text(about, language, **params),
        form=drawn,
    )
    headers = {**HEADERS, "Content-Language": language}
    if isinstance(error, TooQuick):
        headers["Retry-After"] = str(error.retry_after)
    return HTMLResponse(html, 200 if error is None else status_of(error), headers=headers)


def _way(way: Way, language: str, **params: str | int) -> str:
    tab = ' target="_blank" rel="noopener"' if way.new_tab else ""
    text = _text(way.text, language, **params)
    return f'<a class="way" href="{escape(way.address)}"{tab}>{text}</a>'


def _form(form: Form, message: str, language: str) -> str:
    action = f' action="{escape(form.action)}"' if form.action else ""
    lines = [f'<form method="post"{action}>']
    if form.hidden is not None:
        name, value = form.hidden
        lines.append(f'<input type="hidden" name="{name}" value="{escape(value)}" />')
    for box in form.boxes:
        lines += _box(box, language)
    lines.append(f'<p role="alert">{escape(message)}</p>')
    lines.append(f"<button>{_text(form.button, language)}</button>")
    return "\n".join([*lines, "</form>"])


def _box(box: Box, language: str) -> list[str]:
    name = box.name
    given = {
        "id": name,
        "name": name,
        "value": "" if box.secret else box.value[:MOST_SHOWN],
        "type": "password" if box.secret else "text",
        "autocomplete": box.autocomplete,
        "maxlength": str(box.at_most),
    }
    if box.at_least:
        given["minlength"] = str(box.at_least)
    if box.hint:
        given["aria-describedby"] = f"{name}-hint"
    attributes = " ".join(f'{key}="{escape(value)}"' for key, value in given.items() if value)
    kind = "readonly" if box.fixed else "required"
    lines = [f'<label for="{name}">{_text(box.label, language)}</label>']
    lines.append(f"<input {attributes} {kind} />")
    if box.hint:
        hint = _text(box.hint, language, least=box.at_least)
        lines.append(f'<p class="hint" id="{name}-hint">{hint}</p>')
    return lines


def _text(name: str, language: str, **params: str | int) -> str:
    return escape(texts().text(f"door.{name}", language, **params))
