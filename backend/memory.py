"""Large buffers go back to the system as soon as nobody needs them.

A server of pictures takes and gives megabytes all the time. glibc answers the first of them by
keeping ever larger ones for itself, in an arena for each thread: the process stays as large as it
once was. Both habits can be switched off, which is what its manual's mallopt(3) is for.
"""

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
#: glibc's own threshold at the start of a process, before it grows
LARGE_BYTES: Final = 128 * 1024
ARENAS: Final = 2


def return_memory() -> bool:
    """Tell this process's allocator. False where it is another one than glibc's."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)) and bool(mallopt(_M_ARENA_MAX, ARENAS))
