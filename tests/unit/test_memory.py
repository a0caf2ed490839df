"""Memory that a picture took is given back."""

import platform
import subprocess
import sys

import pytest

#: fragments are left between buffers that grow, as reading and decoding pictures leaves them
PROGRAM = """
from backend.memory import return_memory
{first}
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
def work():
    held = []
    for size in range(200, 12_000, 200):
        large = bytearray(size * 1024)
        held.append(bytes(90_000))
        del large
    return held
before = resident()
held = [work() for _ in range(3)][-1][-1:]
print((resident() - before) // 1024)
"""


def grown_mb(first: str) -> int:
    """How much larger a process is after its work, in MB."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)], capture_output=True, check=True
    )
    return int(told.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator than glibc's")
def test_a_process_that_has_held_large_buffers_becomes_small_again() -> None:
    assert grown_mb("assert return_memory()") < grown_mb("")
