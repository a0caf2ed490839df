"""Pictures and masks: ES modules do the work, the field holds `upload:{id}` or nothing.

No `gr.Image` and no `gr.ImageEditor`: their upload cache has no owner, and the editor sends 20 MB
for a mask that takes 0.1 MB.
"""

from typing import Any, Final

import gradio as gr
from gradio.components import Component

from backend.domain.field import UNSET, Value
from components.widgets.widget import MAIN, Parts, Widget

#: runs when Gradio mounts the field, on the first look at its tab. The template stays empty: what
#: stands in one is executed by Gradio, so the module builds the DOM itself.
MOUNT: Final = """
import(`/static/js/form-pictures.js?lang=${document.documentElement.lang}`)
  .then((module) => module.mountPicture(element, props, watch));
"""


class Picture(Widget):
    """A drop zone, or the painter for a mask."""

    def build(self, field_id: str) -> dict[str, Component]:
        """The element that the module builds in."""
        host = gr.HTML(
            value="",
            html_template="",
            js_on_load=MOUNT,
            apply_default_css=False,
            elem_id=f"{field_id}-{MAIN}",
            elem_classes="pg-picture",
            field_id=field_id,
        )
        return {MAIN: host}

    def read(self, parts: Parts) -> Value:
        """`upload:{id}`, a link, or UNSET."""
        value = parts.get(MAIN)
        return UNSET if value in (None, "") else value

    def write(self, value: Value) -> dict[str, Any]:
        """The same."""
        return {MAIN: "" if value is UNSET else value}
