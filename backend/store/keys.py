"""The keys of stored files: relative paths that can't lead anywhere else."""

import re

#: a part begins with no dot: names that do are ours, for files that are still being written
PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\Z")
#: what every file system takes, with room for the temporary name
LONGEST_PART = 200
LONGEST_KEY = 800
#: files that a check has put aside; nothing looks there
ASIDE = "quarantine"


def checked_key(key: str) -> str:
    """The key, if it is one. Raises ValueError."""
    parts = key.split("/")
    if len(key) > LONGEST_KEY or not all(_is_part(part) for part in parts):
        raise ValueError("a file's key has letters, digits, . _ - and / only")
    return key


def _is_part(part: str) -> bool:
    return bool(PART.match(part)) and ".." not in part and len(part) <= LONGEST_PART
