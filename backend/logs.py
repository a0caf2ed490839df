"""The log: one line an event on standard error, and no secret in any of them.

As text for people or as JSON for machines (LOG_FORMAT). Text from outside can't begin a line of its
own: control characters are escaped, and a traceback's lines are set in.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import quote

from backend.domain.log_fields import fields
from backend.fal.quiet_logs import quiet_libraries

#: they say at INFO and DEBUG what others sent, bodies and cookies included
LOUD = (
    *("aiosqlite", "sqlalchemy", "multipart", "python_multipart", "asyncio", "PIL"),
    *("authlib", "httpx2", "httpcore2"),
)
#: fields of a line beside its run and request, given as `extra`
EXTRA: Final = ("run_id", "request_id", "endpoint", "state", "seconds")
SECRET: Final = "[secret]"  # noqa: S105 - what stands in a secret's place

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Format = Literal["text", "json"]
Fields = Mapping[str, object]


class Redacting(logging.Formatter):
    """The last net: whatever a library writes, a secret's value is not in it."""

    def __init__(self, secrets: Sequence[str]):
        super().__init__()
        self._secrets = tuple(_spellings(secrets))

    def format(self, record: logging.LogRecord) -> str:
        """The line as text."""
        named = "".join(f" {name}={value}" for name, value in self.fields(record).items())
        head = f"{_time(record)} {record.levelname} {record.name}{_escaped(named)}"
        trace = "".join(f"\n    {_escaped(line)}" for line in self.trace(record).splitlines())
        return f"{head} {_escaped(self.message(record))}{trace}"

    def message(self, record: logging.LogRecord) -> str:
        """What happened."""
        return self._without_secrets(record.getMessage())

    def trace(self, record: logging.LogRecord) -> str:
        """The traceback; empty without one."""
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        parts += [self.formatStack(record.stack_info)] if record.stack_info else []
        return self._without_secrets("\n".join(parts))

    def fields(self, record: logging.LogRecord) -> Fields:
        """What it is about."""
        given = {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        known = {name: value for name, value in given.items() if value is not None}
        return {
            name: self._without_secrets(value) if isinstance(value, str) else value
            for name, value in {**fields(), **known}.items()
        }

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, SECRET)
        return text


class RedactingJson(Redacting):
    """The same as one JSON object a line; secrets go before anything is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as JSON in ASCII."""
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            **self.fields(record),
            "message": self.message(record),
        }
        trace = self.trace(record)
        return json.dumps({**line, "error": trace} if trace else line, default=str)


def _spellings(secrets: Iterable[str]) -> list[str]:
    """Each secret as it is, and as JSON, Python and addresses write it; the longest first."""
    spelt = {
        form
        for secret in secrets
        if secret
        for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""))
    }
    return sorted(spelt, key=len, reverse=True)


def _time(record: logging.LogRecord) -> str:
    when = datetime.fromtimestamp(record.created, UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _escaped(text: str) -> str:
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def start_logging(level: str, secrets: Sequence[str], form: Format = "text") -> None:
    """Set up this process's log."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingJson(secrets) if form == "json" else Redacting(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet_libraries()
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
