"""How thoroughly to measure, and where files may be put meanwhile."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`quick` is for a look and for CI: figures about time mean little then."""

    quick: bool
    folder: Path

    def times(self, full: int, quick: int) -> int:
        """How often something is measured."""
        return quick if self.quick else full

    def new_folder(self, name: str) -> Path:
        """An empty folder of its own; all of them go when the bench ends."""
        return Path(mkdtemp(prefix=f"{name}-", dir=self.folder))
