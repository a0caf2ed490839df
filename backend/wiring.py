"""The only place where parts are joined."""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.domain.endpoint import Endpoint
from backend.domain.errors import StorageFailed
from backend.domain.ports import Clock, Gateway, OwnerLock, PictureStore, RunStore
from backend.domain.sharing import Visibility
from backend.domain.sign_in import Hasher
from backend.endpoints.catalogue import Catalogue, load_catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.fal.billing import FalBilling
from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from backend.fal.link_fetcher import GuardedFetcher
from backend.fal.point_fal_client import point_fal_client
from backend.fal.proxy import spare_loopback
from backend.fal.timeouts import DEFAULT_TIMEOUTS, Timeouts
from backend.mode import decide_mode, forgetful_disk, trusted_proxy
from backend.openid import openid_of
from backend.runs.arriving import Arriving
from backend.runs.backoff import doubling
from backend.runs.feed import Feed
from backend.runs.follow import Follower
from backend.runs.look_up import LookUp
from backend.runs.posts import Posts
from backend.runs.runner import Parts, Runner
from backend.runs.save import Saver
from backend.runs.send import Sender
from backend.services import Services
from backend.services.accounts import Accounts
from backend.services.arrivals import Arrivals
from backend.services.audit import Audit
from backend.services.bills import Bills
from backend.services.budgets import Budgets
from backend.services.clock import SystemClock
from backend.services.deleted import Deleted
from backend.services.downloads import Downloads
from backend.services.events import Events
from backend.services.expiry import Expiry
from backend.services.export_code import CodeExport
from backend.services.exports import Exports
from backend.services.gallery import Gallery
from backend.services.generate import Generate, Limits
from backend.services.hashing import Argon2
from backend.services.holdings import Holdings
from backend.services.intake import IntakeSwitch
from backend.services.journal import Journal
from backend.services.lineage import Lineage
from backend.services.live_prices import LivePrices
from backend.services.marking import Marking
from backend.services.metrics import Metrics
from backend.services.people import People
from backend.services.preset_exchange import PresetExchange
from backend.services.preset_view import PresetView
from backend.services.presets import Presets
from backend.services.prompts import Prompts
from backend.services.rate import Rate, Tries
from backend.services.recall import Recall
from backend.services.rule_book import RuleBook
from backend.services.run_control import RunControl
from backend.services.run_view import RunView
from backend.services.search import Search
from backend.services.sessions import Sessions
from backend.services.shipped_presets import read_shipped
from backend.services.snippets import Snippets
from backend.services.status import KeyWatch, Status
from backend.services.team import Team
from backend.services.templates import Templates
from backend.services.tokens import Tokens
from backend.services.uploads import Uploads
from backend.services.usage import Usage
from backend.services.wordlists import WordLists
from backend.settings import Settings
from backend.store.accounts import SqlAccountStore
from backend.store.audit import SqlAuditStore
from backend.store.bills import SqlBillStore
from backend.store.budgets import SqlBudgetStore
from backend.store.database import Database, open_database
from backend.store.deleted import SqlDeletedStore
from backend.store.expiry import SqlExpiryStore
from backend.store.hand_over import SqlHandOver
from backend.store.holdings import SqlHoldingsStore
from backend.store.identities import SqlIdentityStore
from backend.store.intake import SqlIntakeStore
from backend.store.lineage import SqlLineageStore
from backend.store.lock import open_lock
from backend.store.marks import SqlMarkStore
from backend.store.migrate import migrate
from backend.store.people import SqlPeopleStore
from backend.store.presets import SqlPresetStore
from backend.store.prompts import SqlPromptStore
from backend.store.remote_files import open_pictures
from backend.store.rules import SqlRulesStore
from backend.store.runs import SqlRunStore
from backend.store.search import SqlRunSearch
from backend.store.sessions import SqlSessionStore
from backend.store.snippets import SqlSnippetStore
from backend.store.tokens import SqlTokenStore
from backend.store.uploads import SqlUploadStore
from backend.store.usage import SqlUsageStore
from backend.store.wordlists import SqlWordListStore
from backend.version import VERSION

log = logging.getLogger(__name__)

#: tries in vain of the password from one address
DOOR_RATE = "10/minute"
#: ways to an OpenID provider and back from one address: a whole office may have the same
KNOCKS_RATE = "120/minute"
PRESETS = Path(__file__).parent.parent / "presets"
CLEAN_EVERY_S = 3600.0
#: what stands in the key's place in practice mode
PRACTICE_KEY = "practice:practice"


class StartFailed(ValueError):
    """One sentence about what keeps the playground from starting."""


@dataclass(frozen=True, kw_only=True)
class _Stores:
    """The store's parts."""

    runs: RunStore
    uploads: SqlUploadStore
    presets: SqlPresetStore
    prompts: SqlPromptStore
    snippets: SqlSnippetStore
    people: SqlPeopleStore
    sessions: SqlSessionStore
    tokens: SqlTokenStore
    identities: SqlIdentityStore
    audit: SqlAuditStore
    accounts: SqlAccountStore
    made: SqlHandOver
    lineage: SqlLineageStore
    pictures: PictureStore
    bills: SqlBillStore
    budgets: SqlBudgetStore
    usage: SqlUsageStore
    intake: SqlIntakeStore
    rules: SqlRulesStore
    deleted: SqlDeletedStore
    expiry: SqlExpiryStore
    holdings: SqlHoldingsStore
    marks: SqlMarkStore
    search: SqlRunSearch
    wordlists: SqlWordListStore


@dataclass(frozen=True, kw_only=True)
class _Office:
    """What admins decide and read."""

    audit: Audit
    budgets: Budgets
    intake: IntakeSwitch
    rules: RuleBook


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
        self._services = self._join(self._stores(database), gateway, lock, billing)
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

    def _stores(self, database: Database) -> _Stores:
        with _addresses():
            pictures = open_pictures(self._settings.storage_url, self._settings.data_dir)
        return _Stores(
            runs=SqlRunStore(database, self._clock),
            uploads=SqlUploadStore(database),
            presets=SqlPresetStore(database, self._clock),
            wordlists=SqlWordListStore(database),
            prompts=SqlPromptStore(database),
            snippets=SqlSnippetStore(database, self._clock),
            people=SqlPeopleStore(database),
            sessions=SqlSessionStore(database),
            tokens=SqlTokenStore(database),
            identities=SqlIdentityStore(database),
            audit=SqlAuditStore(database),
            accounts=SqlAccountStore(database),
            made=SqlHandOver(database),
            lineage=SqlLineageStore(database),
            pictures=pictures,
            bills=SqlBillStore(database),
            budgets=SqlBudgetStore(database),
            usage=SqlUsageStore(database),
            intake=SqlIntakeStore(database),
            rules=SqlRulesStore(database),
            deleted=SqlDeletedStore(database),
            expiry=SqlExpiryStore(database),
            holdings=SqlHoldingsStore(database),
            marks=SqlMarkStore(database),
            search=SqlRunSearch(database),
        )

    async def _own(self, services: Services, lock: OwnerLock) -> None:
        """Runs start once this process is the owner of the database."""
        await self._acquired(services, lock)
        await services.runner.start()
        self.owned.set()
        while True:
            try:
                await services.presets.clean()
                await services.snippets.clean()
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

    def _join(
        self, stores: _Stores, gateway: Gateway, lock: OwnerLock, billing: FalBilling | None
    ) -> Services:
        feed, arriving = Feed(), Arriving()
        metrics = Metrics(feed)
        audit = Audit(store=stores.audit, people=stores.people, clock=self._clock)
        rules = RuleBook(stores.rules, self.catalogue, audit, feed)
        runner = self._runner(stores, gateway, feed, arriving, lock, metrics, rules)
        uploads = Uploads(
            rows=stores.uploads,
            runs=stores.runs,
            pictures=stores.pictures,
            links=GuardedFetcher(),
            clock=self._clock,
        )
        writes = Rate(self._settings.rate_limit)
        downloads = Downloads(
            pictures=stores.pictures,
            catalogue=self.catalogue,
            prompts=self._settings.prompts_in_downloads,
            app_version=VERSION,
        )
        key = KeyWatch(gateway, practice=self.mode.practice)
        feed.watch(key.saw)
        Journal(feed)
        prices = LivePrices(
            self.catalogue,
            gateway,
            self._clock,
            practice=self.mode.practice,
            heard=key.heard,
        )
        metrics.read_from(runner, key, prices, VERSION)
        office = _Office(
            audit=audit,
            budgets=self._budgets(stores, audit),
            intake=IntakeSwitch(
                store=stores.intake, runner=runner, feed=feed, clock=self._clock, audit=audit
            ),
            rules=rules,
        )
        wordlists = WordLists(
            store=stores.wordlists, people=stores.people, clock=self._clock, audit=audit
        )
        templates = Templates(lists=wordlists)
        generate = Generate(
            catalogue=self.catalogue,
            store=stores.runs,
            uploads=uploads,
            runner=runner,
            clock=self._clock,
            limits=Limits(
                max_usd_per_day=self._settings.max_usd_per_day,
                max_waiting=self._settings.max_waiting,
                ask_above=self._settings.ask_above_usd,
                audit_prompts=self._settings.audit_prompts,
            ),
            prices=prices,
            budgets=office.budgets,
            rules=rules,
            templates=templates,
            practice=self.mode.practice,
            writes=writes,
            visibility=Visibility(self._settings.visibility),
            guests_pay=self._settings.allow_open,
        )
        control = RunControl(
            store=stores.runs,
            runner=runner,
            generate=generate,
            feed=feed,
            clock=self._clock,
            audit=audit,
        )
        gallery = Gallery(
            store=stores.runs,
            pictures=stores.pictures,
            control=control,
            catalogue=self.catalogue,
            arriving=arriving,
        )
        presets = Presets(
            catalogue=self.catalogue,
            store=stores.presets,
            runs=stores.runs,
            uploads=uploads,
            clock=self._clock,
            audit=audit,
            shipped=self._shipped,
            visibility=Visibility(self._settings.visibility),
            samples=PRESETS / "samples",
        )
        people = self._people(stores)
        team = self._team(stores, people, audit)
        view = RunView(
            catalogue=self.catalogue,
            people=stores.people,
            feed=feed,
            arriving=arriving,
            marks=stores.marks,
        )
        return Services(
            catalogue=self.catalogue,
            prices=prices,
            generate=generate,
            control=control,
            gallery=gallery,
            search=Search(
                store=stores.search,
                people=stores.people,
                marks=stores.marks,
                catalogue=self.catalogue,
                clock=self._clock,
            ),
            lineage=Lineage(store=stores.lineage, control=control),
            marking=Marking(store=stores.marks, control=control, feed=feed, clock=self._clock),
            presets=presets,
            preset_exchange=PresetExchange(presets=presets, catalogue=self.catalogue),
            preset_view=PresetView(catalogue=self.catalogue, people=stores.people),
            prompts=Prompts(store=stores.prompts, clock=self._clock),
            snippets=Snippets(
                store=stores.snippets,
                people=stores.people,
                clock=self._clock,
                audit=audit,
                visibility=presets.visibility,
            ),
            templates=templates,
            wordlists=wordlists,
            uploads=uploads,
            people=people,
            sessions=team.sessions,
            tokens=team.tokens,
            arrivals=team.arrivals,
            accounts=team.accounts,
            team=team,
            openid=openid_of(self._settings, team.arrivals, self._clock),
            code=CodeExport(),
            view=view,
            status=self._status(stores, key, prices, runner, lock, office),
            events=Events(feed=feed, gallery=gallery, view=view),
            feed=feed,
            runner=runner,
            metrics=metrics,
            bills=Bills(
                store=stores.bills,
                runs=stores.runs,
                billing=billing,
                feed=feed,
                clock=self._clock,
                practice=self.mode.practice,
            ),
            budgets=office.budgets,
            intake=office.intake,
            rules=rules,
            audit=audit,
            usage=Usage(
                store=stores.usage,
                people=stores.people,
                catalogue=self.catalogue,
                clock=self._clock,
            ),
            holdings=Holdings(
                store=stores.holdings,
                people=stores.people,
                catalogue=self.catalogue,
                rules=rules,
            ),
            recall=Recall(catalogue=self.catalogue),
            downloads=downloads,
            exports=Exports(
                store=stores.runs,
                people=stores.people,
                downloads=downloads,
                catalogue=self.catalogue,
                clock=self._clock,
            ),
            deleted=Deleted(
                store=stores.deleted,
                pictures=stores.pictures,
                control=control,
                gateway=gateway,
                audit=audit,
                clock=self._clock,
            ),
            expiry=Expiry(
                store=stores.expiry, rules=rules, feed=feed, audit=audit, clock=self._clock
            ),
            writes=writes,
            door=Tries(DOOR_RATE),
            knocks=Rate(KNOCKS_RATE),
        )

    def _runner(
        self,
        stores: _Stores,
        gateway: Gateway,
        feed: Feed,
        arriving: Arriving,
        lock: OwnerLock,
        metrics: Metrics,
        rules: RuleBook,
    ) -> Runner:
        posts = Posts(owner=lambda: lock.held)
        clock = self._clock
        parts = Parts(
            store=stores.runs,
            gateway=gateway,
            feed=feed,
            clock=clock,
            posts=posts,
            sender=Sender(
                store=stores.runs,
                uploads=stores.uploads,
                pictures=stores.pictures,
                gateway=gateway,
                feed=feed,
                clock=clock,
                posts=posts,
                endpoint=_finder(self.catalogue),
                retention=lambda: rules.now.retention,
            ),
            follower=Follower(store=stores.runs, gateway=gateway, feed=feed, clock=clock),
            saver=Saver(
                store=stores.runs,
                pictures=stores.pictures,
                gateway=gateway,
                feed=feed,
                arriving=arriving,
                clock=clock,
                app_version=VERSION,
                retried=metrics.retried,
            ),
            look_up=LookUp(store=stores.runs, gateway=gateway),
        )
        return Runner(
            parts,
            practice=self.mode.practice,
            max_in_flight=self._settings.max_runs_in_flight,
        )

    def _budgets(self, stores: _Stores, audit: Audit) -> Budgets:
        return Budgets(
            store=stores.budgets,
            people=stores.people,
            catalogue=self.catalogue,
            clock=self._clock,
            audit=audit,
            practice=self.mode.practice,
            ask_above=self._settings.ask_above_usd,
            contact=self._settings.money_contact,
        )

    def _people(self, stores: _Stores) -> People:
        password = self._settings.app_password
        return People(
            store=stores.people,
            clock=self._clock,
            password=password.get_secret_value() if password else None,
            one_local_person=self._settings.only_here and not self._settings.signs_in,
            auth=self._settings.auth,
            proxy=trusted_proxy(self._settings),
        )

    def _team(self, stores: _Stores, people: People, audit: Audit) -> Team:
        sessions = Sessions(stores.sessions, people, self._clock)
        accounts = None
        if self._settings.auth == "password":
            accounts = Accounts(stores.accounts, sessions, self._clock, self._hasher or Argon2())
        return Team(
            store=stores.people,
            sessions=sessions,
            tokens=Tokens(stores.tokens, people, self._clock, audit),
            arrivals=Arrivals(stores.identities, self._clock, self._settings.admins),
            accounts=accounts,
            made=stores.made,
            audit=audit,
            clock=self._clock,
            auth=self._settings.auth,
        )

    def _status(
        self,
        stores: _Stores,
        key: KeyWatch,
        prices: LivePrices,
        runner: Runner,
        lock: OwnerLock,
        office: _Office,
    ) -> Status:
        return Status(
            mode=self.mode,
            key=key,
            prices=prices,
            runner=runner,
            store=stores.runs,
            pictures=stores.pictures,
            clock=self._clock,
            budgets=office.budgets,
            intake=office.intake,
            rules=office.rules,
            max_usd_per_day=self._settings.max_usd_per_day,
            notices=forgetful_disk(self._settings, self._environ),
            version=VERSION,
            sign_out=self._settings.signs_in and self._settings.auth != "proxy",
            auth=self._settings.auth,
            owner=lambda: lock.held,
        )


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


def _finder(catalogue: Catalogue) -> Callable[[str], Endpoint | None]:
    def find(endpoint_id: str) -> Endpoint | None:
        try:
            return catalogue.by_id(endpoint_id)
        except EndpointUnknown:
            return None

    return find


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
