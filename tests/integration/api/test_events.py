"""The event stream over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource, ServerSentEvent

from backend.domain.person import Person
from backend.domain.run import RunState
from tests.integration.api.shape import is_a_run
from tests.integration.api.site import Site, served
from tests.integration.playground import V11, World

VALUES = {"prompt": "a hill", "image_size": {"width": 64, "height": 48}}


@dataclass
class Stream:
    """An open event stream."""

    response: httpx.Response
    events: AsyncIterator[ServerSentEvent]

    async def next(self) -> tuple[str, str, dict[str, Any]]:
        """Kind, id and data of the next event."""
        async with asyncio.timeout(20):
            event = await anext(self.events)
        return event.event, event.id, json.loads(event.data)

    async def until(self, state: str) -> list[tuple[str, str, dict[str, Any]]]:
        """All events up to a run in that state, that one included."""
        seen = []
        while True:
            kind, position, data = await self.next()
            seen.append((kind, position, data))
            if kind == "run" and data["state"] == state:
                return seen

    async def ended(self) -> None:
        """Wait until the server has ended it."""
        async with asyncio.timeout(20):
            async for _ in self.events:
                pass


@dataclass
class Listening:
    """A server that can be listened to."""

    site: Site
    base: str

    @asynccontextmanager
    async def stream(
        self, person: Person | None = None, after: str = "", **headers: str
    ) -> AsyncIterator[Stream]:
        """A person's stream, alice's without one."""
        cookie = await self.site.cookie(person or self.site.world.alice)
        given = {"cookie": cookie, "accept": "text/event-stream", "accept-encoding": "gzip"}
        async with (
            httpx.AsyncClient(base_url=self.base, headers={**given, **headers}) as client,
            client.stream(
                "GET", "/api/v1/events", params={"after": after} if after else None, timeout=30
            ) as response,
        ):
            assert response.status_code == 200
            yield Stream(response, EventSource(response).aiter_sse())


def listening(world: World) -> bool:
    """Whether anybody is attached to the feed."""
    return bool(world.services.feed._listeners)


async def until_nobody_listens(world: World) -> None:
    """Leaving makes no sound: it is looked for."""
    async with asyncio.timeout(20):
        while listening(world):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
async def server(site: Site) -> AsyncIterator[Listening]:
    """The site over real HTTP."""
    async with served(site.app) as base:
        yield Listening(site, base)


async def test_a_stream_begins_with_a_snapshot_of_the_last_runs(
    server: Listening, world: World
) -> None:
    runs = [await world.done(await world.start(seed=number)) for number in range(2)]
    async with server.stream() as stream:
        headers = stream.response.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert headers["cache-control"] == "no-cache, no-transform"
        assert "content-encoding" not in headers
        kind, position, data = await stream.next()
    assert kind == "snapshot"
    assert position
    assert [run["id"] for run in data["runs"]] == [run.id for run in reversed(runs)]
    for run in data["runs"]:
        is_a_run(run)


async def test_every_change_comes_as_a_whole_run_with_its_position(
    server: Listening, world: World
) -> None:
    async with server.stream() as stream:
        await stream.next()
        run = await world.start()
        seen = await stream.until("done")
    for _, position, data in (event for event in seen if event[0] == "run"):
        is_a_run(data)
        assert data["id"] == run.id
        assert position
    positions = [position for _, position, _ in seen]
    assert len(set(positions)) == len(positions)
    assert seen[-1][2]["images"][0]["url"] == f"/media/{run.id}/0"


async def test_the_log_comes_line_by_line(server: Listening, world: World) -> None:
    async with server.stream() as stream:
        await stream.next()
        world.script.hold("running")
        run = await world.start()
        while True:
            kind, position, data = await stream.next()
            if kind == "log":
                break
        world.script.release()
        await stream.until("done")
    assert data["run_id"] == run.id
    assert position
    for line in data["lines"]:
        assert set(line) == {"message", "timestamp", "level"}


async def test_the_log_of_a_run_under_way_follows_the_snapshot(
    server: Listening, world: World
) -> None:
    world.script.hold("running")
    async with server.stream() as first:
        await first.next()
        run = await world.start()
        while (await first.next())[0] != "log":
            pass
        async with server.stream() as second:
            assert (await second.next())[0] == "snapshot"
            kind, _, data = await second.next()
    assert (kind, data["run_id"]) == ("log", run.id)
    assert data["lines"]
    world.script.release()


@pytest.mark.parametrize("way", ["after", "Last-Event-ID"])
async def test_coming_back_with_a_position_loses_and_repeats_nothing(
    server: Listening, world: World, way: str
) -> None:
    async with server.stream() as whole, server.stream() as part:
        await whole.next()
        _, position, _ = await part.next()
        await world.done(await world.start())
        everything = await whole.until("done")
        early = [await part.next() for _ in range(2)]
        position = early[-1][1]
    back = {"after": position} if way == "after" else {"Last-Event-ID": position}
    async with server.stream(**back) as resumed:
        late = await resumed.until("done")
    assert [event[1] for event in early + late] == [event[1] for event in everything]


async def test_the_header_of_a_reconnecting_browser_wins_over_its_first_address(
    server: Listening, world: World
) -> None:
    async with server.stream() as stream:
        _, begun, _ = await stream.next()
        await world.done(await world.start())
        latest = (await stream.until("done"))[-1][1]
    run = await world.start(prompt="the second")
    async with server.stream(after=begun, **{"Last-Event-ID": latest}) as resumed:
        kind, _, data = await resumed.next()
    assert (kind, data["id"]) == ("run", run.id)
    await world.done(run)


async def test_a_position_of_another_start_gives_a_snapshot(
    server: Listening, world: World
) -> None:
    await world.done(await world.start())
    here = world.services.feed.position
    boot = here.partition("-")[0]
    for position in ("0a0b0c0d-1", "nonsense", f"{boot}-", f"{boot}-999999", f"{boot}--1"):
        async with server.stream(after=position) as stream:
            assert (await stream.next())[0] == "snapshot", position
    async with server.stream(after=here) as stream:
        run = await world.start()
        kind, _, data = await stream.next()
    assert (kind, data["id"]) == ("run", run.id)
    await world.done(run)


async def test_two_listeners_hear_the_same(server: Listening, world: World) -> None:
    async with server.stream() as first, server.stream() as second:
        await first.next()
        await second.next()
        await world.start()
        heard = await first.until("done"), await second.until("done")
    assert heard[0] == heard[1]


async def test_nobody_hears_of_anothers_runs(server: Listening, world: World) -> None:
    async with server.stream(world.bob) as bobs:
        assert (await bobs.next())[2] == {"runs": []}
        await world.done(await world.start())
        own = await world.services.generate.start(world.bob, V11, VALUES)
        heard = await bobs.until("done")
    assert {data["id"] for kind, _, data in heard if kind == "run"} == {own.id}
    assert {data["run_id"] for kind, _, data in heard if kind == "log"} <= {own.id}
    async with server.stream(world.bob, after=heard[0][1]) as resumed:
        again = await resumed.until("done")
    assert {data["id"] for kind, _, data in again if kind == "run"} == {own.id}


async def test_everybody_is_told_when_an_admin_stops_runs_and_sets_rules(
    server: Listening, world: World, carol: httpx.AsyncClient
) -> None:
    async with server.stream() as alices, server.stream(world.bob) as bobs:
        for stream in (alices, bobs):
            assert (await stream.next())[0] == "snapshot"
        for path, body in (
            ("intake", {"open": False}),
            ("intake", {"open": True}),
            ("rules", {"banner": "Demo until noon"}),
        ):
            assert (await carol.put(f"/api/v1/{path}", json=body)).status_code == 200
            for stream in (alices, bobs):
                kind, position, data = await stream.next()
                assert (kind, data) == ("notices", {})
                assert position == world.services.feed.position


async def test_a_stream_ends_when_the_server_stops(server: Listening, world: World) -> None:
    async with server.stream() as stream:
        await stream.next()
        world.services.feed.close()
        await stream.ended()
    await until_nobody_listens(world)


async def test_a_listener_that_leaves_is_forgotten(server: Listening, world: World) -> None:
    async with server.stream() as stream:
        await stream.next()
        assert listening(world)
    await until_nobody_listens(world)


async def test_a_listener_that_leaves_in_the_middle_of_a_run_is_forgotten(
    server: Listening, world: World
) -> None:
    world.script.hold("running")
    async with server.stream() as stream:
        await stream.next()
        run = await world.start()
        await stream.until("running")
    world.script.release()
    await world.until(run, RunState.DONE)
    await until_nobody_listens(world)


async def test_what_people_type_can_not_break_out_of_an_event(
    server: Listening, world: World
) -> None:
    prompt = "a\n\nevent: run\ndata: {}\n\r\n\u2028id: 7 <b>\x85"
    async with server.stream() as stream:
        await stream.next()
        await world.start(prompt=prompt)
        seen = await stream.until("done")
    for kind, _, data in seen:
        if kind == "run":
            assert data["input"]["prompt"] == prompt


async def test_an_overlong_position_is_refused_as_a_problem(alice: httpx.AsyncClient) -> None:
    response = await alice.get("/api/v1/events", params={"after": "x" * 61})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


async def test_nobody_listens_without_a_person(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/api/v1/events")).status_code == 401
