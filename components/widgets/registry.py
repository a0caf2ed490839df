"""Which kind of field gets which widget: one table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind
from backend.endpoints.errors import CatalogueBroken
from components.widgets.aspect_ratio import AspectRatio
from components.widgets.boolean import YesNo
from components.widgets.choice import Choice
from components.widgets.image_size import ImageSize
from components.widgets.numbers import number_widget
from components.widgets.picture import Picture
from components.widgets.seed import Seed
from components.widgets.text import LongText, Text
from components.widgets.widget import Widget

WidgetTable = Mapping[Kind, Callable[[Field], Widget]]

WIDGETS: Final[WidgetTable] = MappingProxyType(
    {
        Kind.TEXT: Text,
        Kind.LONG_TEXT: LongText,
        Kind.INTEGER: number_widget,
        Kind.NUMBER: number_widget,
        Kind.BOOLEAN: YesNo,
        Kind.CHOICE: Choice,
        Kind.SEED: Seed,
        Kind.ASPECT_RATIO: AspectRatio,
        Kind.IMAGE_SIZE: ImageSize,
        Kind.IMAGE: Picture,
        Kind.MASK: Picture,
    }
)


class NoWidget(CatalogueBroken):
    """A field has a kind that nothing can draw. Stops the start; names endpoint and field."""

    def __init__(self, endpoint: Endpoint, field: Field) -> None:
        why = f'there is no widget for the kind "{field.kind}" (components/widgets/registry.py)'
        super().__init__(f"{endpoint.slug}.json", field.name, why)


def widget_for(endpoint: Endpoint, field: Field, table: WidgetTable = WIDGETS) -> Widget:
    """The widget of a field. Raises NoWidget."""
    make = table.get(field.kind)
    if make is None:
        raise NoWidget(endpoint, field)
    return make(field)
