"""The platform calls of practice mode: prices, an endpoint's requests, bills and the balance."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.domain.endpoint import Endpoint
from backend.fal.practice_desk import Desk
from backend.fal.practice_faults import perform
from backend.fal.practice_queue import Accepted, iso, moment

_MOST_PRICES = 50
BALANCE = 100.0
_MOST_ITEMS = 100
_LOOK_BACK = timedelta(hours=24).total_seconds()


class Platform:
    """What fal's api host answers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All are free of charge."""
        return [
            Route("/v1/models/pricing", self.pricing, methods=["GET"]),
            Route("/v1/models/requests/by-endpoint", self.requests, methods=["GET"]),
            Route("/v1/models/requests/{request_id}/payloads", self.payloads, methods=["DELETE"]),
            Route("/v1/models/billing-events", self.billing, methods=["GET"]),
            Route("/v1/account/billing", self.balance, methods=["GET"]),
        ]

    async def pricing(self, request: Request) -> Response:
        """The unit prices of the endpoints asked for, 1 to 50."""

        async def normal() -> Response:
            if (refused := self._refused(request)) is not None:
                return refused
            asked = [i for i in request.query_params.get("endpoint_id", "").split(",") if i]
            if not 1 <= len(asked) <= _MOST_PRICES:
                return _error(400, "validation_error", "endpoint_id takes 1 to 50 ids")
            unknown = [one for one in asked if one not in self._desk.endpoints]
            if unknown:
                return _error(404, "not_found", f"No such endpoint: {', '.join(unknown)}")
            prices = [_price(self._desk.endpoints[one]) for one in asked]
            return JSONResponse({"prices": prices, "next_cursor": None, "has_more": False})

        script = self._desk.script
        return await perform(script.take("pricing"), request, script, normal)

    async def requests(self, request: Request) -> Response:
        """An endpoint's requests, newest first."""

        async def normal() -> Response:
            if (refused := self._refused(request)) is not None:
                return refused
            query = request.query_params
            try:
                limit = min(_MOST_ITEMS, max(1, int(query.get("limit", "50"))))
                skipped = max(0, int(query.get("cursor", "0") or "0"))
                since = self._since(query.get("start"))
            except ValueError:
                return _error(400, "validation_error", "start, limit or cursor can't be read")
            rows = self._rows(query.get("endpoint_id", ""), since, query)
            page = rows[skipped : skipped + limit]
            more = len(rows) > skipped + limit
            body = {
                "items": page,
                "next_cursor": str(skipped + limit) if more else None,
                "has_more": more,
            }
            return JSONResponse(body)

        script = self._desk.script
        return await perform(script.take("requests"), request, script, normal)

    async def payloads(self, request: Request) -> Response:
        """What is kept of a request is deleted; practice mode has its files for an hour anyway."""

        async def normal() -> Response:
            if (refused := self._refused(request)) is not None:
                return refused
            known = {one.request_id for one in self._desk.store.requests()}
            if request.path_params["request_id"] not in known:
                return _error(404, "not_found", "No such request")
            return JSONResponse({"cdn_delete_results": []})

        script = self._desk.script
        return await perform(script.take("payloads"), request, script, normal)

    async def billing(self, request: Request) -> Response:
        """What was billed for the requests asked for."""

        async def normal() -> Response:
            if (refused := self._refused(request)) is not None:
                return refused
            asked = [i for i in request.query_params.get("request_id", "").split(",") if i]
            known = {one.request_id: one for one in self._desk.store.requests()}
            found = [self._bill(known[one]) for one in asked if one in known]
            events = [event for event in found if event is not None]
            return JSONResponse({"billing_events": events, "next_cursor": None, "has_more": False})

        script = self._desk.script
        return await perform(script.take("billing"), request, script, normal)

    async def balance(self, request: Request) -> Response:
        """An account that never ends."""

        async def normal() -> Response:
            if (refused := self._refused(request)) is not None:
                return refused
            body: dict[str, Any] = {"username": "practice"}
            if request.query_params.get("expand") == "credits":
                body["credits"] = {"current_balance": BALANCE, "currency": "USD"}
            return JSONResponse(body)

        script = self._desk.script
        return await perform(script.take("balance"), request, script, normal)

    def _bill(self, accepted: Accepted) -> dict[str, Any] | None:
        """A request's event; None where nothing was billed."""
        endpoint = self._desk.endpoints.get(accepted.endpoint_id)
        units = self._desk.billed.get(accepted.request_id)
        if endpoint is None or units is None:
            return None
        price = endpoint.pricing.amount_usd
        total = self._desk.script.bills.get(accepted.request_id, units * price)
        if total is None:
            return None
        return {
            "request_id": accepted.request_id,
            "endpoint_id": accepted.endpoint_id,
            "timestamp": iso(accepted.completed_at),
            "output_units": float(units),
            "unit": f"{endpoint.pricing.unit}s",
            "unit_price": float(price),
            "percent_discount": 0,
            "cost_subtotal": float(total),
            "cost_discount": 0,
            "cost_total": float(total),
        }

    def _refused(self, request: Request) -> Response | None:
        problem = self._desk.key_problem(request)
        return None if problem is None else _error(401, "authorization_error", problem)

    def _since(self, start: str | None) -> float:
        if not start:
            return self._desk.now() - _LOOK_BACK
        at = datetime.fromisoformat(start)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()

    def _rows(self, endpoint_id: str, since: float, query: Mapping[str, str]) -> list[Any]:
        wanted = query.get("request_id")
        found = [
            one
            for one in self._desk.store.requests()
            if one.endpoint_id == endpoint_id
            and one.accepted_at >= since
            and wanted in (None, "", one.request_id)
            and not self._desk.script.is_lost(one.request_id)
        ]
        found.sort(key=lambda one: one.accepted_at, reverse=True)
        rows = [self._row(one, payloads=query.get("expand") == "payloads") for one in found]
        status = query.get("status")
        return [row for row in rows if status in (None, "", _verdict(row["status_code"]))]

    def _row(self, accepted: Accepted, *, payloads: bool) -> dict[str, Any]:
        held = self._desk.script.held(accepted.request_id)
        now = moment(accepted, self._desk.now(), held)
        over = now.state == "COMPLETED"
        started = accepted.accepted_at + accepted.queue_seconds
        row: dict[str, Any] = {
            "request_id": accepted.request_id,
            "endpoint_id": accepted.endpoint_id,
            "sent_at": iso(accepted.accepted_at),
            "started_at": None if now.state == "IN_QUEUE" else iso(started),
            "ended_at": iso(accepted.completed_at) if over else None,
            "duration": round(accepted.completed_at - accepted.accepted_at, 3) if over else None,
            "status_code": None,
        }
        if over:
            row["status_code"] = 200 if now.failure is None else now.failure.status
        if payloads:
            row["json_input"] = accepted.input
        return row


def _verdict(status_code: int | None) -> str | None:
    if status_code is None:
        return None
    if status_code < 400:
        return "success"
    return "error" if status_code >= 500 else "user_error"


def _price(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "endpoint_id": endpoint.endpoint_id,
        "unit_price": float(endpoint.pricing.amount_usd),
        "unit": f"{endpoint.pricing.unit}s",
        "currency": "USD",
    }


def _error(status: int, kind: str, message: str) -> Response:
    return JSONResponse({"error": {"type": kind, "message": message}}, status)
