"""The paid POSTs: none begins once the server stops, those under way are waited for."""

import asyncio

import pytest

from backend.domain.errors import IntakeClosed
from backend.runs.posts import Posts


def test_none_begins_before_this_process_owns_the_database() -> None:
    with pytest.raises(IntakeClosed), Posts().one():
        pass


async def test_closing_waits_for_the_one_under_way() -> None:
    posts = Posts()
    posts.let_in()
    answered = asyncio.Event()
    done: list[str] = []

    async def post() -> None:
        with posts.one():
            await answered.wait()
            done.append("post")

    task = asyncio.create_task(post())
    await asyncio.sleep(0)
    closing = asyncio.create_task(posts.close(10))
    await asyncio.sleep(0)
    assert not posts.open
    with pytest.raises(IntakeClosed), posts.one():
        pass
    assert not closing.done()
    answered.set()
    await closing
    assert done == ["post"]
    await task


async def test_closing_does_not_wait_for_ever() -> None:
    posts = Posts()
    posts.let_in()
    with posts.one():
        await posts.close(0.01)
    assert not posts.open
