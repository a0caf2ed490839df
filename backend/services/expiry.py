"""Old pictures go to Recently deleted by themselves, where an admin has said after how long."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from backend.domain.audit import Act
from backend.domain.deleted import ExpiryStore
from backend.domain.ports import Clock
from backend.runs.feed import Feed
from backend.services.audit import Audit
from backend.services.rule_book import RuleBook

#: runs of one transaction: others want to write, too
AT_ONCE: Final = 100


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """Without a rule it does nothing, ever."""

    store: ExpiryStore
    rules: RuleBook
    feed: Feed
    audit: Audit
    clock: Clock

    async def sweep(self) -> int:
        """Move what is too old, as long as the rule stands; how many runs. Raises StorageFailed."""
        count = 0
        while (days := self.rules.now.keep_days) is not None:
            now = self.clock.now()
            gone = await self.store.expire(now - timedelta(days=days), now, AT_ONCE)
            if gone:
                count += len(gone)
                await self.audit.note(None, Act.RUN_EXPIRE, None, runs=len(gone), days=days)
            for run in gone:
                self.feed.shown_to_others(replace(run, deleted_at=None), run)
            if len(gone) < AT_ONCE:
                break
        return count
