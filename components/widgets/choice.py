"""One of some named values: side by side while they are few, else in a list."""

from typing import Any, Final

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Value
from components.markers import marked
from components.widgets.widget import MAIN, Parts, Widget

MOST_BUTTONS: Final = 6


class Choice(Widget):
    """Radio buttons or a list."""

    def build(self, field_id: str) -> dict[str, Component]:
        """Radio buttons or a dropdown."""
        choices = [(_shown(name), name) for name in self.field.choices]
        if len(choices) <= MOST_BUTTONS:
            radio = gr.Radio(
                choices=choices,
                value=self.start[MAIN],
                label=marked(self.field.label),
                interactive=True,
                elem_id=f"{field_id}-{MAIN}",
                elem_classes="pg-seg",
            )
            return {MAIN: radio}
        # always with a value: without one Gradio chooses the first
        listed = gr.Dropdown(
            choices=choices,
            value=self.start[MAIN],
            label=marked(self.field.label),
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
        )
        return {MAIN: listed}

    def read(self, parts: Parts) -> Value:
        """The chosen name, or UNSET."""
        value = parts.get(MAIN)
        return UNSET if value in (None, "") else value

    def write(self, value: Value) -> dict[str, Any]:
        """The chosen name."""
        return {MAIN: None if value is UNSET else value}


def _shown(name: str) -> str:
    """jpeg and png are short for something; other names are shown as fal spells them."""
    return name.upper() if name in ("jpeg", "jpg", "png", "webp", "gif") else name
