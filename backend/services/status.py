"""What mode the server is in, and what a person should know about it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from backend.domain.errors import KeyRefused
from backend.domain.money import plain
from backend.domain.person import Person
from backend.domain.ports import Clock, Gateway, KeyState, PictureStore, RunStore
from backend.domain.run import Run, RunState
from backend.domain.sentence import Sentence
from backend.domain.sign_in import Auth
from backend.runs.runner import Runner
from backend.services.budgets import Budgets
from backend.services.intake import IntakeSwitch, notice
from backend.services.live_prices import LivePrices
from backend.services.rule_book import RuleBook

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Mode:
    """Practice or real, and why."""

    practice: bool
    #: a sentence for the banner; None where nothing needs to be said
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A line under the page's bar."""

    level: Literal["info", "warn"]
    text: str


class KeyWatch:
    """What is known of the key, from everything that fal has answered to it."""

    def __init__(self, gateway: Gateway, *, practice: bool):
        self._gateway = gateway
        self._practice = practice
        self._state: KeyState = "missing" if practice else "present"
        self._sending: set[str] = set()

    @property
    def state(self) -> KeyState:
        """missing, present (not asked yet), accepted, refused, locked; unknown: no clear word."""
        return self._state

    async def ask(self) -> None:
        """Ask fal now."""
        if not self._practice:
            self._learn(await self._gateway.key_state())

    def heard(self, state: KeyState) -> None:
        """Another call has told; one that did not get through tells nothing new."""
        if state != "unknown" or self._state == "present":
            self._learn(state)

    def saw(self, run: Run) -> None:
        """A paid run was published: fal's answer to its POST tells as well."""
        sending = run.id in self._sending
        self._sending.discard(run.id)
        if run.practice:
            return
        if run.state is RunState.SUBMITTING:
            self._sending.add(run.id)
        elif sending and run.state is RunState.QUEUED:
            self._learn("accepted")
        elif sending and run.problem is not None and run.problem.code == KeyRefused.code():
            self._learn("refused")

    def _learn(self, state: KeyState) -> None:
        if state != self._state:
            log.info("fal key: %s", state)
        self._state = state


@dataclass(frozen=True, kw_only=True)
class Status:
    """What /api/v1/me, /healthz and /readyz say."""

    mode: Mode
    key: KeyWatch
    prices: LivePrices
    runner: Runner
    store: RunStore
    pictures: PictureStore
    clock: Clock
    budgets: Budgets
    intake: IntakeSwitch
    rules: RuleBook
    max_usd_per_day: Decimal | None
    #: a banner where the disk forgets on restart, and the like
    notices: tuple[Notice, ...]
    version: str
    sign_out: bool
    #: how people come in
    auth: Auth
    #: whether this process is the owner of the database
    owner: Callable[[], bool]

    async def me(self, person: Person) -> dict[str, Any]:
        """The page's bar for one person."""
        spent = await self.store.spent_today(self.clock.now(), practice=self.mode.practice)
        money = await self.budgets.mine(person)
        stopped = notice(await self.intake.get())
        limit = self.max_usd_per_day
        return {
            "person": {"id": person.id, "name": person.name, "role": person.role.value},
            "practice": self.mode.practice,
            "banner": _banner(self.mode),
            "key_state": "locked" if self.runner.locked else self.key.state,
            "prices_changed": [
                {
                    "slug": change.endpoint.slug,
                    "usd": plain(change.usd),
                    "file_usd": plain(change.endpoint.pricing.amount_usd),
                    "unit": change.endpoint.pricing.unit,
                }
                for change in self.prices.changed
            ],
            "spent_today_usd": plain(spent),
            "budgets": money["budgets"],
            "ask_above_usd": money["ask_above_usd"],
            "max_usd_per_day": None if limit is None else plain(limit),
            "rules": dict(self.rules.for_one(person)),
            "sign_out": self.sign_out,
            "auth": self.auth,
            "version": self.version,
            "notices": [{"level": n.level, "text": n.text} for n in self._notices(stopped)],
        }

    async def ready(self) -> dict[str, Any]:
        """Whether runs can be taken: database, storage and key, without any secret."""
        database = await self.store.ready()
        storage = await self.pictures.ready()
        return {
            "ready": database and storage and self.owner() and self.runner.open,
            "database": database,
            "storage": storage,
            "owner": self.owner(),
            "key": "locked" if self.runner.locked else self.key.state,
            "practice": self.mode.practice,
        }

    def _notices(self, stopped: str | None) -> list[Notice]:
        notices = list(self.notices)
        if self.rules.now.banner:
            notices.insert(0, Notice(level="info", text=self.rules.now.banner))
        if stopped is not None:
            notices.append(Notice(level="warn", text=stopped))
        if not self.owner():
            notices.append(
                Notice(
                    level="warn",
                    text=Sentence(
                        "notice.other_owner",
                        "Another process works on this database; runs start when it has ended.",
                    ),
                )
            )
        if self.runner.locked:
            notices.append(
                Notice(
                    level="warn",
                    text=Sentence(
                        "notice.locked",
                        "fal has locked the account, mostly because its balance is used up. "
                        "Runs wait and start by themselves once it is topped up.",
                    ),
                )
            )
        elif self.key.state == "refused":
            notices.append(
                Notice(
                    level="warn",
                    text=Sentence(
                        "notice.key_refused", "fal does not accept this server's key (FAL_KEY)."
                    ),
                )
            )
        if self.runner.parked:
            notices.append(
                Notice(
                    level="warn",
                    text=_parked(self.runner.parked),
                )
            )
        return notices


def _parked(count: int) -> str:
    return Sentence.counted(
        "notice.parked",
        count,
        one="1 paid run waits for the key: set FAL_KEY again, and what fal made is fetched.",
        other="{count} paid runs wait for the key: set FAL_KEY again, and what fal made is "
        "fetched.",
    )


def _banner(mode: Mode) -> dict[str, str] | None:
    if mode.reason is None:
        return None
    return {"level": "warn" if mode.practice else "info", "text": mode.reason}
