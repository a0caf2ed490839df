"""Facts about the machine, kept beside the figures: without them no figure can be compared."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

CPU_INFO = Path("/proc/cpuinfo")
MEMORY_INFO = Path("/proc/meminfo")
LIBRARIES = ("gradio", "fastapi", "uvicorn", "httpx", "pillow", "sqlalchemy", "playwright")


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


def facts(chromium: str | None) -> dict[str, Any]:
    """As JSON. `load` is the load average of the last minute when the bench begins."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _field(CPU_INFO, "model name"),
        "cores": cores(),
        "memory": _field(MEMORY_INFO, "MemTotal"),
        "load": round(os.getloadavg()[0], 2),
        "python": sys.version.split()[0],
        "chromium": chromium,
        **{name: version(name) for name in LIBRARIES},
    }


def _field(file: Path, name: str) -> str | None:
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None
