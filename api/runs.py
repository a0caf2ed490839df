"""Runs: start, list, see, cancel, look up, repeat, delete."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.links import after_run
from api.shapes import (
    AgainRequest,
    Codes,
    Estimate,
    EstimateRequest,
    Lineage,
    Run,
    RunRequest,
    Runs,
    RunsAsked,
    Sharing,
    problems,
)
from api.spoken import Spoken
from backend.domain.errors import InputRefused
from backend.domain.money import plain
from backend.domain.person import Person
from backend.domain.sharing import Visibility
from backend.domain.template import PromptTemplate
from backend.endpoints.warn_input import warnings
from backend.services import Services
from backend.services.preset_use import ForPrice

router = APIRouter(prefix="/api/v1", tags=["runs"])

Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=200, description="Kept 24 hours for each person."),
]
RunId = str


@router.post("/estimates", response_model=Estimate, responses=problems(404, 422))
async def estimate(body: EstimateRequest, services: Given, person: Asker) -> JSONResponse:
    """The most that a run of this input can cost, or the messages by field."""
    asked = ForPrice(values=dict(body.input), sizes={})
    if body.preset:
        asked = await services.preset_use.for_price(
            person, body.preset, body.endpoint_id, body.input, template=body.template is not None
        )
    template, many = _template(body), None
    if template is not None:
        many = str(await services.templates.count(person, template.prompt))
    price, refused = await services.generate.check(
        person, body.endpoint_id, asked.values, template, asked.sizes
    )
    if price is None:
        raise InputRefused(fields=refused)
    endpoint = services.catalogue.by_id(body.endpoint_id)
    return Spoken(
        {
            "endpoint_id": body.endpoint_id,
            "usd": plain(price.usd),
            "least_usd": plain(price.least_usd),
            "unit_price_usd": plain(price.unit_price),
            "file_unit_price_usd": plain(endpoint.pricing.amount_usd),
            "text": price.text,
            "certain": price.certain,
            "exact": price.exact,
            "warnings": warnings(endpoint, asked.values),
            "combinations": many,
        }
    )


@router.post(
    "/runs",
    status_code=202,
    response_model=Run,
    responses=problems(402, 404, 409, 422, 429, 503) | after_run(202),
)
async def start(body: RunRequest, services: Given, person: Asker, key: Key = None) -> JSONResponse:
    """Start a run; 202 also when it has to wait. The same key gives the same run."""
    given, preset = body.input, ""
    if body.preset:
        preset, given = await services.preset_use.under(
            person, body.preset, body.endpoint_id, body.input, template=body.template is not None
        )
    run = await services.generate.start(
        person,
        body.endpoint_id,
        given,
        key or None,
        confirmed=_usd(body.confirmed_usd),
        project=body.project,
        preset=preset,
        template=_template(body),
    )
    return Spoken(await services.view.one(run, person), 202)


@router.get("/runs", response_model=Runs, responses=problems(422))
async def list_runs(
    services: Given, person: Asker, asked: Annotated[RunsAsked, Query()]
) -> JSONResponse:
    """Runs, newest first."""
    if asked.q.strip():
        return await _search(services, person, asked)
    page = await services.gallery.page(
        person,
        everyone=asked.everyone,
        slug=asked.endpoint or None,
        with_pictures=asked.pictures,
        limit=asked.limit,
        cursor=asked.cursor or None,
    )
    runs = await services.view.many(page.runs, person)
    return Spoken({"runs": runs, "next_cursor": page.next_cursor})


async def _search(services: Services, person: Person, asked: RunsAsked) -> JSONResponse:
    searched = await services.search.page(
        person,
        asked.q,
        everyone=asked.everyone,
        slug=asked.endpoint or None,
        with_pictures=asked.pictures,
        zone=asked.zone or None,
        limit=asked.limit,
        cursor=asked.cursor or None,
    )
    found = searched.found
    return Spoken(
        {
            "runs": await services.view.many(found.runs, person),
            "next_cursor": found.next_cursor,
            "found": dict(found.pictures),
            "notices": list(searched.notices),
        }
    )


@router.get("/runs/{run_id}", response_model=Run, responses=problems(404))
async def see(run_id: RunId, services: Given, person: Asker) -> JSONResponse:
    """One run."""
    run = await services.control.see(person, run_id)
    return Spoken(await services.view.one(run, person))


@router.patch("/runs/{run_id}", response_model=Run, responses=problems(403, 404, 422, 429))
async def share(run_id: RunId, body: Sharing, services: Given, person: Writer) -> JSONResponse:
    """Let the team see it, or its owner alone."""
    run = await services.control.share(person, run_id, Visibility(body.visibility))
    return Spoken(await services.view.one(run, person))


@router.post("/runs/{run_id}/cancel", response_model=Run, responses=problems(403, 404, 409, 429))
async def cancel(run_id: RunId, services: Given, person: Writer) -> JSONResponse:
    """Drop it, or ask fal to."""
    run = await services.control.cancel(person, run_id)
    return Spoken(await services.view.one(run, person))


@router.post(
    "/runs/{run_id}/check", response_model=Run, responses=problems(403, 404, 409, 429, 502)
)
async def check(run_id: RunId, services: Given, person: Writer) -> JSONResponse:
    """Look an uncertain run up at fal."""
    run = await services.control.check(person, run_id)
    return Spoken(await services.view.one(run, person))


@router.post("/runs/{run_id}/forget", response_model=Run, responses=problems(403, 404, 409, 429))
async def forget(run_id: RunId, services: Given, person: Writer) -> JSONResponse:
    """A person's word that an uncertain run never ran."""
    run = await services.control.never_ran(person, run_id)
    return Spoken(await services.view.one(run, person))


@router.post(
    "/runs/{run_id}/again",
    status_code=202,
    response_model=Run,
    responses=problems(402, 404, 409, 422, 429, 503) | after_run(202),
)
async def again(
    run_id: RunId,
    services: Given,
    person: Asker,
    key: Key = None,
    body: AgainRequest | None = None,
) -> JSONResponse:
    """A new run of the same input, linked to this one."""
    confirmed = None if body is None else _usd(body.confirmed_usd)
    run = await services.control.again(person, run_id, key or None, confirmed)
    return Spoken(await services.view.one(run, person), 202)


@router.delete(
    "/runs/{run_id}",
    response_model=Run,
    responses=problems(403, 404, 409, 429) | after_run(200),
)
async def delete(run_id: RunId, services: Given, person: Writer) -> JSONResponse:
    """Delete it; `restore` brings it back. 409 while it has not ended."""
    run = await services.control.delete(person, run_id)
    return Spoken(await services.view.one(run, person))


@router.post("/runs/{run_id}/restore", response_model=Run, responses=problems(403, 404, 429))
async def restore(run_id: RunId, services: Given, person: Writer) -> JSONResponse:
    """Bring a deleted run back."""
    run = await services.control.restore(person, run_id)
    return Spoken(await services.view.one(run, person))


@router.get("/runs/{run_id}/code", response_model=Codes, responses=problems(404))
async def code(run_id: RunId, services: Given, person: Asker) -> JSONResponse:
    """The same request as Python, JavaScript, cURL and JSON."""
    run = await services.control.see(person, run_id)
    return JSONResponse(services.code.render(services.catalogue.by_id(run.endpoint_id), run.input))


@router.get("/runs/{run_id}/lineage", response_model=Lineage, responses=problems(404))
async def lineage(run_id: RunId, services: Given, person: Asker) -> JSONResponse:
    """The runs that it was made from, and those made from it, as far as the caller sees them."""
    kin = await services.lineage.of(person, run_id)
    return Spoken(
        {
            kind: [
                {"run": drawn, "index": one.index}
                for one, drawn in zip(
                    relatives,
                    await services.view.many([one.run for one in relatives], person),
                    strict=True,
                )
            ]
            for kind, relatives in (("parents", kin.parents), ("children", kin.children))
        }
    )


def _template(body: EstimateRequest) -> PromptTemplate | None:
    if body.template is None:
        return None
    given = body.template
    return PromptTemplate(
        prompt=given.prompt, variables=given.variables, combination=given.combination
    )


def _usd(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
