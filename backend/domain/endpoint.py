"""An endpoint of fal as data: what its file in backend/endpoints says."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from backend.domain.field import UNSET, Field, Input

Certainty = Literal["official", "third-party", "inferred"]


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """The price rule of an endpoint, per output picture; num_images multiplies."""

    amount_usd: Decimal
    unit: Literal["image", "megapixel"]
    certainty: Certainty
    #: how many pixels a megapixel has; fal does not define it, the smaller reading costs more
    megapixel: int = 1_000_000
    #: the field that says how large the output is; None where only the worst case is known
    size_from: str | None = None
    #: pixels of the largest output, where no field tells
    worst_case_pixels: int | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A fal model endpoint. `endpoint_id` is fal's, `slug` ours (paths, element ids, folders)."""

    endpoint_id: str
    slug: str
    label: str
    order: int
    #: one line: what it is for and its limits
    about: str
    #: "listed", or "doubtful" where fal may have retired it
    status: str
    category: str
    links: Mapping[str, str]
    fields: tuple[Field, ...]
    pricing: Pricing
    #: the JSON Schema that inputs are checked with
    schema: Mapping[str, Any]
    #: what was found out about it, for the docs
    facts: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def defaults(self) -> Input:
        """The defaults of today, by field name; a run's record keeps them beside its input."""
        return {field.name: field.default for field in self.fields if field.default is not UNSET}
