"""Image size: the named ones with their pixels, and any width and height."""

from collections.abc import Mapping
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Field, Value
from components.markers import by_key, marked
from components.widgets.aspect_ratio import CUSTOM
from components.widgets.numbers import as_whole
from components.widgets.widget import MAIN, Parts, Widget

WIDTH: Final = "width"
HEIGHT: Final = "height"


class ImageSize(Widget):
    """Radio buttons drawn as shapes, and two boxes that show while Custom is chosen."""

    def build(self, field_id: str) -> dict[str, Component]:
        """The shapes and the boxes."""
        start = self.start
        radio = gr.Radio(
            choices=[
                *((_pixels(self.field, name), name) for name in self.field.choices),
                (by_key("gradio.size_custom"), CUSTOM),
            ],
            value=start[MAIN],
            label=marked(self.field.label),
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
            elem_classes="pg-shapes pg-sizes",
        )
        with gr.Row(elem_classes="pg-custom"):
            sides = {side: _side(field_id, side, start[side]) for side in (WIDTH, HEIGHT)}
        return {MAIN: radio, **sides}

    def read(self, parts: Parts) -> Value:
        """The name, or width and height; a side that is no number is kept for the check."""
        value = parts.get(MAIN)
        if value != CUSTOM:
            return UNSET if value in (None, "") else value
        sides = {side: as_whole(parts.get(side)) for side in (WIDTH, HEIGHT)}
        return {side: number for side, number in sides.items() if number is not UNSET}

    def write(self, value: Value) -> dict[str, Any]:
        """The name, or width and height in their boxes."""
        if isinstance(value, Mapping):
            sides = {side: str(value.get(side, "")) for side in (WIDTH, HEIGHT)}
            return {MAIN: CUSTOM, **sides}
        return {MAIN: None if value is UNSET else value, WIDTH: "", HEIGHT: ""}


def _side(field_id: str, side: str, value: str) -> gr.Textbox:
    return gr.Textbox(
        value=value,
        label=by_key(f"gradio.{side}"),
        placeholder=by_key("gradio.pixels"),
        lines=1,
        max_lines=1,
        min_width=80,
        interactive=True,
        elem_id=f"{field_id}-{side}",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )


def _pixels(field: Field, name: str) -> str:
    """What is read under the shape: its pixels, or its name where they are not known."""
    size = field.named_sizes.get(name)
    return name.replace("_", " ") if size is None else f"{size[0]}×{size[1]}"
