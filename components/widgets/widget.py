"""What every widget can do: be drawn, be read, be written."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gradio.components import Component

from backend.domain.field import Field, Value

#: the part of a widget that holds its value; most have no other
MAIN: Final = "value"

Parts = Mapping[str, Any]
"""What the parts of one widget hold in the browser, by part name."""


@dataclass(frozen=True)
class Widget(ABC):
    """One field as Gradio components. Reading and writing know nothing of Gradio.

    `read(write(value)) == value` for every value that the field allows. What a browser sends is
    hostile: a part that holds something else is read as it is, and the input check refuses it.
    """

    field: Field

    @abstractmethod
    def build(self, field_id: str) -> dict[str, Component]:
        """Draw it where the caller is in a Blocks; its components by part name."""

    @abstractmethod
    def read(self, parts: Parts) -> Value:
        """The value that the parts stand for; UNSET where nothing was set."""

    @abstractmethod
    def write(self, value: Value) -> dict[str, Any]:
        """What the parts have to hold to show this value; of UNSET, an empty widget."""

    @property
    def start(self) -> dict[str, Any]:
        """What an untouched widget holds."""
        return self.write(self.field.start)
