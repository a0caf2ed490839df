"""The same deed for many things: what can't be done with one does not keep the others back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from backend.domain.errors import PlaygroundError

#: by id: things that stay as they were, and why
Kept = Mapping[str, PlaygroundError]


async def one_by_one(ids: Sequence[str], work: Callable[[str], Awaitable[object]]) -> Kept:
    """Do it with one after the other, each once; those with which it was refused."""
    kept: dict[str, PlaygroundError] = {}
    for one in dict.fromkeys(ids):
        try:
            await work(one)
        except PlaygroundError as error:
            kept[one] = error
    return kept
