"""How long to wait before the next try."""

from collections.abc import Iterator


def doubling(first: float, most: float) -> Iterator[float]:
    """first, 2 × first, 4 × first … seconds, never more than `most`."""
    pause = first
    while True:
        yield min(pause, most)
        pause = min(pause * 2, most)
