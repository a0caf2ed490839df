"""One endpoint's tab: what it is for, presets, its fields, the run row."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

import gradio as gr
from gradio.components import Component

from backend.domain.field import Field, Kind
from components.form import Form, part_name
from components.markers import IN_SENTENCE, by_key, marked

#: as many of its fields are named on the closed "More settings"
MOST_NAMED: Final = 4
#: kinds that are narrow enough to stand beside another field
NARROW: Final = frozenset({Kind.INTEGER, Kind.SEED})


@dataclass(frozen=True)
class TabParts:
    """What of a tab events have to reach."""

    slug: str
    #: every widget part by its name on the wire
    parts: dict[str, Component]
    run: gr.Button
    tab: gr.Tab


def field_id(slug: str, field: str) -> str:
    """The id of a field's element in the page; both may hold dots."""
    return f"f-{slug}-{field}"


def build_tab(form: Form) -> TabParts:
    """Draw the tab where the caller is in a gr.Tabs."""
    slug = form.endpoint.slug
    with (
        gr.Tab(form.endpoint.label, id=slug, elem_id=f"tab-{slug}") as tab,
        gr.Column(elem_id=f"form-{slug}", elem_classes="pg-form", min_width=0),
    ):
        host(f"form-head-{slug}")
        parts = _fields(form, lambda field: not field.advanced)
        parts |= _more(form)
        run = _run_row(slug)
    return TabParts(slug, parts, run, tab)


def _fields(form: Form, wanted: Callable[[Field], bool]) -> dict[str, Component]:
    """The wanted fields in their order, two narrow neighbours side by side."""
    parts: dict[str, Component] = {}
    for group in _rows([widget.field for widget in form.widgets.values() if wanted(widget.field)]):
        # a row of one would be one more element for each field, in the page and in its HTML
        beside = gr.Row(elem_classes=f"pg-row pg-row-{len(group)}") if group[1:] else nullcontext()
        with beside:
            for field in group:
                parts |= _field(form, field)
    return parts


def _rows(fields: list[Field]) -> Iterator[list[Field]]:
    row: list[Field] = []
    for field in fields:
        if row and not (len(row) == 1 and {row[0].kind, field.kind} <= NARROW):
            yield row
            row = []
        row.append(field)
    if row:
        yield row


def _field(form: Form, field: Field) -> dict[str, Component]:
    slug = form.endpoint.slug
    kind = field.kind.value.replace(" ", "-")
    with gr.Column(
        elem_id=field_id(slug, field.name),
        elem_classes=["pg-field", f"pg-{kind}", *(["pg-advanced"] if field.advanced else [])],
        min_width=0,
    ):
        built = form.widgets[field.name].build(field_id(slug, field.name))
    return {part_name(field.name, part): component for part, component in built.items()}


def _more(form: Form) -> dict[str, Component]:
    advanced = [field.label for field in form.endpoint.fields if field.advanced]
    if not advanced:
        return {}
    named = ", ".join(marked(label, IN_SENTENCE) for label in advanced[:MOST_NAMED])
    label = f"{by_key('gradio.more')} · {named}{', …' if len(advanced) > MOST_NAMED else ''}"
    with gr.Accordion(
        label, open=False, elem_id=f"more-{form.endpoint.slug}", elem_classes="pg-more"
    ):
        return _fields(form, lambda field: field.advanced)


def _run_row(slug: str) -> gr.Button:
    """Nothing of Gradio listens to these: form.js does, by their ids."""
    with gr.Row(elem_classes="pg-run-row"):
        run = gr.Button(
            by_key(f"run.{slug}"),
            variant="primary",
            elem_id=f"run-{slug}",
            elem_classes="pg-run",
            min_width=0,
        )
        for name in ("reset", "copy"):
            shown = by_key(f"gradio.{name}")
            gr.Button(shown, size="sm", elem_id=f"{name}-{slug}", min_width=0, scale=0)
    return run


def host(name: str) -> None:
    """A place that an ES module fills (hosts.js): the least that Gradio draws."""
    with gr.Column(elem_id=f"host-{name}", elem_classes="pg-host", min_width=0):
        pass
