"""The page's Blocks: nine tabs from the catalogue, and the hosts of the ES modules.

What Gradio does here and what it does not. Widgets are Gradio's. But no event of a widget reaches
the server: one lost answer of such an event makes Gradio 6.31 stop all events and reload the page,
and with it goes what was typed. So the browser asks Gradio for the widgets' values by an event that
runs there alone ("read"), sends them itself (calls.py), and hands new values back by another
("write").
"""

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import gradio as gr

from backend.domain.endpoint import Endpoint
from backend.domain.money import plain
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.price import estimate
from components.form import Form, forms_of, part_name
from components.tab import TabParts, build_tab, host
from components.theme import shape_rules

#: copies of the components that Gradio keeps for sessions, about 0.65 MB each
SESSIONS: Final = 300
STYLES: Final = (
    "tokens",
    "base",
    "gradio",
    "shell",
    "form",
    "drop-zone",
    "stage",
    "dialog",
)
#: of what a press or another view opens; they come with the later script
LATER_STYLES: Final = (
    "painter",
    "viewer",
    "compare",
    "gallery",
    "selection",
    "finder",
    "presets",
    "prompts",
    "usage",
    "admin",
    "files",
    "storage",
    "template",
)
#: the name of the run button among a form's parts
RUN_PART: Final = "run"


def build_page(forms: Mapping[str, Form], title: str) -> gr.Blocks:
    """The Blocks of these forms, by slug."""
    blocks: gr.Blocks = gr.Blocks(title=title, analytics_enabled=False, fill_width=True)
    with blocks:
        host("shell-bar")
        with gr.Column(elem_id="view-create", min_width=0):
            host("endpoint-picker")
            with gr.Tabs(elem_id="endpoint-tabs", selected=next(iter(forms), None)) as tabs:
                for form in forms.values():
                    _wire(build_tab(form))
            host("stage")
        host("view-gallery")
        host("view-presets")
        host("view-usage")
        host("view-admin")
        _wire_tabs(tabs)
    blocks.state_session_capacity = SESSIONS
    return blocks


def _wire(tab: TabParts) -> None:
    """Two buttons that nobody sees: form-bridge.js presses them to read and to write a form.

    They are in the tab, which Gradio mounts on its first look: what is there at the start of the
    page is what one waits for before one can type.
    """
    with tab.tab:
        read = gr.Button("read", visible="hidden", elem_id=f"read-{tab.slug}")
        write = gr.Button("write", visible="hidden", elem_id=f"write-{tab.slug}")
    names = json.dumps(list(tab.parts))
    slug = json.dumps(tab.slug)
    parts = list(tab.parts.values())
    read.click(
        None,
        inputs=parts,
        js=f"(...held) => window.playground.bridge.tookParts({slug}, {names}, held)",
        trigger_mode="multiple",
        api_visibility="private",
        show_progress="hidden",
    )
    write.click(
        None,
        outputs=[*parts, tab.run],
        js=f"() => window.playground.bridge.giveParts({slug}, "
        f"{json.dumps([*tab.parts, RUN_PART])})",
        trigger_mode="multiple",
        api_visibility="private",
        show_progress="hidden",
    )
    tab.tab.select(
        None,
        js=f"() => {{ window.playground?.bridge?.selected({slug}); }}",
        trigger_mode="multiple",
        api_visibility="private",
        show_progress="hidden",
    )


def _wire_tabs(tabs: gr.Tabs) -> None:
    choose = gr.Button("choose", visible="hidden", elem_id="choose-tab")
    choose.click(
        None,
        outputs=[tabs],
        js="() => window.playground.bridge.giveTab()",
        trigger_mode="multiple",
        api_visibility="private",
        show_progress="hidden",
    )


def head(script_url: str, styles_url: str) -> str:
    """What the page's head holds of ours."""
    return "\n".join(
        [
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<link rel="stylesheet" href="{html.escape(styles_url)}">',
            f'<script type="module" src="{html.escape(script_url)}"></script>',
        ]
    )


def style_rules(catalogue: Catalogue) -> str:
    """Rules that follow from the endpoints: the drawn shapes, lines between groups of tabs."""
    return shape_rules(catalogue) + _gaps(catalogue.endpoints)


def form_data(catalogue: Catalogue) -> list[dict[str, Any]]:
    """What the modules have to know of each form."""
    return [_described(form) for form in forms_of(catalogue.endpoints).values()]


def _described(form: Form) -> dict[str, Any]:
    return {
        "slug": form.endpoint.slug,
        "endpoint_id": form.endpoint.endpoint_id,
        "label": form.endpoint.label,
        "about": form.endpoint.about,
        #: what the untouched form's run can cost
        "usd": plain(estimate(form.endpoint, {}).usd),
        "links": {name: form.endpoint.links.get(name) for name in ("model", "terms")},
        "fields": [
            {
                "name": widget.field.name,
                "label": widget.field.label,
                "help": widget.field.help,
                "kind": widget.field.kind.value,
                "required": widget.field.required,
                "advanced": widget.field.advanced,
                "same_size_as": widget.field.same_size_as,
                "parts": [part_name(widget.field.name, part) for part in widget.start],
            }
            for widget in form.widgets.values()
        ],
    }


def _gaps(endpoints: Iterable[Endpoint]) -> str:
    """A line between tabs that ask for different things."""
    rules = []
    before: frozenset[str] | None = None
    for endpoint in endpoints:
        asks = frozenset(f.name for f in endpoint.fields if f.required and not f.is_picture)
        if before is not None and asks != before:
            rules.append(f'#endpoint-tabs [role="tab"][data-tab-id="{endpoint.slug}"]')
        before = asks
    if not rules:
        return ""
    at = ",".join(f"{rule}::before" for rule in rules)
    return f"{','.join(rules)}{{margin-left:17px}}{at}{{content:''}}"
