"""A preset: a named, possibly partial input for one endpoint."""

from dataclasses import dataclass
from datetime import datetime

from backend.domain.field import Input
from backend.domain.sharing import Visibility


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Shipped ones are files in presets/ (person_id is None), others belong to a person."""

    id: str
    endpoint_id: str
    name: str
    description: str
    values: Input
    person_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    visibility: Visibility = Visibility.PRIVATE

    @property
    def shipped(self) -> bool:
        """True for a file in presets/, which nobody can change from the page."""
        return self.person_id is None
