"""The seed: empty means a new one each time; a dice, and the last one again."""

import gradio as gr
from gradio.components import Component

from components.widgets.numbers import NumberText


class Seed(NumberText):
    """A whole number as text, with two buttons that form-seed.js answers in the browser."""

    hint = "new each time"

    def build(self, field_id: str) -> dict[str, Component]:
        """A textbox and its buttons."""
        with gr.Row(elem_classes="pg-seed-row"):
            parts = super().build(field_id)
            gr.Button("Dice", elem_id=f"{field_id}-dice", elem_classes="pg-small-btn", min_width=0)
            gr.Button("Last", elem_id=f"{field_id}-last", elem_classes="pg-small-btn", min_width=0)
        return parts
