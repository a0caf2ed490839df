"""Whoever runs things. Every run, picture and preset has one as its owner."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do beyond their own things."""

    MEMBER = "member"
    ADMIN = "admin"
    GUEST = "guest"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person known to this server."""

    id: str
    name: str
    role: Role = Role.MEMBER
    created_at: datetime
