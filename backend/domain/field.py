"""The one neutral record of an input field. Form, checks, presets, code and metadata read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """What a person sees for a field; one widget each (components/widgets)."""

    TEXT = "text"
    LONG_TEXT = "long text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    SEED = "seed"
    ASPECT_RATIO = "aspect ratio"
    IMAGE_SIZE = "image size"
    IMAGE = "image"
    MASK = "mask"


class Unset:
    """The value of a field that nobody touched: it is not sent. There is one, UNSET."""

    _instance: "Unset | None" = None

    def __new__(cls) -> "Unset":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset()

Value = Any
"""A field's value: str, int, float, bool, or {"width": int, "height": int} for an image size."""

Input = Mapping[str, Value]
"""The arguments of one run: field name to value, only fields that were set."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of an endpoint's input schema."""

    name: str
    label: str
    help: str
    kind: Kind
    required: bool = False
    #: UNSET where fal states no default
    default: Value = UNSET
    #: where a form starts although fal has no default; such a field is always sent
    suggested: Value = UNSET
    #: named values, in the order of the schema
    choices: tuple[str, ...] = ()
    #: True where other values than the choices are accepted (aspect ratio, image size)
    open_choices: bool = False
    minimum: float | None = None
    maximum: float | None = None
    #: shown under "More settings"
    advanced: bool = False
    #: for image sizes: the pixels of each named one, (width, height)
    named_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: for masks: the field whose picture has to agree in size
    same_size_as: str | None = None

    @property
    def is_picture(self) -> bool:
        """True where the value is a picture of ours (`upload:{id}`), a link or a data: URL."""
        return self.kind in (Kind.IMAGE, Kind.MASK)

    @property
    def start(self) -> Value:
        """What an untouched form shows: the suggested value, else the default, else UNSET."""
        return self.default if self.suggested is UNSET else self.suggested
