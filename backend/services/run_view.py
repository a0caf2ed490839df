"""A run as everybody reads it: HTTP API, events, the page (docs/api.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.domain.field import Input
from backend.domain.marks import Marks, MarkStore, PictureId
from backend.domain.money import plain
from backend.domain.person import LOCAL_ID, Person
from backend.domain.ports import PeopleStore
from backend.domain.run import Image, Run, RunProblem
from backend.domain.sharing import Owned, changes, may_share
from backend.domain.template import PromptTemplate
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.runs.arriving import Arriving
from backend.runs.feed import Feed, Live
from backend.services.marking import BARE, version_of

OnPictures = Mapping[PictureId, Marks]


def is_shared_here(viewer: Person, thing: Owned) -> bool:
    """Whether to offer it: the one local person has nobody to share with."""
    return viewer.id != LOCAL_ID and may_share(viewer, thing)


@dataclass(frozen=True, kw_only=True)
class RunView:
    """Draws runs as JSON. Live facts come from the feed."""

    catalogue: Catalogue
    people: PeopleStore
    feed: Feed
    arriving: Arriving
    marks: MarkStore

    async def one(self, run: Run, viewer: Person) -> dict[str, Any]:
        """One run."""
        return (await self.many([run], viewer))[0]

    async def many(self, runs: Iterable[Run], viewer: Person) -> list[dict[str, Any]]:
        """Runs, with the names of their owners looked up once."""
        listed = list(runs)
        owners = sorted({run.person_id for run in listed} - {viewer.id})
        names = {**(await self.people.names(owners) if owners else {}), viewer.id: viewer.name}
        marks = await self.marks_on(listed, viewer)
        return [
            self.draw(run, self.feed.live(run.id), viewer, names.get(run.person_id, ""), marks)
            for run in listed
        ]

    async def marks_on(self, runs: Iterable[Run], viewer: Person) -> OnPictures:
        """What is on their pictures, as the viewer sees it."""
        # before that, nothing can be on them, and somebody waits for the preview
        pictured = [run.id for run in runs if any(image.settled for image in run.images)]
        return await self.marks.of(pictured, viewer.id) if pictured else {}

    def draw(
        self, run: Run, live: Live, viewer: Person, owner_name: str, marks: OnPictures
    ) -> dict[str, Any]:
        """One run with what is true of it at the moment."""
        return {
            "id": run.id,
            "endpoint_id": run.endpoint_id,
            "slug": self._slug(run.endpoint_id),
            "state": run.state.value,
            "request_id": run.request_id,
            "input": _plain_input(run.input),
            "defaults": _plain_input(run.defaults),
            "person": run.person_id,
            "person_name": owner_name,
            "mine": run.person_id == viewer.id,
            "visibility": run.visibility.value,
            "may_change": changes(viewer, run),
            "may_share": is_shared_here(viewer, run),
            "practice": run.practice,
            "created_at": _time(run.created_at),
            "state_at": _time(run.state_at),
            "finished_at": _time(run.finished_at),
            "queue_position": live.queue_position,
            "before_you": live.before_you,
            "pictures_due": live.pictures_due,
            "slow_since": _time(live.slow_since),
            "cancel_requested": run.cancel_requested,
            "images": [
                _image(
                    run,
                    image,
                    marks.get(PictureId(run.id, image.index), BARE),
                    arriving=self.arriving.has(viewer.id, run.id, image.index),
                )
                for image in run.images
            ],
            "output": {
                "seed": run.output.seed if run.output else None,
                "prompt": run.output.prompt if run.output else None,
                "timings": run.output.timings if run.output else None,
            },
            "estimate_usd": plain(run.estimate),
            "cost_usd": None if run.cost is None else plain(run.cost),
            "billed_usd": None if run.billed is None else plain(run.billed),
            "billable_units": None if run.billable_units is None else plain(run.billable_units),
            "error": None if run.problem is None else _problem(run.problem),
            "warnings": list(run.warnings),
            "project": run.project,
            "preset": run.preset,
            "template": None if run.template is None else template_json(run.template),
            # who may only look at it need not see what it repeats
            "again_of": run.again_of if changes(viewer, run) else None,
            "deleted_at": _time(run.deleted_at),
        }

    def _slug(self, endpoint_id: str) -> str | None:
        try:
            return self.catalogue.by_id(endpoint_id).slug
        except EndpointUnknown:
            return None


def template_json(template: PromptTemplate) -> dict[str, Any]:
    """As it stands in a run."""
    return {
        "prompt": template.prompt,
        "variables": dict(template.variables),
        "seed_drawn": template.seed_drawn,
        "combination": template.combination,
    }


def _image(run: Run, image: Image, marks: Marks, *, arriving: bool) -> dict[str, Any]:
    here = arriving or image.key is not None
    address = f"/media/{run.id}/{image.index}"
    return {
        "index": image.index,
        "url": address if here else None,
        "preview_url": f"{address}/preview" if here else None,
        #: fal's own copy, shown while ours is not there yet
        "fal_url": None if here or image.missing else image.fal_url,
        "width": image.width,
        "height": image.height,
        "content_type": image.content_type,
        "bytes": image.bytes,
        "flagged": image.flagged,
        "missing": image.missing,
        "marks": {
            "title": marks.title,
            "note": marks.note,
            "tags": list(marks.tags),
            "starred": marks.starred,
            "stars": marks.stars,
            "version": version_of(marks),
        },
    }


def _problem(problem: RunProblem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "retryable": problem.retryable,
        "charged": problem.charged,
        "fields": dict(problem.fields),
    }


def _plain_input(given: Input) -> Mapping[str, Any]:
    """JSON has no Decimal; an input read from JSON has none either, a default may."""
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in given.items()
    }


def _time(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat().replace("+00:00", "Z")
