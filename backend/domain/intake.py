"""Whether new runs start: what an admin's switch says for all people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Intake:
    """The switch, and who turned it last."""

    open: bool = True
    #: what the admin wrote; empty where nothing
    reason: str = ""
    person_id: str | None = None
    changed_at: datetime | None = None
