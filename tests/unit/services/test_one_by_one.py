"""What is done with many things, one after the other."""

from backend.domain.errors import NotAllowed
from backend.services.one_by_one import one_by_one


async def test_each_is_done_once_and_one_that_is_refused_keeps_no_other_back() -> None:
    done: list[str] = []

    async def work(one: str) -> None:
        if one == "b":
            raise NotAllowed
        done.append(one)

    kept = await one_by_one(["a", "b", "c", "a"], work)
    assert done == ["a", "c"]
    assert {one: type(error) for one, error in kept.items()} == {"b": NotAllowed}
