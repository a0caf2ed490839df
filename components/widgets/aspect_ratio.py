"""Aspect ratio: the named ones as small drawn shapes, and any W:H."""

import re
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Value
from components.markers import by_key, marked
from components.widgets.widget import MAIN, Parts, Widget

CUSTOM: Final = "custom"

_SPACED: Final = re.compile(r"\s*([0-9]{1,6})\s*[:x×/]\s*([0-9]{1,6})\s*")


class AspectRatio(Widget):
    """Radio buttons, drawn by the page's stylesheet, and a box for another ratio.

    The box shows only while W:H is chosen (the stylesheet again: no round trip).
    """

    def build(self, field_id: str) -> dict[str, Component]:
        """The shapes and the box."""
        start = self.start
        radio = gr.Radio(
            choices=[
                *((name, name) for name in self.field.choices),
                (by_key("gradio.ratio_custom"), CUSTOM),
            ],
            value=start[MAIN],
            label=marked(self.field.label),
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
            elem_classes="pg-shapes",
        )
        with gr.Row(elem_classes="pg-custom"):
            box = gr.Textbox(
                value=start[CUSTOM],
                label=by_key("gradio.ratio_sides"),
                placeholder="5:4",
                lines=1,
                max_lines=1,
                interactive=True,
                elem_id=f"{field_id}-{CUSTOM}",
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
            )
        return {MAIN: radio, CUSTOM: box}

    def read(self, parts: Parts) -> Value:
        """The name, or W:H as it was typed, without spaces."""
        value = parts.get(MAIN)
        if value != CUSTOM:
            return UNSET if value in (None, "") else value
        typed = parts.get(CUSTOM)
        ratio = _SPACED.fullmatch(typed) if isinstance(typed, str) else None
        # an empty box is not "not set": W:H was chosen, and the check says what is missing
        return typed if ratio is None else f"{ratio[1]}:{ratio[2]}"

    def write(self, value: Value) -> dict[str, Any]:
        """The name, or W:H in the box."""
        if value is UNSET:
            return {MAIN: None, CUSTOM: ""}
        if value in self.field.choices:
            return {MAIN: value, CUSTOM: ""}
        return {MAIN: CUSTOM, CUSTOM: value}
