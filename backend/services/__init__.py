"""Use cases, one file each. The page and the HTTP API are two faces of these; no rule is theirs."""

from dataclasses import dataclass

from backend.endpoints.catalogue import Catalogue
from backend.runs.feed import Feed
from backend.runs.runner import Runner
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
from backend.services.generate import Generate
from backend.services.holdings import Holdings
from backend.services.intake import IntakeSwitch
from backend.services.lineage import Lineage
from backend.services.live_prices import LivePrices
from backend.services.marking import Marking
from backend.services.metrics import Metrics
from backend.services.openid import OpenId
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
from backend.services.status import Status
from backend.services.team import Team
from backend.services.templates import Templates
from backend.services.tokens import Tokens
from backend.services.uploads import Uploads
from backend.services.usage import Usage
from backend.services.wordlists import WordLists


@dataclass(frozen=True, kw_only=True)
class Services:
    """All of them, as wiring joins them."""

    catalogue: Catalogue
    prices: LivePrices
    generate: Generate
    control: RunControl
    gallery: Gallery
    search: Search
    lineage: Lineage
    downloads: Downloads
    deleted: Deleted
    expiry: Expiry
    holdings: Holdings
    exports: Exports
    marking: Marking
    presets: Presets
    preset_use: PresetUse
    preset_view: PresetView
    preset_exchange: PresetExchange
    prompts: Prompts
    snippets: Snippets
    templates: Templates
    combinations: Combinations
    wordlists: WordLists
    uploads: Uploads
    recall: Recall
    people: People
    sessions: Sessions
    tokens: Tokens
    arrivals: Arrivals
    #: None where people come in another way
    accounts: Accounts | None
    team: Team
    openid: OpenId | None
    code: CodeExport
    view: RunView
    status: Status
    events: Events
    feed: Feed
    runner: Runner
    metrics: Metrics
    bills: Bills
    budgets: Budgets
    intake: IntakeSwitch
    audit: Audit
    rules: RuleBook
    usage: Usage
    writes: Rate
    door: Tries
    #: ways to an OpenID provider and back, from one address
    knocks: Rate
