"""A disk that is full or read-only, for real: the kernel says no, not a stand-in of ours."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

DISK = "size=16m"


class CanNotMount(Exception):
    """Why no disk can be mounted here."""


@contextmanager
def mounted(folder: Path) -> Iterator[Path]:
    """A disk of some megabytes at this folder. Raises CanNotMount."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise CanNotMount("only root can mount a small disk")
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)]
    _run(*command)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not one more byte fits on this disk meanwhile."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Nothing can be written on this disk meanwhile. Nobody may have a file of it open to write."""
    _run("mount", "-o", "remount,ro", str(disk))
    try:
        yield
    finally:
        _run("mount", "-o", "remount,rw", str(disk))


class BreakingDisk:
    """A file with a file system in it, which turns read-only as one whose disk has failed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._image = folder.with_suffix(".img")

    def __enter__(self) -> Self:
        """Raises CanNotMount."""
        if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
            raise CanNotMount("only root can mount a file, and mkfs.ext4 is needed")
        self.folder.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(32 * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self._mount()
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False)

    def breaks(self) -> None:
        """From now on it is read-only, under the hands of whoever writes on it."""
        _run("mount", "-o", "remount,abort", str(self.folder))

    def is_repaired(self) -> None:
        """It can be written again. Nobody may use it meanwhile."""
        _run("umount", str(self.folder))
        # 1: faults were found and mended
        _run("e2fsck", "-fy", str(self._image), fine=(0, 1))
        self._mount()

    def _mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.folder))


def _run(*command: str, fine: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in fine:
        raise CanNotMount(f"{' '.join(command[:3])}: {done.stderr.strip()}")


@contextmanager
def no_byte_in_any_file(pid: int) -> Iterator[None]:
    """A process of ours can't write to files meanwhile, its log included: EFBIG, without root."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
