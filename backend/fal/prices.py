"""fal's unit prices: a call that costs nothing and that any key may make.

https://fal.ai/docs/platform-apis/v1/models/pricing (read 2026-11-21): 1 to 50 ids a call,
`{"prices": [{"endpoint_id", "unit_price", "unit", "currency"}], …}`. What it answers when one of
the ids is not there any more is not documented: then each is asked for alone.
"""

from collections.abc import Sequence
from decimal import Decimal

from backend.domain.errors import Slow
from backend.domain.ports import UnitPrice
from backend.fal.answer import Answer
from backend.fal.translate import WIRE_ERRORS, Step, from_exception, refused_access
from backend.fal.wire import Call, Wire

MOST_IDS = 50
#: a clear no to the ids, not to the caller
NOT_THESE = frozenset({400, 404, 422})


async def fetch_prices(wire: Wire, endpoint_ids: Sequence[str]) -> tuple[UnitPrice, ...]:
    """What fal says of these endpoints; those that it does not know are missing.

    Raises Slow, KeyRefused or AccountLocked.
    """
    found: list[UnitPrice] = []
    for start in range(0, len(endpoint_ids), MOST_IDS):
        some = endpoint_ids[start : start + MOST_IDS]
        answer = await _ask(wire, some)
        alone = [(one,) for one in some] if answer.status in NOT_THESE and len(some) > 1 else []
        answers = [await _ask(wire, one) for one in alone] or [answer]
        for one in answers:
            found += _read(one)
    return tuple(found)


async def _ask(wire: Wire, endpoint_ids: Sequence[str]) -> Answer:
    call = Call(
        name="prices",
        method="GET",
        url=f"{wire.hosts.api_url}/v1/models/pricing",
        within=wire.timeouts.ask,
        params={"endpoint_id": ",".join(endpoint_ids)},
    )
    try:
        return await wire.ask(call)
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.ASK) from None


def _read(answer: Answer) -> list[UnitPrice]:
    if answer.status in NOT_THESE:
        return []
    # money must not pass through a float
    body = answer.json(floats=Decimal)
    rows = body.get("prices") if isinstance(body, dict) else None
    if answer.status != 200 or not isinstance(rows, list):
        raise refused_access(answer) or Slow()
    return [price for row in rows if (price := _price(row)) is not None]


def _price(row: object) -> UnitPrice | None:
    if not isinstance(row, dict):
        return None
    endpoint_id, amount = row.get("endpoint_id"), row.get("unit_price")
    unit, currency = row.get("unit"), row.get("currency")
    if type(amount) is int:
        amount = Decimal(amount)
    if not isinstance(amount, Decimal) or not isinstance(endpoint_id, str):
        return None
    if not isinstance(unit, str) or not isinstance(currency, str):
        return None
    return UnitPrice(endpoint_id=endpoint_id, amount=amount, unit=unit, currency=currency)
