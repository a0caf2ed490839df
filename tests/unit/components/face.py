"""Services as the forms see them, without a database, fal or files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from backend.domain.errors import InputRefused, NameTaken, NotFound, PlaygroundError
from backend.domain.person import Person
from backend.domain.preset import Preset
from backend.domain.run import Run, RunState
from backend.domain.sharing import Visibility
from backend.domain.template import Lists, Pattern, PromptTemplate
from backend.endpoints.catalogue import Catalogue, load_catalogue
from backend.endpoints.check_input import check_input
from backend.endpoints.price import Estimate, estimate
from backend.services import Services
from backend.services.combinations import Together
from backend.services.export_code import CodeExport
from backend.services.presets import Said
from backend.services.rate import Rate
from backend.services.templates import Templates
from backend.services.wordlists import WordLists

NOW = datetime(2026, 5, 14, 15, 0, tzinfo=UTC)
ALICE = Person(id="alice", name="Ada", created_at=NOW)
BOB = Person(id="bob", name="Bob", created_at=NOW)


@dataclass(frozen=True)
class Started:
    """One call of `start`."""

    person_id: str
    endpoint_id: str
    given: dict[str, Any]
    key: str | None
    confirmed: Decimal | None = None
    project: str = ""


@dataclass
class FakeGenerate:
    """Checks and prices as the real one, and remembers what was started."""

    catalogue: Catalogue
    started: list[Started] = field(default_factory=list)
    runs: dict[str, Run] = field(default_factory=dict)
    #: what the next start raises
    refusal: PlaygroundError | None = None
    #: width and height of uploads that are known
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: fal's prices of today, by endpoint id
    prices: dict[str, Decimal] = field(default_factory=dict)

    async def start(
        self,
        person: Person,
        endpoint_id: str,
        given: Mapping[str, Any],
        idempotency_key: str | None = None,
        again_of: str | None = None,
        confirmed: Decimal | None = None,
        project: str = "",
        preset: str = "",
        template: PromptTemplate | None = None,
    ) -> Run:
        if template is not None:
            given = {**given, "prompt": template.prompt}
        self.started.append(
            Started(person.id, endpoint_id, dict(given), idempotency_key, confirmed, project)
        )
        if self.refusal is not None:
            raise self.refusal
        refused = check_input(self.catalogue.by_id(endpoint_id), given)
        if refused:
            raise InputRefused(fields=refused)
        if idempotency_key in self.runs:
            return self.runs[str(idempotency_key)]
        run = Run(
            id=f"run{len(self.runs) + 1}",
            person_id=person.id,
            endpoint_id=endpoint_id,
            state=RunState.CREATED,
            input=dict(given),
            defaults={},
            practice=True,
            estimate=Decimal("0.06"),
            unit_price=Decimal("0.06"),
            created_at=NOW,
            state_at=NOW,
            preset=preset,
        )
        self.runs[idempotency_key or run.id] = run
        return run

    async def estimate(
        self, person: Person, endpoint_id: str, given: Mapping[str, Any]
    ) -> Estimate:
        sizes = {
            name: self.sizes[value]
            for name, value in given.items()
            if isinstance(value, str) and value in self.sizes
        }
        endpoint = self.catalogue.by_id(endpoint_id)
        return estimate(endpoint, given, sizes, self.prices.get(endpoint_id))


@dataclass
class FakePresets:
    """Presets in a list."""

    kept: dict[str, Preset] = field(default_factory=dict)

    async def list(self, person: Person, endpoint_id: str | None = None) -> tuple[Preset, ...]:
        return tuple(one for one in self.kept.values() if one.person_id in (None, person.id))

    async def get(self, person: Person, preset_id: str) -> Preset:
        return self._seen(person, preset_id)

    async def save(
        self,
        person: Person,
        endpoint_id: str,
        said: Said,
        visibility: Visibility | None = None,
    ) -> Preset:
        name = said.name or ""
        if any(one.name == name for one in self.kept.values()):
            raise NameTaken
        preset = Preset(
            id=f"mine{len(self.kept)}",
            endpoint_id=endpoint_id,
            name=name,
            description=said.description or "",
            tags=said.tags or (),
            cover=said.cover,
            values=dict(said.values or {}),
            person_id=person.id,
            visibility=visibility or Visibility.TEAM,
        )
        self.kept[preset.id] = preset
        return preset

    async def update(
        self, person: Person, preset_id: str, said: Said, version: int | None = None
    ) -> Preset:
        preset = self._seen(person, preset_id)
        if preset.person_id != person.id:
            raise NotFound("This preset is not here.")
        self.kept[preset_id] = replace(preset, values=dict(said.values or {}))
        return self.kept[preset_id]

    async def remove(self, person: Person, preset_id: str) -> Preset:
        return self.kept.pop(self._seen(person, preset_id).id)

    def _seen(self, person: Person, preset_id: str) -> Preset:
        preset = self.kept.get(preset_id)
        if preset is None or preset.person_id not in (None, person.id):
            raise NotFound("This preset is not here.")
        return preset


@dataclass
class FakePresetUse:
    """Their values as they stand."""

    presets: FakePresets

    async def apply(self, person: Person, preset_id: str) -> dict[str, Any]:
        return dict((await self.presets.get(person, preset_id)).values)


class FakePeople:
    """Ada and Bob."""

    async def person(self, person_id: str) -> Person | None:
        return {"alice": ALICE, "bob": BOB}.get(person_id)


@dataclass(frozen=True)
class FakeView:
    """A run as JSON, with what the page's modules read of it."""

    catalogue: Catalogue

    async def one(self, run: Run, viewer: Person) -> dict[str, Any]:
        return {
            "id": run.id,
            "endpoint_id": run.endpoint_id,
            "slug": self.catalogue.by_id(run.endpoint_id).slug,
            "state": run.state.value,
            "state_at": run.state_at.isoformat(),
            "request_id": None,
            "input": dict(run.input),
            "defaults": {},
            "person": run.person_id,
            "person_name": viewer.name,
            "mine": True,
            "practice": True,
            "created_at": run.created_at.isoformat(),
            "finished_at": None,
            "queue_position": None,
            "images": [],
            "output": {"seed": None, "prompt": None, "timings": None},
            "estimate_usd": "0.06",
            "cost_usd": None,
            "error": None,
        }


class NoLists:
    """A team without lists."""

    async def of(self, person: Person, pattern: Pattern) -> Lists:
        return {}


@dataclass
class FakeCombinations:
    """Three of them, each at six cents, and what was started of them."""

    most: int = 100
    started: list[tuple[Any, ...]] = field(default_factory=list)

    async def look(
        self, person: Person, endpoint_id: str, given: Mapping[str, Any], template: PromptTemplate
    ) -> Together:
        prompts = tuple(f"{template.prompt} {number}" for number in range(3))
        return Together(prompts=prompts, each=Decimal("0.06"), left=None)

    async def start(
        self,
        person: Person,
        endpoint_id: str,
        given: Mapping[str, Any],
        template: PromptTemplate,
        key: str | None,
        **more: Any,
    ) -> Run:
        self.started.append((dict(given), template, key, more))
        raise InputRefused


@dataclass
class Face:
    """The fakes by themselves, and together as Services."""

    catalogue: Catalogue = field(default_factory=load_catalogue)

    def __post_init__(self) -> None:
        self.generate = FakeGenerate(self.catalogue)
        self.presets = FakePresets()
        self.preset_use = FakePresetUse(self.presets)
        self.people = FakePeople()
        self.view = FakeView(self.catalogue)
        self.code = CodeExport()
        self.templates = Templates(lists=cast(WordLists, NoLists()))
        self.combinations = FakeCombinations()
        self.writes = Rate("1000/minute")

    @property
    def services(self) -> Services:
        """What the page takes for Services: it asks for nothing else of them."""
        return cast(Services, self)
