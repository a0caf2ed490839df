"""The playground's life: what is opened, who owns it, what goes on meanwhile, and the stop."""

import asyncio
import logging
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from backend.domain.errors import StorageFailed
from backend.domain.ports import Clock, OwnerLock, PictureStore
from backend.domain.sign_in import Hasher
from backend.endpoints.catalogue import load_catalogue
from backend.fal.billing import FalBilling
from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from backend.fal.point_fal_client import point_fal_client
from backend.fal.proxy import spare_loopback
from backend.fal.timeouts import DEFAULT_TIMEOUTS, Timeouts
from backend.mode import decide_mode
from backend.runs.backoff import doubling
from backend.services import Services
from backend.services.clock import SystemClock
from backend.services.shipped_presets import read_shipped
from backend.settings import Settings
from backend.store.database import Database, open_database
from backend.store.lock import open_lock
from backend.store.migrate import migrate
from backend.store.remote_files import open_pictures
from backend.store.stores import stores_of
from backend.version import VERSION
from backend.wiring import PRESETS, Wiring

log = logging.getLogger(__name__)

CLEAN_EVERY_S = 3600.0
#: what stands in the key's place in practice mode
PRACTICE_KEY = "practice:practice"


class StartFailed(ValueError):
    """One sentence about what keeps the playground from starting."""


class Playground:
    """Everything, joined. `async with Playground(...)` starts it and stops it gracefully."""

    def __init__(
        self,
        settings: Settings,
        environ: MutableMapping[str, str],
        clock: Clock | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        hasher: Hasher | None = None,
    ):
        """Raises SettingsWrong, CatalogueBroken or PresetBroken with one sentence."""
        spare_loopback(environ)
        self._settings = settings
        self._environ = environ
        self._clock = clock or SystemClock()
        self._timeouts = timeouts
        self._hasher = hasher
        self._stack = AsyncExitStack()
        #: set once this process is the owner of the database and runs go on
        self.owned = asyncio.Event()
        self.mode = decide_mode(settings)
        self.catalogue = load_catalogue()
        self._shipped = read_shipped(PRESETS, self.catalogue)
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        """The services, once started."""
        if self._services is None:
            raise RuntimeError("the playground is not started")
        return self._services

    async def __aenter__(self) -> "Playground":
        try:
            with _start_failures():
                await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def close_intake(self) -> None:
        """The stop begins: no new runs, and every event stream ends."""
        self.services.runner.close_intake()
        self.services.feed.close()

    async def aclose(self) -> None:
        """Stop everything, in the reverse order of the start."""
        await self._stack.aclose()

    async def _start(self) -> None:
        _try_folder(self._settings.data_dir)
        database = await self._database()
        lock = open_lock(database, self._settings.data_dir)
        hosts = await self._fal_hosts()
        point_fal_client(hosts)
        gateway = FalGateway(self._key(), hosts, self._clock, VERSION, self._timeouts)
        self._stack.push_async_callback(gateway.aclose)
        billing = self._billing(hosts)
        self._services = Wiring(
            settings=self._settings,
            environ=self._environ,
            mode=self.mode,
            catalogue=self.catalogue,
            shipped=self._shipped,
            clock=self._clock,
            hasher=self._hasher,
            stores=stores_of(database, self._pictures(), self._clock),
            gateway=gateway,
            lock=lock,
            billing=billing,
        ).services()
        self._stack.push_async_callback(lock.release)
        self._stack.push_async_callback(self._services.runner.stop)
        owning = asyncio.create_task(self._own(self._services, lock), name="owner")
        self._stack.push_async_callback(_cancelled, owning)
        pricing = asyncio.create_task(self._price(self._services), name="prices")
        self._stack.push_async_callback(_cancelled, pricing)
        billing_watch = asyncio.create_task(self._bill(self._services), name="bills")
        self._stack.push_async_callback(_cancelled, billing_watch)

    async def _database(self) -> Database:
        url = self._settings.database_url
        with _addresses():
            database = open_database(
                url.get_secret_value() if url else None, self._settings.data_dir
            )
        self._stack.push_async_callback(database.close)
        await migrate(database.engine)
        return database

    async def _fal_hosts(self) -> FalHosts:
        if self._settings.fal_stand_in_url is not None:
            return FalHosts.stand_in_at(self._settings.fal_stand_in_url)
        if not self.mode.practice:
            return FalHosts()
        # 2 MB that a server with a key never needs
        from backend.fal.practice import PracticeFal, PracticeServer  # noqa: PLC0415

        fal = PracticeFal(self.catalogue.endpoints, folder=self._settings.data_dir / "practice")
        server = PracticeServer(fal)
        base_url = await server.start()
        self._stack.push_async_callback(server.stop)
        return FalHosts.stand_in_at(base_url)

    def _key(self) -> str:
        key = self._settings.fal_key
        return PRACTICE_KEY if self.mode.practice or key is None else key.get_secret_value()

    def _billing(self, hosts: FalHosts) -> FalBilling | None:
        """fal's books, where there is a key that may read them; practice mode takes any."""
        key = self._settings.fal_billing_key
        if key is None and not self.mode.practice:
            return None
        secret = PRACTICE_KEY if self.mode.practice or key is None else key.get_secret_value()
        billing = FalBilling(secret, hosts, VERSION, self._timeouts)
        self._stack.push_async_callback(billing.aclose)
        return billing

    def _pictures(self) -> PictureStore:
        with _addresses():
            return open_pictures(self._settings.storage_url, self._settings.data_dir)

    async def _own(self, services: Services, lock: OwnerLock) -> None:
        """Runs start once this process is the owner of the database."""
        await self._acquired(services, lock)
        await services.runner.start()
        self.owned.set()
        while True:
            try:
                await services.presets.clean()
                await services.snippets.clean()
                await services.wordlists.clean()
                await services.expiry.sweep()
                await services.deleted.purge()
                await services.uploads.clean()
                await services.sessions.clean()
                if services.accounts is not None:
                    await services.accounts.clean()
            except StorageFailed as error:
                log.warning("what nobody uses was not cleaned away: %s", error.message)
            await asyncio.sleep(CLEAN_EVERY_S)

    async def _price(self, services: Services) -> None:
        """The first answer also tells whether fal accepts the key."""
        await self.owned.wait()
        await services.prices.watch()

    async def _bill(self, services: Services) -> None:
        await self.owned.wait()
        await services.bills.watch()

    async def _acquired(self, services: Services, lock: OwnerLock) -> None:
        for pause in doubling(0.5, 30):
            try:
                await lock.acquire()
                # the owner of before may have changed them meanwhile
                await services.rules.read()
                return
            except StorageFailed as error:
                log.error("nobody can own the database at the moment: %s", error.message)
            await self._clock.sleep(pause)


@contextmanager
def _start_failures() -> Iterator[None]:
    """A storage that fails now ends the start with its sentence."""
    try:
        yield
    except StorageFailed as error:
        raise StartFailed(error.message) from error


@contextmanager
def _addresses() -> Iterator[None]:
    """Opening says by ValueError that DATABASE_URL or STORAGE_URL is not usable."""
    try:
        yield
    except ValueError as error:
        raise StartFailed(str(error)) from error


def _try_folder(data_dir: Path) -> None:
    """The folder is there and a file can be written in it. Raises StartFailed."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            return
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StartFailed(f"DATA_DIR can't be written ({data_dir}): {reason}.") from error


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
