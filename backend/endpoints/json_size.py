"""How large a value is as JSON, counted without building it and without recursion."""

from collections.abc import Mapping
from typing import Any


def json_bytes(value: Any, enough: int) -> int:
    """Bytes of the value as JSON in UTF-8, about; counting stops once it is more than `enough`.

    Quotes and separators count one or two each, numbers by their digits, and no number is ever
    printed: one of a million digits would refuse.
    """
    size = 0
    waiting = [value]
    while waiting and size <= enough:
        one = waiting.pop()
        if isinstance(one, str):
            size += 2 + (len(one) if len(one) > enough else len(one.encode("utf-8", "replace")))
        elif isinstance(one, int):
            size += 1 + one.bit_length() // 3
        elif isinstance(one, Mapping):
            size += 2
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            size += 2
            waiting.extend(one)
        else:
            size += 8
    return size
