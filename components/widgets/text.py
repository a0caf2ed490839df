"""Texts: one line, or several that grow with what is typed."""

from typing import Any

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Value
from components.markers import marked
from components.widgets.widget import MAIN, Parts, Widget

LINES = 4
MOST_LINES = 14


class Text(Widget):
    """A text in one line. White space around it is dropped: ids are pasted."""

    def build(self, field_id: str) -> dict[str, Component]:
        """A textbox."""
        box = gr.Textbox(
            value=self.start[MAIN],
            label=marked(self.field.label),
            lines=1,
            max_lines=1,
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
        )
        return {MAIN: box}

    def read(self, parts: Parts) -> Value:
        """The text, or UNSET where it is empty."""
        value = parts.get(MAIN)
        if isinstance(value, str):
            value = value.strip()
        return UNSET if value in (None, "") else value

    def write(self, value: Value) -> dict[str, Any]:
        """The text."""
        return {MAIN: "" if value is UNSET else value}


class LongText(Widget):
    """A text of several lines, kept as it is typed."""

    def build(self, field_id: str) -> dict[str, Component]:
        """A textbox that grows."""
        box = gr.Textbox(
            value=self.start[MAIN],
            label=marked(self.field.label),
            lines=LINES,
            max_lines=MOST_LINES,
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
        )
        return {MAIN: box}

    def read(self, parts: Parts) -> Value:
        """The text, or UNSET where it is empty."""
        value = parts.get(MAIN)
        return UNSET if value in (None, "") else value

    def write(self, value: Value) -> dict[str, Any]:
        """The text."""
        return {MAIN: "" if value is UNSET else value}
