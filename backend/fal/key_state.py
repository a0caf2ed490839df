"""Whether fal accepts the key, by asking for a price: a call that costs nothing.

https://fal.ai/docs/platform-apis/v1/models/pricing (read 2026-11-21). Whether a locked account
shows here is not documented; a run that meets the lock tells for certain.
"""

from backend.domain.errors import AccountLocked
from backend.domain.ports import KeyState
from backend.fal.translate import WIRE_ERRORS, refused_access
from backend.fal.wire import Call, Wire

ASKED_FOR = "fal-ai/flux-pro/v1.1"


async def ask_key_state(wire: Wire) -> KeyState:
    """What fal answers; "unknown" where it does not answer clearly."""
    call = Call(
        name="key state",
        method="GET",
        url=f"{wire.hosts.api_url}/v1/models/pricing",
        within=wire.timeouts.ask,
        params={"endpoint_id": ASKED_FOR},
    )
    try:
        answer = await wire.ask(call)
    except WIRE_ERRORS:
        return "unknown"
    access = refused_access(answer)
    if access is not None:
        return "locked" if isinstance(access, AccountLocked) else "refused"
    return "accepted" if answer.ok and isinstance(answer.json(), dict) else "unknown"
