"""The life of a run (docs/runs.md): turns, sending, following, saving, and the feed of changes.

Sees fal and the store through the ports of backend/domain/ports.py only.
"""
