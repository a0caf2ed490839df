"""Ids of runs: unguessable, and in the order of time."""

import secrets
from datetime import datetime


def new_run_id(now: datetime) -> str:
    """32 hexadecimal digits: 12 of milliseconds, 20 of chance."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"
