"""How much people keep here: pictures that were made, and pictures that they brought."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, Protocol

#: the group of pictures that people brought, where endpoints are told apart: they have none
BROUGHT: Final = ""


class By(StrEnum):
    """What they are grouped by."""

    ENDPOINT = "endpoint"
    MONTH = "month"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Pictures and the bytes of their files, previews left out."""

    pictures: int = 0
    bytes: int = 0
    #: in Recently deleted, not among those above
    deleted_pictures: int = 0
    deleted_bytes: int = 0
    #: brought by people
    uploads: int = 0
    upload_bytes: int = 0

    def __add__(self, other: "Holding") -> "Holding":
        sums = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)
        }
        return Holding(**sums)

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return self.bytes + self.deleted_bytes + self.upload_bytes


def total(holdings: Iterable[Holding]) -> Holding:
    """All of them together."""
    return sum(holdings, Holding())


class HoldingsStore(Protocol):
    """The sums, kept beside the pictures."""

    async def sums(self, person_id: str | None, by: By) -> Mapping[str, Holding]:
        """By the id of an endpoint or a person, or by month as 2026-11; None: everybody's.

        A picture is of the month in UTC in which its run was started, or it was brought.
        """
        ...
