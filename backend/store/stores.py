"""All the stores of one database, and the pictures beside it."""

from dataclasses import dataclass

from backend.domain.ports import Clock, PictureStore, RunStore
from backend.store.accounts import SqlAccountStore
from backend.store.audit import SqlAuditStore
from backend.store.bills import SqlBillStore
from backend.store.budgets import SqlBudgetStore
from backend.store.database import Database
from backend.store.deleted import SqlDeletedStore
from backend.store.expiry import SqlExpiryStore
from backend.store.hand_over import SqlHandOver
from backend.store.holdings import SqlHoldingsStore
from backend.store.identities import SqlIdentityStore
from backend.store.intake import SqlIntakeStore
from backend.store.lineage import SqlLineageStore
from backend.store.marks import SqlMarkStore
from backend.store.people import SqlPeopleStore
from backend.store.presets import SqlPresetStore
from backend.store.prompts import SqlPromptStore
from backend.store.rules import SqlRulesStore
from backend.store.runs import SqlRunStore
from backend.store.search import SqlRunSearch
from backend.store.sessions import SqlSessionStore
from backend.store.snippets import SqlSnippetStore
from backend.store.tokens import SqlTokenStore
from backend.store.uploads import SqlUploadStore
from backend.store.usage import SqlUsageStore
from backend.store.wordlists import SqlWordListStore


@dataclass(frozen=True, kw_only=True)
class Stores:
    """One for each kind of thing that is kept."""

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


def stores_of(database: Database, pictures: PictureStore, clock: Clock) -> Stores:
    """They share the database and its connections."""
    return Stores(
        runs=SqlRunStore(database, clock),
        uploads=SqlUploadStore(database),
        presets=SqlPresetStore(database, clock),
        wordlists=SqlWordListStore(database, clock),
        prompts=SqlPromptStore(database),
        snippets=SqlSnippetStore(database, clock),
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
