"""The seed: empty means a new one each time; a dice, and the last one again."""

import gradio as gr
from gradio.components import Component

from components.markers import by_key
from components.widgets.numbers import NumberText


class Seed(NumberText):
    """A whole number as text, with two buttons that form-seed.js answers in the browser."""

    hint = "gradio.seed_empty"

    def build(self, field_id: str) -> dict[str, Component]:
        """A textbox and its buttons."""
        with gr.Row(elem_classes="pg-seed-row"):
            parts = super().build(field_id)
            for name in ("dice", "last"):
                gr.Button(
                    by_key(f"gradio.seed_{name}"),
                    elem_id=f"{field_id}-{name}",
                    elem_classes="pg-small-btn",
                    min_width=0,
                )
        return parts
