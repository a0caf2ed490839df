"""The two numbers that a list of measurements is told by."""

import math
from collections.abc import Sequence
from statistics import median

__all__ = ["median", "p95"]


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 % of the values do not exceed. ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]
