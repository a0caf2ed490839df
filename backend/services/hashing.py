"""Passwords by argon2id, in threads, a few at a time."""

import asyncio
import secrets
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from backend.domain.errors import TooQuick

if TYPE_CHECKING:
    pass

#: each takes the memory of one hash (64 MB) and a core
AT_ONCE: Final = 2
#: more than a team signs in at a time; the rest would only pile up
MOST_WAITING: Final = 40


class Argon2:
    """The port Hasher. `quick` is for tests, which hash often and guard nothing."""

    def __init__(self, *, quick: bool = False):
        # its library is read only where people have passwords
        from argon2 import PasswordHasher  # noqa: PLC0415
        from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY  # noqa: PLC0415

        parameters = CHEAPEST if quick else RFC_9106_LOW_MEMORY
        self._hasher: PasswordHasher = PasswordHasher.from_parameters(parameters)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        #: verified for names that nobody has, so that they take as long
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """What may be kept of a password. Raises TooQuick where too many wait."""
        async with self._turn():
            return await asyncio.to_thread(self._hasher.hash, _letters(password))

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether it is of that password; without one it takes as long, and is not."""
        async with self._turn():
            same = await asyncio.to_thread(self._same, hashed or self._nobodys, password)
        return same and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _same(self, hashed: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

        try:
            return self._hasher.verify(hashed, _letters(password))
        except (VerificationError, InvalidHashError):
            return False

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise TooQuick
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1


def _letters(password: str) -> bytes:
    """The same bytes however a keyboard writes its letters; half characters are no fault."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
