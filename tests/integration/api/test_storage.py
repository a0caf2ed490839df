"""How much is kept, over HTTP: mine for everybody, all of it for admins."""

from datetime import UTC, datetime

import httpx

from backend.domain.person import Person, Role
from tests.integration.api.site import Site
from tests.integration.playground import V11
from tests.integration.services.pictures import a_picture

STORAGE = "/api/v1/storage"


async def test_everybody_sees_how_much_they_keep_and_no_more(
    site: Site, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    world = site.world
    run, gone = await world.done(await world.start()), await world.done(await world.start())
    await world.services.control.delete(world.alice, gone.id)
    upload = await world.services.uploads.add(world.alice, a_picture())
    size, deleted = ([image.bytes for image in one.images] for one in (run, gone))
    told = (await alice.get(STORAGE)).json()
    sums = {
        "pictures": 1,
        "bytes": size[0],
        "uploads": 1,
        "upload_bytes": upload.bytes,
        "deleted_pictures": 1,
        "deleted_bytes": deleted[0],
    }
    assert told == {
        "by": "month",
        "everyone": False,
        "groups": [{"key": f"{run.created_at:%Y-%m}", "name": None, **sums}],
        "total": sums,
        "keep_days": None,
    }
    by_endpoint = (await alice.get(STORAGE, params={"by": "endpoint"})).json()
    label = world.services.catalogue.by_id(V11).label
    named = [(group["key"], group["name"]) for group in by_endpoint["groups"]]
    assert sorted(named) == [("", None), (V11, label)]
    assert (await bob.get(STORAGE)).json()["groups"] == []
    assert (await bob.get(STORAGE, params={"everyone": True})).status_code == 403
    assert (await bob.get(STORAGE, params={"by": "prompt"})).status_code == 422


async def test_an_admin_sees_what_each_person_keeps(site: Site) -> None:
    world = site.world
    await world.done(await world.start())
    carol = Person(id="carol", name="Carol", role=Role.ADMIN, created_at=datetime.now(UTC))
    browser = await site.browser(await world.services.people.store.add(carol))
    told = (await browser.get(STORAGE, params={"by": "person", "everyone": True})).json()
    [group] = told["groups"]
    assert (group["key"], group["name"], group["pictures"]) == (
        world.alice.id,
        world.alice.name,
        1,
    )
    assert (await browser.get(STORAGE, params={"by": "person"})).json()["groups"] == []
