"""Whoever runs things. Every run, picture and preset has one as its owner."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: the one person of a server without sign-in on loopback
LOCAL_ID = "local"


class Role(StrEnum):
    """What a person may do beyond their own things."""

    #: runs, within the budgets
    MEMBER = "member"
    #: all that, and looks after people
    ADMIN = "admin"
    #: looks around and practises; paid runs only where the server is open to everybody
    GUEST = "guest"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person known to this server."""

    id: str
    name: str
    role: Role = Role.MEMBER
    created_at: datetime
    email: str | None = None
    #: since when they may not come in any more; None: they may
    deactivated_at: datetime | None = None

    @property
    def is_admin(self) -> bool:
        """Whether they look after this server."""
        return self.role is Role.ADMIN

    @property
    def active(self) -> bool:
        """Whether they may come in."""
        return self.deactivated_at is None
