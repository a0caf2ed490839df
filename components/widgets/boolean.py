"""Yes or no."""

from typing import Any

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Value
from components.markers import marked
from components.widgets.widget import MAIN, Parts, Widget


class YesNo(Widget):
    """A checkbox. Where fal has no default, an empty one is not sent."""

    def build(self, field_id: str) -> dict[str, Component]:
        """A checkbox."""
        box = gr.Checkbox(
            value=self.start[MAIN],
            label=marked(self.field.label),
            interactive=True,
            elem_id=f"{field_id}-{MAIN}",
        )
        return {MAIN: box}

    def read(self, parts: Parts) -> Value:
        """True or False."""
        value = parts.get(MAIN)
        untouched = self.field.default is UNSET and not self.field.required
        return UNSET if value is None or (value is False and untouched) else value

    def write(self, value: Value) -> dict[str, Any]:
        """True or False."""
        return {MAIN: False if value is UNSET else value}
