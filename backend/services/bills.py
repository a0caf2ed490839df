"""fal's bill of each run, asked for some minutes after its end and again until it is known."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from backend.domain.errors import FalError, KeyRefused, StorageFailed
from backend.domain.ledger import BillDue
from backend.domain.money import plain
from backend.domain.person import Person
from backend.domain.ports import Billing, BillStore, Clock, RunStore
from backend.runs.feed import Feed
from backend.services.admins import only_admins

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
#: after a refusal of the key, or where fal can't be asked
WAIT_S = 600.0
MOST_AT_ONCE = 200
#: fal tells of the last 90 days (https://fal.ai/docs/platform-apis, read 2026-11-21)
KNOWN_FOR = timedelta(days=90)
#: our clock and fal's may differ, and a bill counts from when the request was sent
MARGIN = timedelta(minutes=10)
#: how long after its end a run is asked about how often: bills appear within minutes
PACE = (
    (timedelta(hours=1), timedelta(minutes=10)),
    (timedelta(days=1), timedelta(hours=2)),
    (KNOWN_FOR, timedelta(days=1)),
)


def next_ask(ended_at: datetime, now: datetime) -> datetime | None:
    """When to ask again about a run that fal has no bill of yet; None: it is given up."""
    for until, pause in PACE:
        if now - ended_at < until:
            return now + pause
    return None


@dataclass(frozen=True, kw_only=True)
class Bills:
    """Without a key that may read bills nothing is asked, and nothing else changes."""

    store: BillStore
    runs: RunStore
    billing: Billing | None
    feed: Feed
    clock: Clock
    practice: bool

    async def watch(self) -> None:
        """Ask for what is due, until cancelled."""
        while self.billing is not None:
            pause = LOOK_EVERY_S
            try:
                await self.ask_due()
            except (FalError, StorageFailed) as error:
                log.warning("bills can't be read: %s", error.code())
                pause = WAIT_S
            await self.clock.sleep(pause)

    async def ask_due(self) -> int:
        """Ask fal for the bills that are due; how many are known now. Raises FalError."""
        if self.billing is None:
            return 0
        now = self.clock.now()
        due = await self.store.due(now, practice=self.practice, limit=MOST_AT_ONCE)
        if not due:
            return 0
        since = max(min(one.sent_at for one in due) - MARGIN, now - KNOWN_FOR)
        found = await self.billing.bills([one.request_id for one in due], since)
        usd = {bill.request_id: bill.usd for bill in found}
        for one in due:
            if one.request_id in usd:
                await self._write(one, usd[one.request_id], now)
        await self._ask_later((one for one in due if one.request_id not in usd), now)
        return len(usd)

    async def balance(self, person: Person) -> dict[str, Any]:
        """What is left of the account, for admins. Raises NotAllowed.

        `billing_key`: missing, accepted, refused, or unknown where fal gave no clear answer.
        """
        only_admins(person)
        usd, state = await self._balance()
        return {"balance_usd": None if usd is None else plain(usd), "billing_key": state}

    async def _balance(self) -> tuple[Decimal | None, str]:
        if self.billing is None:
            return None, "missing"
        try:
            return await self.billing.balance(), "accepted"
        except KeyRefused:
            return None, "refused"
        except FalError as error:
            log.warning("the balance can't be read: %s", error.code())
            return None, "unknown"

    async def _write(self, due: BillDue, usd: Decimal, now: datetime) -> None:
        written = await self.store.write(due.run_id, usd, now)
        run = None if written is None else await self.runs.get(written.id)
        if run is None:
            return
        if run.cost is not None and run.cost != usd:
            log.warning("run %s: fal billed %s, not %s", run.id, usd, run.cost)
        self.feed.publish(run)

    async def _ask_later(self, due: Iterable[BillDue], now: datetime) -> None:
        again: defaultdict[datetime | None, list[str]] = defaultdict(list)
        for one in due:
            again[next_ask(one.ended_at, now)].append(one.run_id)
        for at, run_ids in again.items():
            await self.store.later(run_ids, at)
