"""What fal says it billed, and what is left of the account: with a key of their own.

https://fal.ai/docs/platform-apis/v1/models/billing-events and …/account/billing (read 2026-11-21):
pages of `{billing_events: [{request_id, cost_total, …}], next_cursor, has_more}`, events of the
last 90 days, which appear within minutes; `{credits: {current_balance}}` with `expand=credits`. An
API key may not read either, so a second one is needed; it goes to no other call.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from backend.domain.errors import KeyRefused, Slow
from backend.domain.ports import Bill
from backend.domain.sentence import Sentence
from backend.fal.answer import Answer
from backend.fal.hosts import FalHosts
from backend.fal.timeouts import DEFAULT_TIMEOUTS, Timeouts
from backend.fal.translate import WIRE_ERRORS, Step, from_exception, refused_access
from backend.fal.unsaid import Unsaid
from backend.fal.wire import Call, Wire

#: ids of one call: their address stays below 4 KB
MOST_IDS = 50
MOST_PAGES = 5
PAGE = 1_000


class FalBilling:
    """Implements the port Billing. One for each process and event loop; `aclose` at the end."""

    def __init__(
        self, key: str, hosts: FalHosts, app_version: str, timeouts: Timeouts = DEFAULT_TIMEOUTS
    ):
        self._wire = Wire(key=key, hosts=hosts, app_version=app_version, timeouts=timeouts)
        self._unsaid = Unsaid(key)

    def __repr__(self) -> str:
        return f"FalBilling(hosts={self._wire.hosts!r})"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    async def bills(self, request_ids: Sequence[str], since: datetime) -> tuple[Bill, ...]:
        """What fal billed for these requests since then; those without an event are missing."""
        with self._refused():
            found: list[Bill] = []
            for start in range(0, len(request_ids), MOST_IDS):
                found += await fetch_bills(self._wire, request_ids[start : start + MOST_IDS], since)
            return tuple(found)

    async def balance(self) -> Decimal:
        """US dollars that are left of the account's credits."""
        with self._refused():
            return await fetch_balance(self._wire)

    @contextmanager
    def _refused(self) -> Iterator[None]:
        """A refusal is about this key, and says nothing of it."""
        with self._unsaid.in_errors():
            try:
                yield
            except KeyRefused as error:
                raise KeyRefused(
                    Sentence(
                        "fal.billing_key",
                        "fal does not let FAL_BILLING_KEY read what it bills; an admin has to "
                        "check what that key may do.",
                    )
                ) from error


async def fetch_bills(wire: Wire, request_ids: Sequence[str], since: datetime) -> tuple[Bill, ...]:
    """The sum of each request's events. Raises Slow, KeyRefused or AccountLocked."""
    sums: dict[str, Decimal] = {}
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        params = {
            "request_id": ",".join(request_ids),
            "start": since.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "limit": str(PAGE),
        }
        page = await _ask(wire, "billing-events", "/v1/models/billing-events", params, cursor)
        rows = page.get("billing_events")
        if not isinstance(rows, list):
            raise Slow
        for row in rows:
            _add(sums, row, request_ids)
        following = page.get("next_cursor")
        if page.get("has_more") is not True or not isinstance(following, str) or not following:
            return tuple(Bill(request_id=one, usd=usd) for one, usd in sums.items())
        cursor = following
    # half a bill would be a wrong one
    raise Slow


async def fetch_balance(wire: Wire) -> Decimal:
    """US dollars. Raises Slow, KeyRefused or AccountLocked."""
    page = await _ask(wire, "balance", "/v1/account/billing", {"expand": "credits"}, None)
    credits = page.get("credits")
    balance = _usd(credits.get("current_balance")) if isinstance(credits, dict) else None
    if balance is None:
        raise Slow
    return balance


async def _ask(
    wire: Wire, name: str, path: str, params: Mapping[str, str], cursor: str | None
) -> Mapping[str, object]:
    call = Call(
        name=name,
        method="GET",
        url=f"{wire.hosts.api_url}{path}",
        within=wire.timeouts.ask,
        params=params if cursor is None else {**params, "cursor": cursor},
    )
    try:
        answer: Answer = await wire.ask(call)
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.ASK) from None
    # money must not pass through a float
    body = answer.json(floats=Decimal)
    if answer.status == 200 and isinstance(body, dict):
        return body
    raise refused_access(answer) or Slow()


def _add(sums: dict[str, Decimal], row: object, wanted: Sequence[str]) -> None:
    if not isinstance(row, dict):
        return
    request_id, usd = row.get("request_id"), _usd(row.get("cost_total"))
    if isinstance(request_id, str) and request_id in wanted and usd is not None:
        sums[request_id] = sums.get(request_id, Decimal(0)) + usd


def _usd(value: object) -> Decimal | None:
    if type(value) is int:
        value = Decimal(value)
    return value if isinstance(value, Decimal) and value.is_finite() else None
