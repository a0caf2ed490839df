"""Money: budgets, what is left of mine, and the switch that stops new runs."""

from decimal import Decimal

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import Asker, Given, Writer
from api.money_shapes import (
    Account,
    Budget,
    BudgetRequest,
    Budgets,
    Intake,
    IntakeRequest,
    MyBudget,
    MyBudgetRequest,
    Removed,
)
from api.shapes import problems
from api.spoken import Spoken
from backend.domain.budget import Period, Scope, Strictness
from backend.services.budgets import Wanted
from backend.services.intake import drawn

router = APIRouter(prefix="/api/v1", tags=["money"])


@router.get("/budgets", response_model=Budgets, responses=problems(403))
async def budgets(services: Given, person: Asker) -> JSONResponse:
    """Every budget and what counts against it; for admins."""
    return Spoken({"budgets": await services.budgets.all(person)})


@router.put("/budgets", response_model=Budget, responses=problems(403, 422, 429))
async def put_budget(body: BudgetRequest, services: Given, person: Writer) -> JSONResponse:
    """Set one; the same with another amount replaces it. For admins."""
    wanted = Wanted(
        scope=Scope(body.scope),
        person_id=body.person,
        endpoint_id=body.endpoint_id,
        period=Period(body.period),
        kind=Strictness(body.kind),
        usd=Decimal(body.usd),
    )
    return Spoken(await services.budgets.put(person, wanted))


@router.delete(
    "/budgets/{budget_id}", response_model=Removed, responses=problems(403, 404, 422, 429)
)
async def remove_budget(budget_id: str, services: Given, person: Writer) -> JSONResponse:
    """Delete one; for admins."""
    await services.budgets.remove(person, budget_id)
    return JSONResponse({"id": budget_id})


@router.get("/me/budget", response_model=MyBudget, responses=problems())
async def my_budget(services: Given, person: Asker) -> JSONResponse:
    """What is left for me, and from which estimate on I am asked before a run."""
    return JSONResponse(await services.budgets.mine(person))


@router.put("/me/budget", response_model=MyBudget, responses=problems(422, 429))
async def ask_me(body: MyBudgetRequest, services: Given, person: Writer) -> JSONResponse:
    """From which estimate on I want to be asked; null: only where the server asks."""
    usd = None if body.ask_above_usd is None else Decimal(body.ask_above_usd)
    return JSONResponse(await services.budgets.ask_me_above(person, usd))


@router.get("/account", response_model=Account, responses=problems(403))
async def account(services: Given, person: Asker) -> JSONResponse:
    """What is left of the account at fal, where FAL_BILLING_KEY may read it; for admins."""
    return JSONResponse(await services.bills.balance(person))


@router.get("/intake", response_model=Intake, responses=problems())
async def intake(services: Given, person: Asker) -> JSONResponse:
    """Whether new runs start."""
    return JSONResponse(drawn(await services.intake.get()))


@router.put("/intake", response_model=Intake, responses=problems(403, 422, 429))
async def turn(body: IntakeRequest, services: Given, person: Writer) -> JSONResponse:
    """Stop new runs for all, at once, or let them go again; for admins."""
    now = await services.intake.turn(person, is_open=body.open, reason=body.reason)
    return JSONResponse(drawn(now))
