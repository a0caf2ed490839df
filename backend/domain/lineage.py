"""What a run was made from, and what was made from it."""

from dataclasses import dataclass

from backend.domain.run import Run


@dataclass(frozen=True, kw_only=True)
class Relative:
    """Another run, and the picture that connects both."""

    run: Run
    #: the picture of the earlier run that the later one was given; None: its input was run again
    index: int | None


@dataclass(frozen=True, kw_only=True)
class Kin:
    """The relatives that have pictures and that a person may see, each list newest first."""

    parents: tuple[Relative, ...]
    children: tuple[Relative, ...]
