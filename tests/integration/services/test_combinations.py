"""All that a prompt can become, looked at together and begun one by one: as seen, as priced."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from backend.domain.budget import Period, Scope, Strictness
from backend.domain.errors import ConfirmCost, InputRefused, MoneyLimitReached
from backend.domain.person import Role
from backend.domain.run import Run
from backend.domain.template import PromptTemplate
from backend.services.budgets import Wanted
from backend.services.combinations import Together
from tests.integration.playground import V11, Fal, World, started
from tests.integration.services.test_limits import at_noon

WORDS = PromptTemplate(prompt="a {subject}{, oil|, ink|}", variables={"subject": "hill"})
PRICE = Decimal("0.04")


async def looked(world: World, template: PromptTemplate = WORDS, **given: object) -> Together:
    return await world.services.combinations.look(world.alice, V11, given, template)


async def begun(
    world: World,
    number: int,
    seen: str,
    *,
    template: PromptTemplate = WORDS,
    key: str | None = None,
    confirmed: Decimal = PRICE,
) -> Run:
    return await world.services.combinations.start(
        world.alice,
        V11,
        {},
        replace(template, combination=number),
        key,
        seen=seen,
        confirmed=confirmed,
    )


async def test_all_are_shown_with_their_price_before_anything_is_begun(world: World) -> None:
    found = await looked(world)
    assert found.prompts == ("a hill, oil", "a hill, ink", "a hill")
    assert (found.each, found.usd, found.left) == (PRICE, 3 * PRICE, None)
    assert await world.runs() == ()


async def test_each_is_begun_as_it_was_seen(world: World) -> None:
    found = await looked(world)
    runs = [await begun(world, number, seen) for number, seen in enumerate(found.prompts)]
    assert [run.input["prompt"] for run in runs] == list(found.prompts)
    assert [run.template and run.template.combination for run in runs] == [0, 1, 2]


async def test_a_list_that_was_changed_since_is_told_and_nothing_is_begun(world: World) -> None:
    lists = world.services.wordlists
    kept = await lists.save(world.alice, "tone", ["warm", "cold"])
    template = PromptTemplate(prompt="a __tone__ hill")
    found = await looked(world, template)
    await begun(world, 0, found.prompts[0], template=template)
    await lists.update(world.alice, kept.id, "tone", ["new", "warm"], kept.version)
    with pytest.raises(InputRefused) as caught:
        await begun(world, 1, found.prompts[1], template=template)
    assert "has been changed meanwhile" in caught.value.fields["prompt"]
    assert len(await world.runs()) == 1


async def test_none_costs_more_than_was_said(world: World) -> None:
    with pytest.raises(ConfirmCost):
        await begun(world, 0, "a hill, oil", confirmed=Decimal("0.039"))
    assert await world.runs() == ()


async def test_the_same_key_begins_one(world: World) -> None:
    first = await begun(world, 1, "a hill, ink", key="k")
    assert (await begun(world, 1, "a hill, ink", key="k")).id == first.id
    assert len(await world.runs()) == 1


@pytest.mark.parametrize(
    ("template", "why"),
    [
        (PromptTemplate(prompt="{a|}"), "Prompt 2 of 2: "),
        (PromptTemplate(prompt="{a|{x}{x}{x}}", variables={"x": "b" * 9_999}), "too long"),
        (PromptTemplate(prompt="{0|1|2|3|4|5|6|7|8|9}" * 9), "1,000,000,000 prompts: at most 100"),
        (PromptTemplate(prompt="{a|{x}}"), "Say what {x} stands for"),
        (PromptTemplate(prompt="{a|__nothing__}"), "no list __nothing__"),
    ],
)
async def test_one_that_can_not_be_sent_is_told_before_any_is_bought(
    world: World, template: PromptTemplate, why: str
) -> None:
    with pytest.raises(InputRefused) as caught:
        await looked(world, template)
    assert why in caught.value.fields["prompt"]


async def test_what_is_wrong_beside_the_prompt_is_told_as_well(world: World) -> None:
    with pytest.raises(InputRefused) as caught:
        await looked(world, safety_tolerance="9")
    assert set(caught.value.fields) == {"safety_tolerance"}


def budget(usd: str, **changes: object) -> Wanted:
    wanted = Wanted(
        scope=Scope.TEAM,
        person_id=None,
        endpoint_id=None,
        period=Period.DAY,
        kind=Strictness.HARD,
        usd=Decimal(usd),
    )
    return replace(wanted, **changes)  # type: ignore[arg-type]


async def test_the_tightest_limit_is_shown_and_each_run_has_to_pass_it(
    fal: Fal, tmp_path: Path
) -> None:
    async with at_noon(fal, tmp_path, max_usd_per_day=Decimal("0.50")) as world:
        budgets, admin = world.services.budgets, replace(world.alice, role=Role.ADMIN)
        assert (await looked(world)).left == Decimal("0.50")
        await budgets.put(admin, budget("0.01", kind=Strictness.SOFT))
        await budgets.put(admin, budget("0.01", endpoint_id="fal-ai/flux-pro/v1.1-ultra"))
        await budgets.put(admin, budget("3", scope=Scope.EACH, period=Period.MONTH))
        assert (await looked(world)).left == Decimal("0.50")
        await budgets.put(admin, budget("0.09"))
        found = await looked(world)
        assert found.left == Decimal("0.09")
        for number in (0, 1):
            await world.done(await begun(world, number, found.prompts[number]))
        with pytest.raises(MoneyLimitReached):
            await begun(world, 2, found.prompts[2])
        assert world.posts == 2
        assert (await looked(world)).left == Decimal("0.01")


async def test_no_more_are_run_together_than_may_wait(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path, max_waiting=2) as world:
        assert world.services.combinations.most == 2
        with pytest.raises(InputRefused) as caught:
            await looked(world)
        assert "3 prompts: at most 2" in caught.value.fields["prompt"]
