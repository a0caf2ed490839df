"""One figure of ours beside its floor and its limit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table. `ours`, `floor` and `limit` are in `unit`."""

    what: str
    unit: str
    ours: float
    #: the same of the bare script or of the blank page, measured in the same run
    floor: float | None = None
    #: None: told, but nothing is asked of it
    limit: float | None = None
    #: how often it was measured
    n: int
    #: times and processor shares differ from machine to machine; the others have to be met anywhere
    about_time: bool
    #: what else one has to know to read the figure
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        return None if self.limit is None else self.ours <= self.limit

    @property
    def fails_anywhere(self) -> bool:
        """Not met, and no slow machine explains it."""
        return self.met is False and not self.about_time

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {**asdict(self), "met": self.met}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What was kept."""
        return cls(**{name: value for name, value in kept.items() if name != "met"})
