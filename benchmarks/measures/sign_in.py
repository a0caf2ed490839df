"""What it costs a request to find out who is asking, by the cookie of a session."""

import random
import time

from starlette.requests import HTTPConnection

from api.who import Cookies, Resolver, cookie_key
from backend.services.arrivals import Arrivals
from backend.services.audit import Audit
from backend.services.clock import SystemClock
from backend.services.people import People
from backend.services.sessions import Sessions
from backend.services.tokens import Tokens
from backend.store.audit import SqlAuditStore
from backend.store.database import Database, open_database
from backend.store.identities import SqlIdentityStore
from backend.store.people import SqlPeopleStore
from backend.store.sessions import SqlSessionStore
from backend.store.tokens import SqlTokenStore
from benchmarks.people import PASSWORD, invite
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.stats import p95

PEOPLE = 20
MOST_MS = 2


async def measure(plan: Plan) -> list[Row]:
    """Requests of twenty people in any order; the first of each asks the database."""
    folder = plan.new_folder("sign-in")
    carried = await invite(folder, PEOPLE)
    database = open_database(None, folder)
    try:
        cookies = Cookies(key=cookie_key(folder, PASSWORD), framed=False, https=False)
        resolver = _resolver(database, cookies)
        drawn = random.Random(PEOPLE)  # noqa: S311 - an order, not a secret
        took = [
            await _asked(resolver, drawn.choice(carried)) for _ in range(plan.times(2_000, 400))
        ]
    finally:
        await database.close()
    return [
        Row(
            what="who is asking, by a session's cookie, p95",
            unit="ms",
            ours=p95(took),
            limit=MOST_MS,
            n=len(took),
            about_time=True,
            detail={"slowest_ms": max(took)},
        )
    ]


def _resolver(database: Database, cookies: Cookies) -> Resolver:
    store, clock = SqlPeopleStore(database), SystemClock()
    audit = Audit(store=SqlAuditStore(database), people=store, clock=clock)
    people = People(store=store, clock=clock, password=PASSWORD, one_local_person=False)
    return Resolver(
        people=people,
        sessions=Sessions(SqlSessionStore(database), people, clock),
        tokens=Tokens(SqlTokenStore(database), people, clock, audit),
        arrivals=Arrivals(SqlIdentityStore(database), clock, frozenset()),
        audit=audit,
        cookies=cookies,
    )


async def _asked(resolver: Resolver, cookie: str) -> float:
    """Milliseconds until the person is known."""
    headers = [(b"cookie", cookie.encode())]
    request = HTTPConnection(
        {"type": "http", "path": "/api/v1/me", "headers": headers, "state": {}}
    )
    began = time.perf_counter()
    person = await resolver.find(request)
    took = (time.perf_counter() - began) * 1000
    if person is None:
        raise ValueError("a stranger was measured")
    return took
