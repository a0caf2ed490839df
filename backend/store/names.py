"""When two names are the same one."""

import unicodedata


def folded(name: str) -> str:
    """A name without case and without the different ways to write one letter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
