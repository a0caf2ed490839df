"""What the page's bar and the readiness call say of the server."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import pytest

from backend.domain.errors import KeyRefused
from backend.domain.intake import Intake
from backend.domain.person import Person, Role
from backend.domain.ports import Gateway, KeyState, PictureStore, RunStore
from backend.domain.rules import Rules
from backend.domain.run import RunState
from backend.endpoints.catalogue import load_catalogue
from backend.runs.problems import problem_of
from backend.runs.runner import Runner
from backend.services.live_prices import ChangedPrice
from backend.services.status import KeyWatch, Mode, Notice, Status
from tests.unit.runs.factories import a_run
from tests.unit.services.clocks import NOON, StandingClock

CAROL = Person(id="carol", name="Carol", role=Role.ADMIN, created_at=NOON)
REAL = Mode(practice=False)
PRACTICE = Mode(practice=True, reason="Practice mode: there is no FAL_KEY.")


@dataclass
class Asked:
    """A gateway that knows the key's state."""

    state: KeyState = "accepted"
    times: int = 0

    async def key_state(self) -> KeyState:
        self.times += 1
        return self.state


@dataclass
class Stores:
    """A run store and a picture store that answer as they are told."""

    answers: bool = True
    spent: dict[bool, Decimal] = field(
        default_factory=lambda: {True: Decimal("9"), False: Decimal("1.5")}
    )

    async def spent_today(self, now: datetime, *, practice: bool) -> Decimal:
        assert now == NOON
        return self.spent[practice]

    async def ready(self) -> bool:
        return self.answers


@dataclass
class Money:
    """What status reads of budgets and of the switch that stops new runs."""

    budgets: list[dict[str, str]] = field(default_factory=list)
    intake: Intake = field(default_factory=Intake)

    async def mine(self, person: Person) -> dict[str, Any]:
        assert person == CAROL
        return {"budgets": self.budgets, "ask_above_usd": "1.00", "own_ask_above_usd": None}

    async def get(self) -> Intake:
        return self.intake


@dataclass
class Book:
    """What status reads of the rules."""

    now: Rules = field(default_factory=Rules)

    def for_one(self, person: Person) -> dict[str, Any]:
        assert person == CAROL
        return {"endpoints": None, "tolerance": None}


@dataclass
class Prices:
    """What status reads of the prices."""

    changed: tuple[ChangedPrice, ...] = ()


@dataclass
class Running:
    """What status reads of the runner."""

    open: bool = True
    locked: bool = False
    parked: int = 0


def a_status(
    mode: Mode = REAL,
    *,
    runner: Running | None = None,
    gateway: Asked | None = None,
    database: bool = True,
    storage: bool = True,
    owner: Callable[[], bool] = lambda: True,
    **changes: Any,
) -> Status:
    values: dict[str, Any] = {
        "prices": Prices(),
        "budgets": Money(),
        "intake": Money(),
        "rules": Book(),
        "max_usd_per_day": None,
        "notices": (),
        "version": "1.2.3",
        "sign_out": False,
        "auth": "none",
    }
    return Status(
        mode=mode,
        key=KeyWatch(cast(Gateway, gateway or Asked()), practice=mode.practice),
        runner=cast(Runner, runner or Running()),
        store=cast(RunStore, Stores(answers=database)),
        pictures=cast(PictureStore, Stores(answers=storage)),
        clock=StandingClock(),
        owner=owner,
        **{**values, **changes},
    )


async def notices(status: Status) -> list[str]:
    return [notice["text"] for notice in (await status.me(CAROL))["notices"]]


# ── the bar ──────────────────────────────────────────────────────────────────────────────────


async def test_the_bar_of_a_server_where_all_is_well() -> None:
    me = await a_status(max_usd_per_day=Decimal(20), sign_out=True).me(CAROL)
    assert me == {
        "person": {"id": "carol", "name": "Carol", "role": "admin"},
        "practice": False,
        "banner": None,
        "key_state": "present",
        "prices_changed": [],
        "spent_today_usd": "1.50",
        "budgets": [],
        "ask_above_usd": "1.00",
        "max_usd_per_day": "20.00",
        "rules": {"endpoints": None, "tolerance": None},
        "sign_out": True,
        "auth": "none",
        "version": "1.2.3",
        "notices": [],
    }


async def test_a_stopped_intake_is_told_with_its_reason() -> None:
    stopped = Money(intake=Intake(open=False))
    assert await notices(a_status(intake=stopped)) == [
        "New runs are stopped; those that wait go on later."
    ]
    stopped = Money(intake=Intake(open=False, reason="The card has expired"))
    assert await notices(a_status(intake=stopped)) == [
        "New runs are stopped; those that wait go on later. The reason: The card has expired"
    ]


async def test_practice_has_a_banner_with_its_reason_and_its_own_sum() -> None:
    me = await a_status(PRACTICE).me(CAROL)
    assert me["banner"] == {"level": "warn", "text": PRACTICE.reason}
    assert (me["practice"], me["key_state"]) == (True, "missing")
    assert me["spent_today_usd"] == "9.00"


async def test_a_reason_without_practice_is_no_warning() -> None:
    me = await a_status(Mode(practice=False, reason="Paid runs.")).me(CAROL)
    assert me["banner"] == {"level": "info", "text": "Paid runs."}


async def test_a_price_that_is_not_its_files_is_told_beside_the_files() -> None:
    v11 = load_catalogue().by_slug("v1.1")
    me = await a_status(prices=Prices((ChangedPrice(v11, Decimal("0.05")),))).me(CAROL)
    assert me["prices_changed"] == [
        {"slug": "v1.1", "usd": "0.05", "file_usd": "0.04", "unit": "megapixel"}
    ]


async def test_notices_of_the_start_are_shown_as_they_are() -> None:
    me = await a_status(notices=(Notice(level="info", text="Hello."),)).me(CAROL)
    assert me["notices"] == [{"level": "info", "text": "Hello."}]


async def test_a_second_process_says_that_it_waits() -> None:
    (text,) = await notices(a_status(owner=lambda: False))
    assert "Another process" in text


async def test_a_locked_account_is_told_and_outweighs_what_the_key_was() -> None:
    status = a_status(runner=Running(locked=True), gateway=Asked("refused"))
    await status.key.ask()
    me = await status.me(CAROL)
    assert me["key_state"] == "locked"
    (notice,) = me["notices"]
    assert "locked" in notice["text"]
    assert "start by themselves" in notice["text"]


async def test_a_key_that_fal_refuses_is_told() -> None:
    status = a_status(gateway=Asked("refused"))
    assert await notices(status) == []
    await status.key.ask()
    (text,) = await notices(status)
    assert "FAL_KEY" in text


@pytest.mark.parametrize(("count", "words"), [(1, "1 paid run waits"), (3, "3 paid runs wait")])
async def test_paid_runs_that_wait_for_the_key_are_counted(count: int, words: str) -> None:
    (text,) = await notices(a_status(PRACTICE, runner=Running(parked=count)))
    assert text.startswith(words)
    assert "FAL_KEY" in text


async def test_all_that_is_wrong_is_told_at_once() -> None:
    status = a_status(
        runner=Running(locked=True, parked=2),
        owner=lambda: False,
        notices=(Notice(level="warn", text="This Space forgets."),),
    )
    assert len(await notices(status)) == 4


# ── readiness ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "ready"),
    [
        ({}, True),
        ({"database": False}, False),
        ({"storage": False}, False),
        ({"owner": lambda: False}, False),
        ({"runner": Running(open=False)}, False),
        ({"runner": Running(locked=True)}, True),
        ({"gateway": Asked("refused")}, True),
    ],
    ids=["well", "no database", "no storage", "not the owner", "closing", "locked", "key refused"],
)
async def test_ready_is_whoever_can_take_runs(change: dict[str, Any], ready: bool) -> None:
    assert (await a_status(**change).ready())["ready"] is ready


async def test_readiness_says_which_part_is_not() -> None:
    answer = await a_status(storage=False, runner=Running(locked=True)).ready()
    assert answer == {
        "ready": False,
        "database": True,
        "storage": False,
        "owner": True,
        "key": "locked",
        "practice": False,
    }


# ── the key ──────────────────────────────────────────────────────────────────────────────────


async def test_the_key_is_present_until_fal_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    gateway = Asked("accepted")
    key = KeyWatch(cast(Gateway, gateway), practice=False)
    assert (key.state, gateway.times) == ("present", 0)
    with caplog.at_level(logging.INFO):
        await key.ask()
    assert (key.state, gateway.times) == ("accepted", 1)
    assert "accepted" in caplog.text


async def test_practice_asks_nobody_for_a_key() -> None:
    gateway = Asked()
    key = KeyWatch(cast(Gateway, gateway), practice=True)
    await key.ask()
    assert (key.state, gateway.times) == ("missing", 0)


async def test_what_another_call_has_heard_counts_but_silence_tells_nothing_new() -> None:
    key = KeyWatch(cast(Gateway, Asked()), practice=False)
    key.heard("unknown")
    assert key.state == "unknown"
    key.heard("refused")
    key.heard("unknown")
    assert key.state == "refused"


async def test_the_answer_to_a_paid_post_tells_of_the_key() -> None:
    key = KeyWatch(cast(Gateway, Asked()), practice=False)
    key.saw(a_run(practice=False, state=RunState.SUBMITTING))
    key.saw(a_run(practice=False, state=RunState.QUEUED))
    assert key.state == "accepted"
    key.saw(a_run(practice=False, state=RunState.SUBMITTING))
    key.saw(a_run(practice=False, state=RunState.FAILED, problem=problem_of(KeyRefused())))
    assert key.state == "refused"


@pytest.mark.parametrize("practice", [True, False])
async def test_a_run_that_was_sent_earlier_or_in_practice_tells_nothing(practice: bool) -> None:
    key = KeyWatch(cast(Gateway, Asked()), practice=False)
    if practice:
        key.saw(a_run(practice=True, state=RunState.SUBMITTING))
    key.saw(a_run(practice=practice, state=RunState.QUEUED))
    assert key.state == "present"


async def test_the_banner_of_an_admin_is_the_first_notice() -> None:
    told = await a_status(rules=Book(Rules(banner="Demo until noon"))).me(CAROL)
    assert told["notices"][0] == {"level": "info", "text": "Demo until noon"}
