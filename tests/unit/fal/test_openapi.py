import httpx
import pytest

from backend.fal.openapi import MOST_BYTES, NoDocument, fetch_document

V11 = "fal-ai/flux-pro/v1.1"


def fetched(answer):
    seen = []

    def far(request):
        seen.append(request)
        return answer if isinstance(answer, httpx.Response) else answer(request)

    return fetch_document(V11, httpx.MockTransport(far)), seen


def test_the_document_is_asked_for_by_its_endpoint_and_without_a_key():
    found, (request,) = fetched(httpx.Response(200, json={"openapi": "3.0.4"}))
    assert found == {"openapi": "3.0.4"}
    assert request.url.host == "fal.ai"
    assert request.url.path == "/api/openapi/queue/openapi.json"
    assert request.url.params["endpoint_id"] == V11
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(404), "may still be there"),
        (httpx.Response(500), "500"),
        (httpx.Response(200, text="<html>"), "not JSON"),
        (httpx.Response(200, text="[" * 100_000), "not JSON"),
        (httpx.Response(200, content=b" " * (MOST_BYTES + 1)), "too large"),
    ],
)
def test_what_is_no_document_is_one_sentence(answer, words):
    with pytest.raises(NoDocument, match=words):
        fetched(answer)


def test_without_a_connection_it_says_so():
    def broken(request):
        raise httpx.ConnectError("x", request=request)

    with pytest.raises(NoDocument, match="can't be reached"):
        fetched(broken)
