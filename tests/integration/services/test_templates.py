"""Runs of templates: what is sent, what is kept, what is bought once."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from backend.domain.errors import InputRefused, KeyReused
from backend.domain.run import Run
from backend.domain.template import PromptTemplate
from backend.pictures.metadata import read_metadata
from tests.integration.playground import V11, World

WORDS = PromptTemplate(prompt="a {subject} in {oil|ink|chalk}", variables={"subject": "{cat|dog}"})


async def begun(
    world: World, template: PromptTemplate = WORDS, key: str | None = None, **given: object
) -> Run:
    return await world.services.generate.start(world.alice, V11, given, key, template=template)


def stored(folder: Path, key: str) -> bytes:
    return next(folder.rglob(Path(key).name)).read_bytes()


async def test_what_a_template_became_is_sent_and_kept_beside_it(world: World) -> None:
    run = await world.done(await begun(world, seed=7))
    prompt = run.input["prompt"]
    assert re.fullmatch(r"a \{cat\|dog\} in (oil|ink|chalk)", prompt)
    assert run.input["seed"] == 7
    assert run.template == WORDS
    assert [sent.input["prompt"] for sent in world.script.submits] == [prompt]
    again = await begun(world, seed=7)
    assert again.input == run.input


async def test_without_a_seed_one_is_drawn_and_sent(world: World) -> None:
    run = await world.done(await begun(world))
    assert run.template is not None
    assert run.template.seed_drawn
    assert 0 <= run.input["seed"] < 2**32
    assert [sent.input["seed"] for sent in world.script.submits] == [run.input["seed"]]
    by_hand = await begun(world, seed=run.input["seed"])
    assert by_hand.input["prompt"] == run.input["prompt"]


async def test_variables_alone_draw_no_seed(world: World) -> None:
    run = await begun(world, PromptTemplate(prompt="a {x}", variables={"x": "cat"}))
    assert run.input == {"prompt": "a cat"}


async def test_a_mere_text_is_no_template(world: World) -> None:
    run = await begun(world, PromptTemplate(prompt='a { in {"json": "a|b"}'))
    assert run.input == {"prompt": 'a { in {"json": "a|b"}'}
    assert run.template is None


async def test_a_prompt_that_is_given_as_text_is_no_template(world: World) -> None:
    run = await world.start(prompt="a {x} in {oil|ink}, __light__")
    assert run.input["prompt"] == "a {x} in {oil|ink}, __light__"
    assert "seed" not in run.input


async def test_the_same_template_under_one_key_buys_once(world: World) -> None:
    first = await begun(world, key="one")
    for _ in range(5):
        assert (await begun(world, key="one")).id == first.id
    with pytest.raises(KeyReused):
        await begun(world, PromptTemplate(prompt="{a|b}"), key="one")
    with pytest.raises(KeyReused):
        await begun(world, key="one", seed=first.input["seed"])
    with pytest.raises(KeyReused):
        await begun(world, PromptTemplate(prompt=WORDS.prompt, variables={"subject": "x"}), "one")
    await world.done(first)
    assert world.posts == 1


async def test_again_fills_the_template_in_by_another_seed_unless_one_was_given(
    world: World,
) -> None:
    drawn = await world.done(await begun(world))
    seeds = {drawn.input["seed"]}
    for _ in range(3):
        again = await world.services.generate.again(world.alice, drawn)
        assert again.template == drawn.template
        seeds.add(again.input["seed"])
    assert len(seeds) > 1
    given = await world.done(await begun(world, seed=3))
    assert (await world.services.generate.again(world.alice, given)).input == given.input


@pytest.mark.parametrize(
    "template",
    [
        PromptTemplate(prompt="{x}"),
        PromptTemplate(prompt="{x}", variables={"x": " "}),
        PromptTemplate(prompt="cat", variables={"<script>": "1"}),
        PromptTemplate(prompt="__nothing__"),
        PromptTemplate(prompt="{a|" * 50 + "}" * 50),
        PromptTemplate(prompt="{x}" * 3, variables={"x": "a" * 9_999}),
        PromptTemplate(prompt="{|}"),
        PromptTemplate(prompt="a" * 20_001),
    ],
)
async def test_what_is_wrong_with_a_template_is_told_beside_the_prompt(
    world: World, template: PromptTemplate
) -> None:
    with pytest.raises(InputRefused) as caught:
        await begun(world, template)
    assert set(caught.value.fields) == {"prompt"}
    assert world.posts == 0
    assert await world.runs() == ()


async def test_a_template_beside_a_prompt_is_refused(world: World) -> None:
    with pytest.raises(InputRefused, match="need another value"):
        await begun(world, prompt="a cat")


async def test_a_picture_keeps_both(world: World, tmp_path: Path) -> None:
    run = await world.done(await begun(world, seed=7))
    key = run.images[0].key
    assert key is not None
    kept = read_metadata(stored(tmp_path, key))
    assert kept is not None
    assert kept.input["prompt"] == run.input["prompt"]
    assert kept.template == {
        "prompt": WORDS.prompt,
        "variables": {"subject": "{cat|dog}"},
        "seed_drawn": False,
        "combination": None,
    }


# ── one of all combinations ──────────────────────────────────────────────────────────────────


def chosen(number: int) -> PromptTemplate:
    return replace(WORDS, combination=number)


async def test_a_combination_is_sent_and_kept_and_draws_no_seed(
    world: World, tmp_path: Path
) -> None:
    run = await world.done(await begun(world, chosen(1)))
    assert run.input == {"prompt": "a {cat|dog} in ink"}
    assert run.template == chosen(1)
    assert "seed" not in world.script.submits[0].input
    key = run.images[0].key
    assert key is not None
    kept = read_metadata(stored(tmp_path, key))
    assert kept is not None
    assert kept.template is not None
    assert kept.template["combination"] == 1


async def test_a_seed_beside_a_combination_is_fals_alone(world: World) -> None:
    for seed in (1, 2, 3):
        run = await begun(world, chosen(2), seed=seed)
        assert run.input == {"prompt": "a {cat|dog} in chalk", "seed": seed}


async def test_a_combination_is_a_part_of_what_a_key_stands_for(world: World) -> None:
    first = await begun(world, chosen(1), key="one")
    assert (await begun(world, chosen(1), key="one")).id == first.id
    for other in (chosen(0), WORDS):
        with pytest.raises(KeyReused):
            await begun(world, other, key="one")
    await world.done(first)
    assert world.posts == 1


@pytest.mark.parametrize("number", [-1, 3, 10**200])
async def test_a_combination_that_there_is_not_is_told_beside_the_prompt(
    world: World, number: int
) -> None:
    with pytest.raises(InputRefused) as caught:
        await begun(world, chosen(number))
    assert "no such combination: the prompt has 3" in caught.value.fields["prompt"]
    assert world.posts == 0


async def test_again_repeats_a_combination_as_it_was_whatever_its_list_says_now(
    world: World,
) -> None:
    lists = world.services.wordlists
    kept = await lists.save(world.alice, "tone", ["warm", "cold"])
    template = PromptTemplate(prompt="a __tone__ hill", combination=1)
    run = await world.done(await begun(world, template))
    assert run.input["prompt"] == "a cold hill"
    await lists.update(world.alice, kept.id, "tone", ["new", "warm"], kept.version)
    again = await world.services.generate.again(world.alice, run)
    assert (again.input, again.template, again.again_of) == (run.input, template, run.id)
