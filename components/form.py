"""One endpoint's form: its fields as widgets, read and written by field name.

In the browser and on the wire a form is a flat mapping of `{field}.{part}` to what that part of
the widget holds, e.g. `{"aspect_ratio.value": "custom", "aspect_ratio.custom": "5:4"}`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.domain.endpoint import Endpoint
from backend.domain.field import UNSET, Field, Input, Value
from components.widgets.registry import WIDGETS, WidgetTable, widget_for
from components.widgets.widget import Parts, Widget


@dataclass(frozen=True)
class Form:
    """The widgets of an endpoint, in the order of its fields."""

    endpoint: Endpoint
    widgets: Mapping[str, Widget]

    def read(self, parts: Parts, *, keep_defaults: bool = False) -> Input:
        """What was set: a value equal to the default counts as untouched, a suggested one not."""
        found = {}
        for name, widget in self.widgets.items():
            value = widget.read(_parts_of(name, parts))
            if value is UNSET:
                continue
            if keep_defaults or not _is_default(widget.field, value):
                found[name] = value
        return found

    def write(self, values: Input) -> dict[str, Any]:
        """What the parts of these fields have to hold; fields without a widget are passed over."""
        return {
            part_name(name, part): held
            for name, value in values.items()
            if name in self.widgets
            for part, held in self.widgets[name].write(value).items()
        }

    @property
    def start(self) -> dict[str, Any]:
        """What the parts of all fields hold in an untouched form."""
        return self.write({name: widget.field.start for name, widget in self.widgets.items()})


def form_of(endpoint: Endpoint, table: WidgetTable = WIDGETS) -> Form:
    """The form of an endpoint. Raises NoWidget."""
    widgets = {field.name: widget_for(endpoint, field, table) for field in endpoint.fields}
    return Form(endpoint, widgets)


def forms_of(endpoints: Iterable[Endpoint]) -> dict[str, Form]:
    """The form of each endpoint, by slug, in their order. Raises NoWidget."""
    return {endpoint.slug: form_of(endpoint) for endpoint in endpoints}


def part_name(field: str, part: str) -> str:
    """How one part of a field's widget is called on the wire."""
    return f"{field}.{part}"


def _parts_of(field: str, parts: Parts) -> dict[str, Any]:
    prefix = part_name(field, "")
    return {
        name.removeprefix(prefix): held for name, held in parts.items() if name.startswith(prefix)
    }


def _is_default(field: Field, value: Value) -> bool:
    """Equal to fal's default and of its type (True is not 1). A suggested value is always sent."""
    if field.suggested is not UNSET or field.default is UNSET:
        return False
    same_type = isinstance(value, bool) == isinstance(field.default, bool)
    return same_type and bool(value == field.default)
