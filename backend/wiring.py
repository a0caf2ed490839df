"""The only place where parts are joined: who gets what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.domain.endpoint import Endpoint
from backend.domain.ports import Clock, Gateway, OwnerLock
from backend.domain.preset import Preset
from backend.domain.sharing import Visibility
from backend.domain.sign_in import Hasher
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.fal.billing import FalBilling
from backend.fal.link_fetcher import GuardedFetcher
from backend.mode import forgetful_disk, trusted_proxy
from backend.openid import openid_of
from backend.runs.arriving import Arriving
from backend.runs.feed import Feed
from backend.runs.follow import Follower
from backend.runs.look_up import LookUp
from backend.runs.picture_turns import PictureTurns
from backend.runs.posts import Posts
from backend.runs.read_ahead import ReadAhead
from backend.runs.runner import Parts, Runner
from backend.runs.save import Saver
from backend.runs.send import Sender
from backend.services import Services
from backend.services.accounts import Accounts
from backend.services.arrivals import Arrivals
from backend.services.audit import Audit
from backend.services.bills import Bills
from backend.services.budgets import Budgets
from backend.services.combinations import Combinations
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
from backend.services.preset_use import PresetUse
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
from backend.services.snippets import Snippets
from backend.services.status import KeyWatch, Mode, Status
from backend.services.team import Team
from backend.services.templates import Templates
from backend.services.tokens import Tokens
from backend.services.uploads import Uploads
from backend.services.usage import Usage
from backend.services.wordlists import WordLists
from backend.settings import Settings
from backend.store.stores import Stores
from backend.version import VERSION

#: tries in vain of the password from one address
DOOR_RATE = "10/minute"
#: ways to an OpenID provider and back from one address: a whole office may have the same
KNOCKS_RATE = "120/minute"
PRESETS = Path(__file__).parent.parent / "presets"


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What most services stand on: one of each, shared."""

    feed: Feed
    arriving: Arriving
    audit: Audit
    rules: RuleBook
    metrics: Metrics
    runner: Runner
    key: KeyWatch
    prices: LivePrices
    budgets: Budgets
    intake: IntakeSwitch
    uploads: Uploads
    writes: Rate


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What everything is joined from."""

    settings: Settings
    environ: Mapping[str, str]
    mode: Mode
    catalogue: Catalogue
    shipped: tuple[Preset, ...]
    clock: Clock
    #: None: the real one, where there are accounts
    hasher: Hasher | None
    stores: Stores
    gateway: Gateway
    lock: OwnerLock
    #: None where nobody may read fal's books
    billing: FalBilling | None

    def services(self) -> Services:
        """Everything, joined; nothing runs yet."""
        ground = self._ground()
        stores, catalogue, clock = self.stores, self.catalogue, self.clock
        feed, audit = ground.feed, ground.audit
        wordlists = WordLists(
            store=stores.wordlists, people=stores.people, clock=clock, audit=audit
        )
        templates = Templates(lists=wordlists)
        generate = self._generate(ground, templates)
        control = RunControl(
            store=stores.runs,
            runner=ground.runner,
            generate=generate,
            feed=feed,
            clock=clock,
            audit=audit,
        )
        gallery = Gallery(
            store=stores.runs,
            pictures=stores.pictures,
            control=control,
            catalogue=catalogue,
            arriving=ground.arriving,
        )
        view = RunView(
            catalogue=catalogue,
            people=stores.people,
            feed=feed,
            arriving=ground.arriving,
            marks=stores.marks,
        )
        presets = self._presets(ground)
        people = self._people()
        team = self._team(people, audit)
        downloads = Downloads(
            pictures=stores.pictures,
            catalogue=catalogue,
            prompts=self.settings.prompts_in_downloads,
            app_version=VERSION,
        )
        return Services(
            catalogue=catalogue,
            prices=ground.prices,
            generate=generate,
            control=control,
            gallery=gallery,
            search=Search(
                store=stores.search,
                people=stores.people,
                marks=stores.marks,
                catalogue=catalogue,
                clock=clock,
            ),
            lineage=Lineage(store=stores.lineage, control=control),
            marking=Marking(store=stores.marks, control=control, feed=feed, clock=clock),
            presets=presets,
            preset_use=PresetUse(
                presets=presets, uploads=ground.uploads, samples=PRESETS / "samples"
            ),
            preset_exchange=PresetExchange(presets=presets, catalogue=catalogue),
            preset_view=PresetView(catalogue=catalogue, people=stores.people),
            prompts=Prompts(store=stores.prompts, clock=clock),
            snippets=Snippets(
                store=stores.snippets,
                people=stores.people,
                clock=clock,
                audit=audit,
                visibility=presets.visibility,
            ),
            templates=templates,
            combinations=Combinations(
                catalogue=self.catalogue, templates=templates, generate=generate
            ),
            wordlists=wordlists,
            uploads=ground.uploads,
            people=people,
            sessions=team.sessions,
            tokens=team.tokens,
            arrivals=team.arrivals,
            accounts=team.accounts,
            team=team,
            openid=openid_of(self.settings, team.arrivals, clock),
            code=CodeExport(),
            view=view,
            status=self._status(ground),
            events=Events(feed=feed, gallery=gallery, view=view),
            feed=feed,
            runner=ground.runner,
            metrics=ground.metrics,
            bills=Bills(
                store=stores.bills,
                runs=stores.runs,
                billing=self.billing,
                feed=feed,
                clock=clock,
                practice=self.mode.practice,
            ),
            budgets=ground.budgets,
            intake=ground.intake,
            rules=ground.rules,
            audit=audit,
            usage=Usage(store=stores.usage, people=stores.people, catalogue=catalogue, clock=clock),
            holdings=Holdings(
                store=stores.holdings,
                people=stores.people,
                catalogue=catalogue,
                rules=ground.rules,
            ),
            recall=Recall(catalogue=catalogue),
            downloads=downloads,
            exports=Exports(
                store=stores.runs,
                people=stores.people,
                downloads=downloads,
                catalogue=catalogue,
                clock=clock,
            ),
            deleted=Deleted(
                store=stores.deleted,
                pictures=stores.pictures,
                control=control,
                gateway=self.gateway,
                audit=audit,
                clock=clock,
            ),
            expiry=Expiry(
                store=stores.expiry, rules=ground.rules, feed=feed, audit=audit, clock=clock
            ),
            writes=ground.writes,
            door=Tries(DOOR_RATE),
            knocks=Rate(KNOCKS_RATE),
        )

    def _ground(self) -> _Ground:
        stores, clock, practice = self.stores, self.clock, self.mode.practice
        feed, arriving = Feed(), Arriving()
        metrics = Metrics(feed)
        audit = Audit(store=stores.audit, people=stores.people, clock=clock)
        rules = RuleBook(stores.rules, self.catalogue, audit, feed)
        runner = self._runner(feed, arriving, metrics, rules)
        key = KeyWatch(self.gateway, practice=practice)
        feed.watch(key.saw)
        Journal(feed)
        prices = LivePrices(self.catalogue, self.gateway, clock, practice=practice, heard=key.heard)
        metrics.read_from(runner, key, prices, VERSION)
        return _Ground(
            feed=feed,
            arriving=arriving,
            audit=audit,
            rules=rules,
            metrics=metrics,
            runner=runner,
            key=key,
            prices=prices,
            budgets=Budgets(
                store=stores.budgets,
                people=stores.people,
                catalogue=self.catalogue,
                clock=clock,
                audit=audit,
                practice=practice,
                ask_above=self.settings.ask_above_usd,
                contact=self.settings.money_contact,
            ),
            intake=IntakeSwitch(
                store=stores.intake, runner=runner, feed=feed, clock=clock, audit=audit
            ),
            uploads=Uploads(
                rows=stores.uploads,
                runs=stores.runs,
                pictures=stores.pictures,
                links=GuardedFetcher(),
                clock=clock,
            ),
            writes=Rate(self.settings.rate_limit),
        )

    def _runner(self, feed: Feed, arriving: Arriving, metrics: Metrics, rules: RuleBook) -> Runner:
        stores, gateway, clock = self.stores, self.gateway, self.clock
        posts = Posts(owner=lambda: self.lock.held)
        turns = PictureTurns()
        ahead = ReadAhead(gateway, arriving, turns)
        parts = Parts(
            store=stores.runs,
            gateway=gateway,
            ahead=ahead,
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
            follower=Follower(
                store=stores.runs, gateway=gateway, ahead=ahead, feed=feed, clock=clock
            ),
            saver=Saver(
                store=stores.runs,
                pictures=stores.pictures,
                ahead=ahead,
                turns=turns,
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
            max_in_flight=self.settings.max_runs_in_flight,
        )

    def _generate(self, ground: _Ground, templates: Templates) -> Generate:
        return Generate(
            catalogue=self.catalogue,
            store=self.stores.runs,
            uploads=ground.uploads,
            runner=ground.runner,
            clock=self.clock,
            limits=Limits(
                max_usd_per_day=self.settings.max_usd_per_day,
                max_waiting=self.settings.max_waiting,
                ask_above=self.settings.ask_above_usd,
                audit_prompts=self.settings.audit_prompts,
            ),
            prices=ground.prices,
            budgets=ground.budgets,
            rules=ground.rules,
            templates=templates,
            practice=self.mode.practice,
            writes=ground.writes,
            visibility=Visibility(self.settings.visibility),
            guests_pay=self.settings.allow_open,
        )

    def _presets(self, ground: _Ground) -> Presets:
        return Presets(
            catalogue=self.catalogue,
            store=self.stores.presets,
            runs=self.stores.runs,
            uploads=ground.uploads,
            clock=self.clock,
            audit=ground.audit,
            shipped=self.shipped,
            visibility=Visibility(self.settings.visibility),
        )

    def _people(self) -> People:
        password = self.settings.app_password
        return People(
            store=self.stores.people,
            clock=self.clock,
            password=password.get_secret_value() if password else None,
            one_local_person=self.settings.only_here and not self.settings.signs_in,
            auth=self.settings.auth,
            proxy=trusted_proxy(self.settings),
        )

    def _team(self, people: People, audit: Audit) -> Team:
        sessions = Sessions(self.stores.sessions, people, self.clock)
        accounts = None
        if self.settings.auth == "password":
            accounts = Accounts(self.stores.accounts, sessions, self.clock, self.hasher or Argon2())
        return Team(
            store=self.stores.people,
            sessions=sessions,
            tokens=Tokens(self.stores.tokens, people, self.clock, audit),
            arrivals=Arrivals(self.stores.identities, self.clock, self.settings.admins),
            accounts=accounts,
            made=self.stores.made,
            audit=audit,
            clock=self.clock,
            auth=self.settings.auth,
        )

    def _status(self, ground: _Ground) -> Status:
        return Status(
            mode=self.mode,
            key=ground.key,
            prices=ground.prices,
            runner=ground.runner,
            store=self.stores.runs,
            pictures=self.stores.pictures,
            clock=self.clock,
            budgets=ground.budgets,
            intake=ground.intake,
            rules=ground.rules,
            max_usd_per_day=self.settings.max_usd_per_day,
            notices=forgetful_disk(self.settings, self.environ),
            version=VERSION,
            sign_out=self.settings.signs_in and self.settings.auth != "proxy",
            auth=self.settings.auth,
            owner=lambda: self.lock.held,
        )


def _finder(catalogue: Catalogue) -> Callable[[str], Endpoint | None]:
    def find(endpoint_id: str) -> Endpoint | None:
        try:
            return catalogue.by_id(endpoint_id)
        except EndpointUnknown:
            return None

    return find
