"""The form's calls as routes: who asks is asked of the server, and what comes in is hostile."""

import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from backend.texts.texts import texts
from components.calls import GONE, routes_of
from components.form import forms_of
from components.handlers import Handlers
from tests.unit.components.face import Face


def client_of(face: Face, person_id: str | None = "alice") -> TestClient:
    """A browser of that person, or of nobody."""

    async def asks(_: Request) -> str | None:
        return person_id

    handlers = Handlers(face.services, forms_of(face.services.catalogue.endpoints))
    return TestClient(Starlette(routes=routes_of(handlers, asks, texts())))


PROMPT = {"slug": "v1.1", "parts": {"prompt.value": "a lighthouse"}, "key": "one"}


def test_a_call_answers_what_its_handler_answers() -> None:
    face = Face()
    told = client_of(face).post("/form/start", json=PROMPT).json()
    assert told["run"]["input"] == {"prompt": "a lighthouse"}
    assert [one.person_id for one in face.generate.started] == ["alice"]


def test_nobody_starts_nothing() -> None:
    face = Face()
    told = client_of(face, None).post("/form/start", json=PROMPT).json()
    assert told["error"]["code"] == "sign_in_needed"
    assert face.generate.started == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"slug": NaN}']
)
def test_a_body_that_is_no_object_is_refused_in_a_sentence(body: bytes) -> None:
    answer = client_of(Face()).post("/form/start", content=body)
    assert answer.status_code == 200
    assert answer.json()["error"]["message"] == "The request has to be an object."


def test_half_characters_do_not_break_the_answer() -> None:
    asked = {"slug": "v1.1", "input": {"half \ud83d": "half \ud83d", "prompt": "half \ud83d"}}
    answer = client_of(Face()).post("/form/open", content=json.dumps(asked))
    assert answer.status_code == 200
    assert "half a character" in " ".join(answer.json()["notes"])


async def test_who_leaves_in_the_middle_of_the_question_gets_no_answer() -> None:
    face = Face()
    handlers = Handlers(face.services, forms_of(face.services.catalogue.endpoints))

    async def alice(_: Request) -> str | None:
        return "alice"

    async def leaves() -> Message:
        return {"type": "http.disconnect"}

    said: list[Message] = []

    async def hears(message: Message) -> None:
        said.append(message)

    app = Starlette(routes=routes_of(handlers, alice, texts()))
    scope = {"type": "http", "method": "POST", "path": "/form/start", "headers": [], "app": app}
    await app(scope, leaves, hears)
    assert said[0]["status"] == GONE
    assert face.generate.started == []


def test_a_call_is_made_by_post_alone() -> None:
    assert client_of(Face()).get("/form/start").status_code == 405
    assert client_of(Face()).post("/form/nothing", json={}).status_code == 404
