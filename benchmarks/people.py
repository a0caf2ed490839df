"""Many people of one server, each known by a cookie of their own.

They and their sessions are written into the data folder before the server starts: the door lets
nobody type a password a hundred times a minute, and rightly so.
"""

from datetime import UTC, datetime
from pathlib import Path

from starlette.responses import Response

from api.who import Cookies, cookie_key
from backend.domain.person import Person
from backend.services.clock import SystemClock
from backend.services.people import People
from backend.services.sessions import Sessions
from backend.store.database import open_database
from backend.store.migrate import migrate
from backend.store.people import SqlPeopleStore
from backend.store.sessions import SqlSessionStore

#: with it each cookie is a person, and it signs them; without one everybody on loopback is the same
PASSWORD = "a bench"  # noqa: S105 - of a server that lives for a minute on loopback


async def invite(data: Path, count: int) -> list[str]:
    """That many new people; the `Cookie` header of each."""
    cookies = Cookies(key=cookie_key(data, PASSWORD), framed=False, https=False)
    database = open_database(None, data)
    try:
        await migrate(database.engine)
        store, clock = SqlPeopleStore(database), SystemClock()
        people = People(store=store, clock=clock, password=PASSWORD, one_local_person=False)
        sessions = Sessions(SqlSessionStore(database), people, clock)
        invited = [await store.add(_person(number)) for number in range(count)]
        return [_header(cookies, await sessions.begin(person)) for person in invited]
    finally:
        await database.close()


def _person(number: int) -> Person:
    name = f"Person {number:03}"
    return Person(id=f"bench{number:03}", name=name, created_at=datetime.now(UTC))


def _header(cookies: Cookies, token: str) -> str:
    response = Response()
    cookies.write(response, token)
    return response.headers["set-cookie"].partition(";")[0]
