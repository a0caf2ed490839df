"""The URLs of an accepted request, where fal's reply does not give usable ones."""

import re

from backend.domain.run import Handle

#: what fal's ids look like (UUIDs), with room; nothing in it can change a path
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
ENDPOINT_ID = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")


def is_request_id(value: object) -> bool:
    """Whether it can be one of fal's ids."""
    return isinstance(value, str) and REQUEST_ID.fullmatch(value) is not None


def build_handle(queue_url: str, endpoint_id: str, request_id: str) -> Handle:
    """The handle as fal-client 1.0.3 builds it: only owner and app of the endpoint are kept.

    Raises ValueError for an id that can't be one.
    """
    if not ENDPOINT_ID.fullmatch(endpoint_id) or not is_request_id(request_id):
        raise ValueError("not an endpoint id and a request id of fal's")
    owner, app = endpoint_id.split("/")[:2]
    base = f"{queue_url}/{owner}/{app}/requests/{request_id}"
    return Handle(
        request_id=request_id,
        response_url=base,
        status_url=f"{base}/status",
        cancel_url=f"{base}/cancel",
    )
