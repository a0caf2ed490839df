import gzip

import httpx
import pytest

from backend.domain import errors
from backend.domain.run import Handle
from backend.fal.answer import UNREADABLE, Answer
from backend.fal.download import download
from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from backend.fal.library import Library
from backend.fal.translate import Step, from_answer
from backend.fal.wire import Call, ForeignHost
from tests.unit.fal.wires import KEY, TurnedClock, wire_to

EVIL = "https://evil.example/requests/1"
STOLEN = Handle(request_id="1", status_url=EVIL, response_url=EVIL, cancel_url=EVIL)


async def test_no_call_with_the_key_goes_to_a_foreign_host():
    wire, far = wire_to(lambda _: httpx.Response(200))
    with pytest.raises(ForeignHost):
        await wire.ask(Call(name="x", method="GET", url=EVIL, within=1))
    with pytest.raises(ForeignHost):
        async with wire.stream(EVIL, name="x", within=1, with_key=True):
            pytest.fail("opened")
    with pytest.raises(ForeignHost):
        await Library(key=KEY, hosts=FalHosts()).handle(STOLEN)
    assert far.requests == []


async def test_a_handle_at_a_foreign_host_is_never_asked():
    gateway = FalGateway(KEY, FalHosts(), TurnedClock(), "1")
    with pytest.raises(errors.Slow):
        await anext(aiter(gateway.follow(STOLEN)))
    with pytest.raises(errors.Slow):
        await gateway.cancel(STOLEN)
    await gateway.aclose()


async def test_a_media_host_is_asked_without_the_key_only():
    wire, _ = wire_to(lambda _: httpx.Response(200))
    url = "https://v3.fal.media/files/a.png"
    with pytest.raises(ForeignHost):
        await wire.ask(Call(name="x", method="GET", url=url, within=1))
    async with wire.stream(url, name="x", within=1, with_key=False) as response:
        assert response.status_code == 200


async def test_a_packed_picture_is_unpacked_and_its_length_not_compared():
    packed = gzip.compress(b"picture" * 100)
    headers = {"content-encoding": "gzip", "content-length": str(len(packed))}
    wire, _ = wire_to(lambda _: httpx.Response(200, content=packed, headers=headers))
    assert await download(wire, "https://fal.media/a.png") == b"picture" * 100


def test_an_answers_repr_shows_nothing_of_it():
    answer = Answer(status=200, headers={"x": "a secret"}, body=b"a secret")
    assert "secret" not in repr(answer)


def test_a_body_that_was_cut_is_never_read_as_json():
    assert Answer(status=200, headers={}, body=b"1", whole=False).json() is UNREADABLE
    assert Answer(status=200, headers={}, body=b"[" * 100_000).json() is UNREADABLE


def test_too_large_an_input_is_told_as_that():
    assert "too large" in from_answer(Answer(status=413, headers={}), Step.SUBMIT).message


def test_a_refusal_without_a_field_is_told():
    body = b'{"detail": [{"loc": ["body"], "type": "missing", "msg": ""}]}'
    error = from_answer(Answer(status=422, headers={}, body=body), Step.SUBMIT)
    assert type(error) is errors.RefusedOtherwise
    assert "This is required." in error.message
