"""Figures beside their floor: `python -m benchmarks` (docs/performance.md)."""
