"""What a press does: dicts by field name in, an answer as JSON out."""

import json
from decimal import Decimal
from typing import Any

import pytest

from backend.domain.errors import ConfirmCost, MoneyLimitReached, PlaygroundError
from backend.domain.preset import Preset
from backend.domain.template import PromptTemplate
from components.form import form_of
from components.handlers import Handlers
from tests.unit.components.face import Face

ULTRA = "fal-ai/flux-pro/v1.1-ultra"


@pytest.fixture
def face() -> Face:
    """Services that spend nothing."""
    return Face()


@pytest.fixture
def handlers(face: Face) -> Handlers:
    """The handlers of the nine forms."""
    forms = {endpoint.slug: form_of(endpoint) for endpoint in face.catalogue.endpoints}
    return Handlers(face.services, forms)


def request(handlers: Handlers, slug: str = "v1.1-ultra", **more: Any) -> dict[str, Any]:
    """A request as the page sends it: a form with some values."""
    form = handlers.forms[slug]
    values = more.pop("values", {})
    return {"slug": slug, "parts": {**form.start, **form.write(values)}, **more}


async def test_a_start_sends_what_was_set_under_its_key(face: Face, handlers: Handlers) -> None:
    given = request(handlers, values={"prompt": "A door", "aspect_ratio": "16:9"}, key="k1")
    answer = await handlers.start("alice", given)
    assert answer["run"]["id"] == "run1"
    (started,) = face.generate.started
    assert started.given == {"prompt": "A door"}
    assert (started.person_id, started.endpoint_id, started.key) == ("alice", ULTRA, "k1")


async def test_messages_come_by_field(handlers: Handlers) -> None:
    answer = await handlers.start("alice", request(handlers, values={"seed": "x"}))
    assert answer["error"]["code"] == "input_refused"
    assert set(answer["error"]["fields"]) == {"prompt", "seed"}


async def test_an_error_without_a_field_is_a_sentence(face: Face, handlers: Handlers) -> None:
    face.generate.refusal = MoneyLimitReached()
    answer = await handlers.start("alice", request(handlers, values={"prompt": "A door"}))
    assert answer == {
        "error": {
            "code": "money_limit_reached",
            "message": MoneyLimitReached.sentence(),
            "fields": {},
        }
    }


@pytest.mark.parametrize("person_id", [None, "", "mallory"])
async def test_every_call_refuses_somebody_unknown(
    face: Face, handlers: Handlers, person_id: str | None
) -> None:
    for name, call in handlers.calls().items():
        answer = await call(person_id, request(handlers, values={"prompt": "A door"}, name="N"))
        assert answer["error"]["code"] == "sign_in_needed", name
    assert face.generate.started == []
    assert face.presets.kept == {}


HOSTILE: list[Any] = [
    None,
    [],
    "text",
    {},
    {"slug": []},
    {"slug": "nothing"},
    {"slug": "v1.1-ultra", "parts": []},
    {"slug": "v1.1-ultra", "parts": {"prompt.value": {"a": [1]}}, "key": 7},
    {"slug": "v1.1-ultra", "input": 7, "text": {}, "id": [], "name": 3},
]


@pytest.mark.parametrize("given", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_request_breaks_a_call(handlers: Handlers, given: Any) -> None:
    for call in handlers.calls().values():
        json.dumps(await call("alice", given))


async def test_a_fault_of_ours_is_not_hidden(face: Face, handlers: Handlers) -> None:
    class Broken(Exception):
        """Not for a person."""

    face.generate.refusal = Broken()  # type: ignore[assignment]
    with pytest.raises(Broken):
        await handlers.start("alice", request(handlers, values={"prompt": "A door"}))
    assert not issubclass(Broken, PlaygroundError)


async def test_the_price_takes_wrong_values_as_absent(handlers: Handlers) -> None:
    answer = await handlers.price("alice", request(handlers, values={"num_images": 3, "seed": "x"}))
    assert answer == {"label": "Run · $0.18", "usd": "0.18", "warnings": {}}


async def test_the_price_comes_with_doubts(handlers: Handlers) -> None:
    size = {"image_size": {"width": 2000, "height": 1000}}
    answer = await handlers.price("alice", request(handlers, "v1.1", values=size))
    assert answer["label"] == "Run · $0.08"
    assert "256 to 1440" in answer["warnings"]["image_size"]


async def test_the_price_knows_the_size_of_an_upload(face: Face, handlers: Handlers) -> None:
    face.generate.sizes["upload:a"] = (800, 600)
    known = request(handlers, "v1-fill", values={"image_url": "upload:a"})
    assert (await handlers.price("alice", known))["label"] == "Run · $0.05"


async def test_open_resets_what_is_not_named(handlers: Handlers) -> None:
    answer = await handlers.open(
        "alice", {"slug": "v1.1-ultra", "input": {"seed": 7, "enable_safety_checker": True}}
    )
    assert answer["parts"] == {**handlers.forms["v1.1-ultra"].start, "seed.value": "7"}
    assert answer["notes"] == ["enable_safety_checker is no longer a field of fal's; left out."]


async def test_paste_and_put_leave_what_is_not_named(handlers: Handlers) -> None:
    pasted = await handlers.paste("alice", {"slug": "v1.1-ultra", "text": '{"seed": 7}'})
    assert pasted["parts"] == {"seed.value": "7"}
    assert pasted["fitted"] == ["seed"]
    put = await handlers.put("alice", {"slug": "v1.1-ultra", "input": {"aspect_ratio": "5:4"}})
    assert put["parts"] == {"aspect_ratio.value": "custom", "aspect_ratio.custom": "5:4"}


async def test_reset_gives_the_start_values(handlers: Handlers) -> None:
    answer = await handlers.reset("alice", request(handlers, values={"prompt": "Away"}))
    assert answer["parts"] == handlers.forms["v1.1-ultra"].start


async def test_a_preset_of_somebody_else_is_not_there(face: Face, handlers: Handlers) -> None:
    face.presets.kept["p"] = Preset(
        id="p", endpoint_id=ULTRA, name="N", description="", values={"raw": True}, person_id="bob"
    )
    answer = await handlers.preset("alice", request(handlers, id="p"))
    assert answer["error"]["code"] == "not_found"
    assert (await handlers.preset("bob", request(handlers, id="p")))["parts"] == {"raw.value": True}


async def test_a_run_remembers_what_the_preset_was_called(face: Face, handlers: Handlers) -> None:
    face.presets.kept["p"] = Preset(
        id="p", endpoint_id="x", name="Dusk", description="", values={}, person_id="alice"
    )
    for preset, name in (("p", "Dusk"), ("gone", ""), ("", "")):
        given = request(handlers, values={"prompt": "A door"}, key=f"of {preset}", preset=preset)
        await handlers.start("alice", given)
        assert face.generate.runs[f"of {preset}"].preset == name


async def test_what_a_form_holds_is_told_with_its_defaults_and_what_is_none(
    handlers: Handlers,
) -> None:
    answer = await handlers.held("alice", request(handlers, values={"prompt": "A door"}))
    assert answer["touched"] == ["prompt"]
    assert answer["values"]["prompt"] == "A door"
    assert answer["values"]["aspect_ratio"] == "16:9"


async def test_code_is_given_of_a_form_that_would_be_refused(handlers: Handlers) -> None:
    answer = await handlers.codes("alice", request(handlers, values={"seed": "x"}))
    assert set(answer["codes"]) == {"python", "javascript", "curl", "json"}
    assert json.loads(answer["codes"]["json"]) == {"seed": "x"}


async def test_a_yes_to_a_price_is_passed_on(face: Face, handlers: Handlers) -> None:
    given = request(handlers, values={"prompt": "A door"}, confirmed="0.06")
    await handlers.start("alice", given)
    assert face.generate.started[-1].confirmed == Decimal("0.06")


async def test_what_a_run_is_for_is_passed_on(face: Face, handlers: Handlers) -> None:
    await handlers.start("alice", request(handlers, values={"prompt": "A door"}, project="Spring"))
    assert face.generate.started[-1].project == "Spring"
    answer = await handlers.start(
        "alice", request(handlers, values={"prompt": "A door"}, project=["Spring"])
    )
    assert "“project” has to be a text" in answer["error"]["message"]


@pytest.mark.parametrize("confirmed", ["much", "NaN", "Infinity", 3])
async def test_a_yes_to_no_price_is_refused(
    face: Face, handlers: Handlers, confirmed: object
) -> None:
    given = request(handlers, values={"prompt": "A door"}, confirmed=confirmed)
    answer = await handlers.start("alice", given)
    assert "“confirmed” has to be" in answer["error"]["message"]
    assert face.generate.started == []


async def test_a_refusal_that_wants_a_yes_says_to_how_much(face: Face, handlers: Handlers) -> None:
    face.generate.refusal = ConfirmCost.of(Decimal("0.06"), Decimal("0.05"))
    answer = await handlers.start("alice", request(handlers, values={"prompt": "A door"}))
    assert (answer["error"]["code"], answer["error"]["estimate_usd"]) == ("confirm_cost", "0.06")


# ── templates ────────────────────────────────────────────────────────────────────────────────


async def looked(handlers: Handlers, prompt: str, **more: Any) -> dict[str, Any]:
    values = {"prompt": prompt, **more.pop("values", {})}
    return await handlers.template("alice", request(handlers, values=values, **more))


async def test_a_look_at_a_template_says_what_it_asks_for_and_becomes(handlers: Handlers) -> None:
    found = await looked(
        handlers, "a {pet} in {oil|ink}, {when}", variables={"pet": "cat"}, seeds=[5, 6, 9]
    )
    assert found["variables"] == ["pet", "when"]
    assert (found["combinations"], found["usd"]) == ("2", "0.120000")
    assert [one["seed"] for one in found["previews"]] == ["5", "6", "9"]
    assert {one["prompt"] for one in found["previews"]} == {
        "a cat in oil, {when}",
        "a cat in ink, {when}",
    }


async def test_all_of_them_are_shown_with_what_they_cost(handlers: Handlers) -> None:
    body = request(handlers, values={"prompt": "{a|b|c}"})
    assert await handlers.combinations("alice", body) == {
        "prompts": ["{a|b|c} 0", "{a|b|c} 1", "{a|b|c} 2"],
        "each_usd": "0.06",
        "usd": "0.18",
        "left_usd": None,
    }


async def test_one_of_them_is_started_as_it_was_seen(handlers: Handlers, face: Face) -> None:
    body = request(
        handlers,
        values={"prompt": "{x} {a|b}", "seed": 7},
        variables={"x": "1", "gone": "2"},
        combination=1,
        seen="1 b",
        confirmed="0.06",
        key="k",
        project="Autumn",
    )
    await handlers.combination("alice", body)
    ((given, template, key, more),) = face.combinations.started
    assert given == {"seed": 7}
    assert template == PromptTemplate(prompt="{x} {a|b}", variables={"x": "1"}, combination=1)
    assert (key, more["seen"], more["confirmed"]) == ("k", "1 b", Decimal("0.06"))
    assert more["project"] == "Autumn"


@pytest.mark.parametrize("number", [None, True, "1", 1.0, [1]])
async def test_what_is_no_number_starts_nothing(
    handlers: Handlers, face: Face, number: Any
) -> None:
    body = request(handlers, values={"prompt": "{a|b}"}, combination=number, seen="a")
    answer = await handlers.combination("alice", body)
    assert answer["error"]["message"] == "“combination” has to be a number."
    assert face.combinations.started == []


async def test_the_forms_own_seed_is_shown_first(handlers: Handlers) -> None:
    found = await looked(handlers, "{a|b}", values={"seed": 9}, seeds=[5, 6, 7])
    assert [one["seed"] for one in found["previews"]] == ["9", "5", "6"]


async def test_an_explosion_is_a_number(handlers: Handlers) -> None:
    found = await looked(handlers, "{0|1|2|3|4|5|6|7|8|9}" * 30, seeds=[1])
    assert found["combinations"] == str(10**30)
    assert found["usd"].startswith("6" + "0" * 28 + ".")


@pytest.mark.parametrize("seeds", [None, "x", [True, "1", 1.5, None], [10**400] * 9])
async def test_hostile_seeds_break_no_look(handlers: Handlers, seeds: Any) -> None:
    found = await looked(handlers, "{a|b}", seeds=seeds)
    assert "error" not in found
    assert len(found["previews"]) <= 3


async def test_what_is_wrong_with_a_template_is_told_of_the_prompt(handlers: Handlers) -> None:
    for prompt in ("__nothing__", "{a|" * 20 + "}" * 20):
        answer = await looked(handlers, prompt)
        assert set(answer["error"]["fields"]) == {"prompt"}


async def test_a_runs_template_comes_back_with_its_values_and_without_a_drawn_seed(
    handlers: Handlers,
) -> None:
    written = {"prompt": "{x} {a|b}", "variables": {"x": "1"}, "seed_drawn": True}
    body = {"slug": "v1.1-ultra", "input": {"prompt": "1 b", "seed": 4}, "template": written}
    opened = await handlers.open("alice", body)
    assert opened["parts"]["prompt.value"] == "{x} {a|b}"
    assert opened["parts"]["seed.value"] == ""
    assert opened["variables"] == {"x": "1"}
    kept = await handlers.open("alice", {**body, "template": {**written, "seed_drawn": False}})
    assert kept["parts"]["seed.value"] == "4"


async def test_a_prompt_that_was_no_template_comes_in_as_text(handlers: Handlers) -> None:
    for how in ("open", "paste"):
        given = {"prompt": "{a|b} {x} a | b"}
        body = {"slug": "v1.1-ultra", "input": given, "text": json.dumps(given)}
        opened = await handlers.calls()[how]("alice", body)
        assert opened["parts"]["prompt.value"] == r"\{a|b\} \{x\} a | b"


async def test_code_of_a_form_holds_what_would_be_sent(handlers: Handlers) -> None:
    values = {"prompt": "a {pet} in {oil|oil}"}
    asked = request(handlers, values=values, variables={"pet": "cat", "gone": "dog"})
    assert "a cat in oil" in (await handlers.codes("alice", asked))["codes"]["curl"]
    asked = request(handlers, values=values)
    assert "a {pet} in {oil|oil}" in (await handlers.codes("alice", asked))["codes"]["curl"]
