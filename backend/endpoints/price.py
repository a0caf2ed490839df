"""What a run can cost at most, before it starts, and what it did cost. All Decimal US dollars.

fal bills whole megapixels, rounded up for each output picture, and does not say how many pixels
a megapixel has (docs/endpoints.md). The smaller reading, 10^6, costs more and is the estimate;
1024 x 1024 is the other one and gives the least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from backend.domain.endpoint import Endpoint
from backend.domain.field import UNSET, Field, Input, Kind, Value
from backend.domain.money import plain
from backend.domain.sentence import Sentence

LARGE_MEGAPIXEL: Final = 1024 * 1024
#: what an output is taken for while the picture that decides its size is not known
UNKNOWN_PICTURE_PIXELS: Final = 4_000_000
NUM_IMAGES: Final = "num_images"

_NO_SIZES: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The price of a run before it starts, in US dollars."""

    #: the most that it can cost
    usd: Decimal
    #: the least, by the friendlier reading of what is not documented
    least_usd: Decimal
    #: billed units of the most
    units: Decimal
    unit_price: Decimal
    #: True where the unit price is fal's own word
    certain: bool
    #: False where `usd` is an upper bound
    exact: bool

    @property
    def text(self) -> str:
        """As it stands on the run button: `$0.06`, `up to $0.08`, `about $0.05`."""
        amount = f"${plain(self.usd)}"
        if self.certain and self.exact:
            return amount
        if self.certain:
            return Sentence("price.up_to", "up to {amount}", amount=amount)
        if self.exact:
            return Sentence("price.about", "about {amount}", amount=amount)
        return Sentence("price.about_up_to", "about, up to {amount}", amount=amount)


def estimate(
    endpoint: Endpoint,
    input: Input,
    picture_sizes: Mapping[str, tuple[int, int]] = _NO_SIZES,
    unit_price: Decimal | None = None,
) -> Estimate:
    """The most and the least that this input can cost.

    `picture_sizes`: width and height of the pictures that are known, by field name. `unit_price`:
    fal's live price where there is one; it takes the place of the file's and counts as certain.
    A value that the input check would refuse counts as absent.
    """
    pricing = endpoint.pricing
    most, least = _units_per_image(endpoint, input, picture_sizes)
    count = _number_of_images(endpoint.field(NUM_IMAGES), input)
    price = pricing.amount_usd if unit_price is None else unit_price
    return Estimate(
        usd=cost(most * count, price),
        least_usd=cost(least * count, price),
        units=most * count,
        unit_price=price,
        certain=unit_price is not None or pricing.certainty == "official",
        exact=most == least,
    )


def cost(units: Decimal, unit_price: Decimal) -> Decimal:
    """The bill: units times the price of one."""
    return units * unit_price


def _units_per_image(
    endpoint: Endpoint,
    given: Input,
    picture_sizes: Mapping[str, tuple[int, int]],
) -> tuple[Decimal, Decimal]:
    """The most and the least units of one output picture."""
    pricing = endpoint.pricing
    if pricing.unit == "image":
        return Decimal(1), Decimal(1)
    size = _output_size(endpoint, given, picture_sizes)
    if size is None:
        pixels = pricing.worst_case_pixels or UNKNOWN_PICTURE_PIXELS
        return _megapixels(pixels, pricing.megapixel), Decimal(1)
    pixels = size[0] * size[1]
    readings = (_megapixels(pixels, pricing.megapixel), _megapixels(pixels, LARGE_MEGAPIXEL))
    return max(readings), min(readings)


def _megapixels(pixels: int, megapixel: int) -> Decimal:
    """Whole megapixels, rounded up, at least one."""
    return Decimal(max(1, -(-pixels // megapixel)))


def _output_size(
    endpoint: Endpoint,
    given: Input,
    picture_sizes: Mapping[str, tuple[int, int]],
) -> tuple[int, int] | None:
    name = endpoint.pricing.size_from
    field = None if name is None else endpoint.field(name)
    if field is None:
        return None
    if field.kind is Kind.IMAGE_SIZE:
        asked = size_in_pixels(field, given.get(field.name, field.default))
        return asked or size_in_pixels(field, field.default)
    return picture_sizes.get(field.name)


def size_in_pixels(field: Field, value: Value) -> tuple[int, int] | None:
    """Width and height of an image size, named or custom; None for anything else."""
    if isinstance(value, str):
        return field.named_sizes.get(value)
    if not isinstance(value, Mapping):
        return None
    width, height = value.get("width"), value.get("height")
    if type(width) is not int or type(height) is not int:
        return None
    if not all((field.minimum or 1) <= s <= (field.maximum or s) for s in (width, height)):
        return None
    return width, height


def _number_of_images(field: Field | None, given: Input) -> int:
    if field is None:
        return 1
    for value in (given.get(field.name, UNSET), field.default):
        if type(value) is int and (field.minimum or 1) <= value <= (field.maximum or value):
            return value
    return 1
