"""Imported first by app.py: what is read at the start is looked through less often.

The only module that does something by being imported. Nothing of the half million objects that
imports leave behind is ever garbage, yet Python's collector goes through all of them again at each
quarter more: a fifth of the start's processor time. The young generations are collected as always,
so that the process gets no larger.
"""

import gc
from typing import Final

_USUAL: Final = gc.get_threshold()
_SELDOM: Final = 100_000

gc.set_threshold(*_USUAL[:2], _SELDOM)


def started() -> None:
    """From here on the collector works as Python sets it up."""
    gc.set_threshold(*_USUAL)
