"""Numbers: a few whole ones as buttons, a range as a slider, anything else as a checked text.

No `gr.Number`: an untouched one without a value sends 0 (measured with Gradio 6.31), and an empty
number has to mean "not set".
"""

import re
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Field, Kind, Value
from components.markers import by_key, marked
from components.widgets.widget import MAIN, Parts, Widget

#: as many values as are drawn as buttons side by side
MOST_BUTTONS: Final = 4
#: a range up to this is dragged in hundredths, a larger one in tenths
FINE_RANGE: Final = 2

#: more digits than any field allows, few enough to be read without harm
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")


def number_widget(field: Field) -> Widget:
    """The widget for a whole number or a number."""
    low, high = field.minimum, field.maximum
    if low is None or high is None:
        return NumberText(field)
    if field.kind is Kind.INTEGER and high - low < MOST_BUTTONS:
        return FewNumbers(field)
    # a slider always has a value: without a start it would send one that nobody chose
    return NumberText(field) if field.start is UNSET else NumberSlider(field)


def as_whole(value: Any) -> Value:
    """A whole number out of what a widget holds, UNSET for nothing, else the thing as it is."""
    if value is None:
        return UNSET
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return UNSET
        return int(text) if _WHOLE.fullmatch(text) else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def as_number(value: Any) -> Value:
    """A number out of what a widget holds, UNSET for nothing, else the thing as it is."""
    if value is None:
        return UNSET
    if isinstance(value, str):
        text = value.strip().replace(",", ".")
        if not text:
            return UNSET
        return float(text) if _NUMBER.fullmatch(text) else value
    return float(value) if type(value) is int and abs(value) < 2**53 else value


class _Number(Widget):
    def read(self, parts: Parts) -> Value:
        """The number, UNSET where there is none, or what it is instead."""
        whole = self.field.kind in (Kind.INTEGER, Kind.SEED)
        return (as_whole if whole else as_number)(parts.get(MAIN))

    def write(self, value: Value) -> dict[str, Any]:
        """The number."""
        return {MAIN: None if value is UNSET else value}


class FewNumbers(_Number):
    """A small range of whole numbers, side by side."""

    def build(self, field_id: str) -> dict[str, Component]:
        """A row of radio buttons."""
        first, last = int(self.field.minimum or 0), int(self.field.maximum or 0)
        radio = gr.Radio(
            choices=[(str(number), number) for number in range(first, last + 1)],
            value=self.start[MAIN],
            label=marked(self.field.label),
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
            elem_classes="pg-seg",
        )
        return {MAIN: radio}


class NumberSlider(_Number):
    """A range, with a box to type in."""

    def build(self, field_id: str) -> dict[str, Component]:
        """A slider."""
        low, high = float(self.field.minimum or 0), float(self.field.maximum or 0)
        whole = self.field.kind is Kind.INTEGER
        step = 1 if whole else 0.01 if high - low <= FINE_RANGE else 0.1
        slider = gr.Slider(
            minimum=int(low) if whole else low,
            maximum=int(high) if whole else high,
            step=step,
            value=self.start[MAIN],
            label=marked(self.field.label),
            interactive=True,
            buttons=[],
            elem_id=f"{field_id}-{MAIN}",
        )
        return {MAIN: slider}


class NumberText(_Number):
    """Any number, typed; empty is not set."""

    #: the key of what is shown while it is empty
    hint = "gradio.not_set"

    def build(self, field_id: str) -> dict[str, Component]:
        """A textbox."""
        box = gr.Textbox(
            value=self.start[MAIN],
            label=marked(self.field.label),
            placeholder=by_key(self.hint),
            lines=1,
            max_lines=1,
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
        )
        return {MAIN: box}

    def write(self, value: Value) -> dict[str, Any]:
        """The number as a text: whole ones may be larger than a browser can count."""
        return {MAIN: "" if value is UNSET else str(value)}
