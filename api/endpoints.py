"""The nine endpoints as data: schema, limits, price."""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Asker, Given
from api.links import after_endpoints
from api.shapes import Endpoints, WholeEndpoint, problems
from api.spoken import Spoken
from backend.domain.endpoint import Endpoint
from backend.domain.errors import NotFound
from backend.domain.field import UNSET, Field
from backend.domain.money import plain
from backend.endpoints.errors import EndpointUnknown
from backend.endpoints.price import estimate

router = APIRouter(prefix="/api/v1", tags=["endpoints"])


@router.get("/endpoints", response_model=Endpoints, responses=problems() | after_endpoints())
async def list_endpoints(services: Given, _: Asker) -> JSONResponse:
    """All endpoints, in the order of the tabs."""
    endpoints = services.catalogue.endpoints
    return Spoken({"endpoints": [draw(one, services.prices.of(one)) for one in endpoints]})


@router.get("/endpoints/{slug}", response_model=WholeEndpoint, responses=problems(404))
async def see_endpoint(slug: str, services: Given, _: Asker) -> JSONResponse:
    """One endpoint, with its input schema."""
    try:
        endpoint = services.catalogue.by_slug(slug)
    except EndpointUnknown as error:
        raise NotFound(error.message) from None
    drawn = draw(endpoint, services.prices.of(endpoint))
    return Spoken({**drawn, "schema": endpoint.schema, "facts": list(endpoint.facts)})


def draw(endpoint: Endpoint, live_usd: Decimal | None = None) -> dict[str, Any]:
    """An endpoint as JSON. `live_usd` is fal's price of today, where it is known."""
    price = endpoint.pricing
    whole = estimate(endpoint, {}, unit_price=live_usd)
    return {
        "endpoint_id": endpoint.endpoint_id,
        "slug": endpoint.slug,
        "label": endpoint.label,
        "about": endpoint.about,
        "status": endpoint.status,
        "category": endpoint.category,
        "links": dict(endpoint.links),
        "price": {
            "amount_usd": plain(whole.unit_price),
            "file_usd": plain(price.amount_usd),
            "unit": price.unit,
            "certainty": "official" if whole.certain else price.certainty,
            "default_usd": plain(whole.usd),
        },
        "fields": [_field(field) for field in endpoint.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "help": field.help,
        "kind": field.kind.value,
        "required": field.required,
        "default": None if field.default is UNSET else _number(field.default),
        "choices": list(field.choices),
        "minimum": field.minimum,
        "maximum": field.maximum,
        "advanced": field.advanced,
    }


def _number(value: Any) -> Any:
    return value if isinstance(value, (str, bool, int, dict)) else float(value)
