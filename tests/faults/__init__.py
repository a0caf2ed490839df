"""The fault machine (docs/faults.md): runs against a fal that misbehaves, on a storage that fails,
in processes that are killed; and what has to be true all the same.

`python -m tests.faults` runs it by hand.
"""
