"""The log: one line an event on standard error, and no secret in any of them."""

import logging
from collections.abc import Sequence

from backend.fal.quiet_logs import quiet_libraries

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
#: they say at INFO and DEBUG what others sent, bodies and cookies included
LOUD = ("aiosqlite", "sqlalchemy", "multipart", "python_multipart", "asyncio", "PIL")


class Redacting(logging.Formatter):
    """The last net: whatever a library writes, a secret's value is not in it."""

    def __init__(self, secrets: Sequence[str]):
        super().__init__(FORMAT)
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """The line, traceback included, with secrets blacked out."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return line


def start_logging(level: str, secrets: Sequence[str]) -> None:
    """Set up this process's log."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet_libraries()
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
