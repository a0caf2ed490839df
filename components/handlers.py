"""What the page's forms ask the server for. Plain functions: a person's id and a mapping that the
browser sent in, a mapping as JSON out. Nothing of Gradio in here.

Every call says who asks: Gradio's own visibility settings are no access control. Errors that a
person may meet are part of the answer, `{"error": {"code", "message", "fields"}}`; only faults of
ours are exceptions.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from backend.domain.endpoint import Endpoint
from backend.domain.errors import InputRefused, NotFound, PlaygroundError, SignInNeeded
from backend.domain.field import Input
from backend.domain.money import MICROS_PER_USD, plain, to_micros
from backend.domain.person import Person
from backend.domain.sentence import Sentence
from backend.domain.template import PromptTemplate, TemplateRefused, escaped, parse
from backend.endpoints.price import Estimate
from backend.endpoints.warn_input import warnings
from backend.services import Services
from backend.services.templates import PROMPT, SEED
from components.form import Form
from components.incoming import Fitting, fit, read_json

Answer = dict[str, Any]
Call = Callable[[str | None, Any], Awaitable[Answer]]
Body = Callable[["Handlers", Person, "Asked"], Awaitable[Answer]]

MAX_KEY: Final = 200
#: prompts that are shown before one is run
MOST_SEEDS: Final = 3


def run_label(price: Estimate) -> str:
    """What the run button says: `Run · $0.06`."""
    return Sentence("form.run", "Run · {price}", price=price.text)


@dataclass(frozen=True)
class Asked:
    """One request of the page's, its shape checked."""

    endpoint: Endpoint
    form: Form
    given: Mapping[str, Any]

    @property
    def parts(self) -> Mapping[str, Any]:
        """What the form holds in the browser."""
        return self.mapping("parts")

    def read(self, *, keep_defaults: bool = False) -> Input:
        """The form's input."""
        return self.form.read(self.parts, keep_defaults=keep_defaults)

    def text(self, name: str) -> str:
        """A text of the request. Raises InputRefused where it is none."""
        value = self.given.get(name, "")
        if not isinstance(value, str):
            raise InputRefused(Sentence("call.text", "“{name}” has to be a text.", name=name))
        return value

    def usd(self, name: str) -> Decimal | None:
        """An amount of money; None without one. Raises InputRefused where it is none."""
        value = self.text(name)
        try:
            amount = Decimal(value) if value else None
        except InvalidOperation:
            amount = Decimal("NaN")
        if amount is not None and not amount.is_finite():
            raise InputRefused(Sentence("call.usd", "“{name}” has to be an amount.", name=name))
        return amount

    def template(self, prompt: Any) -> PromptTemplate | None:
        """What the prompt box holds, with its variables. Raises InputRefused."""
        if not isinstance(prompt, str):
            return None
        variables = self.mapping("variables")
        if not all(isinstance(value, str) for value in variables.values()):
            english = "“{name}” has to be a text."
            raise InputRefused(Sentence("call.text", english, name="variables"))
        try:
            named = parse(prompt).variables
        except TemplateRefused:
            named = ()  # whatever is wrong with it is told when it is filled in
        # a box may be there a moment longer than its variable
        return PromptTemplate(
            prompt=prompt, variables={name: variables[name] for name in named if name in variables}
        )

    def number(self, name: str) -> int:
        """A whole number of the request. Raises InputRefused where it is none."""
        value = self.given.get(name)
        if type(value) is not int:
            raise InputRefused(Sentence("call.number", "“{name}” has to be a number.", name=name))
        return value

    def seeds(self, seed: Any) -> list[int]:
        """By which to show what the prompt becomes: the form's own is the first."""
        given = self.given.get("seeds", [])
        found = [one for one in given if type(one) is int] if isinstance(given, list) else []
        own = [seed] if type(seed) is int and found else []
        return [*own, *found][:MOST_SEEDS]

    def mapping(self, name: str) -> Mapping[str, Any]:
        """An object of the request. Raises InputRefused where it is none."""
        value = self.given.get(name, {})
        if not isinstance(value, dict):
            raise InputRefused(Sentence("call.mapping", "“{name}” has to be an object.", name=name))
        return value


def answering(body: Body) -> Callable[["Handlers", str | None, Any], Awaitable[Answer]]:
    """Finds the person and the form, and turns errors for a person into an answer."""

    async def call(self: "Handlers", person_id: str | None, given: Any) -> Answer:
        try:
            return await body(self, await self.person(person_id), self.asked(given))
        except PlaygroundError as error:
            return {"error": _drawn(error)}

    call.__doc__ = body.__doc__
    call.__name__ = body.__name__
    return call


@dataclass(frozen=True)
class Handlers:
    """The answers, by name; `services` decide everything that is a rule."""

    services: Services
    forms: Mapping[str, Form]

    async def person(self, person_id: str | None) -> Person:
        """Who asks. Raises SignInNeeded."""
        person = None if not person_id else await self.services.people.person(person_id)
        if person is None:
            raise SignInNeeded
        return person

    def asked(self, given: Any) -> Asked:
        """The request with the form that it is about. Raises InputRefused."""
        if not isinstance(given, dict):
            raise InputRefused(Sentence("call.object", "The request has to be an object."))
        slug = given.get("slug")
        form = self.forms.get(slug) if isinstance(slug, str) else None
        if form is None:
            raise InputRefused(
                Sentence("call.form", "There is no such form here. Reload the page.")
            )
        return Asked(form.endpoint, form, given)

    @answering
    async def start(self, person: Person, asked: Asked) -> Answer:
        """Start a run of what the form holds: `{"run"}`."""
        key = asked.text("key")[:MAX_KEY] or None
        given = dict(asked.read())
        template = asked.template(given.get(PROMPT))
        if template is not None:
            del given[PROMPT]
        run = await self.services.generate.start(
            person,
            asked.endpoint.endpoint_id,
            given,
            key,
            confirmed=asked.usd("confirmed"),
            project=asked.text("project"),
            preset=await self._preset_name(person, asked.text("preset")),
            template=template,
        )
        return {"run": await self.services.view.one(run, person)}

    async def _preset_name(self, person: Person, preset_id: str) -> str:
        """What it is called now; "" without one, and for one that is gone by now."""
        if not preset_id:
            return ""
        try:
            return str((await self.services.presets.get(person, preset_id)).name)
        except NotFound:
            return ""

    @answering
    async def price(self, person: Person, asked: Asked) -> Answer:
        """What a run costs at most, and what is doubtful: `{"label", "usd", "warnings"}`."""
        given = asked.read()
        price = await self.services.generate.estimate(person, asked.endpoint.endpoint_id, given)
        return {
            "label": run_label(price),
            "usd": plain(price.usd),
            "warnings": warnings(asked.endpoint, given),
        }

    @answering
    async def template(self, person: Person, asked: Asked) -> Answer:
        """What the prompt box asks for, how many prompts it can become, what all of them cost at
        most, how many can be run together, and some of them: `{"variables", "combinations", "usd",
        "most", "previews"}`."""
        given = asked.read()
        written = asked.template(given.get(PROMPT, "")) or PromptTemplate(prompt="")
        seed = given.get(SEED)
        found = await self.services.templates.look(
            person, written.prompt, written.variables, asked.seeds(seed)
        )
        price = await self.services.generate.estimate(person, asked.endpoint.endpoint_id, given)
        micros = to_micros(price.usd) * found.combinations
        return {
            "variables": list(found.variables),
            # more digits than a number has in a browser
            "combinations": str(found.combinations),
            "usd": f"{micros // MICROS_PER_USD}.{micros % MICROS_PER_USD:06d}",
            "most": self.services.combinations.most,
            "previews": [{"seed": str(seed), "prompt": prompt} for seed, prompt in found.previews],
        }

    @answering
    async def combinations(self, person: Person, asked: Asked) -> Answer:
        """All that the prompt box can become, before they are run: `{"prompts", "each_usd", "usd",
        "left_usd"}`."""
        given = dict(asked.read())
        written = asked.template(given.pop(PROMPT, "")) or PromptTemplate(prompt="")
        found = await self.services.combinations.look(
            person, asked.endpoint.endpoint_id, given, written
        )
        return {
            "prompts": list(found.prompts),
            "each_usd": plain(found.each),
            "usd": plain(found.usd),
            "left_usd": None if found.left is None else plain(found.left),
        }

    @answering
    async def combination(self, person: Person, asked: Asked) -> Answer:
        """Start a run of one of them, of that number and prompt: `{"run"}`."""
        given = dict(asked.read())
        written = asked.template(given.pop(PROMPT, "")) or PromptTemplate(prompt="")
        run = await self.services.combinations.start(
            person,
            asked.endpoint.endpoint_id,
            given,
            replace(written, combination=asked.number("combination")),
            asked.text("key")[:MAX_KEY] or None,
            seen=asked.text("seen"),
            confirmed=asked.usd("confirmed") or Decimal(0),
            project=asked.text("project"),
            preset=await self._preset_name(person, asked.text("preset")),
        )
        return {"run": await self.services.view.one(run, person)}

    @answering
    async def reset(self, person: Person, asked: Asked) -> Answer:
        """The form as it starts: `{"parts", "notes"}`."""
        return {"parts": asked.form.start, "notes": []}

    @answering
    async def open(self, person: Person, asked: Asked) -> Answer:
        """A whole input, e.g. a run's; fields that it does not name go back to their start.

        With a `template` that is what the prompt box gets, and its `variables` come back.
        """
        given, written = dict(asked.mapping("input")), asked.mapping("template")
        prompt, variables = written.get(PROMPT), written.get("variables")
        if isinstance(prompt, str) and isinstance(variables, dict):
            fitting = fit(asked.endpoint, {**given, PROMPT: prompt})
            if written.get("seed_drawn") is True:
                fitting = replace(fitting, values=_without(fitting.values, SEED))
            answer = _filled(fitting, {**asked.form.start, **asked.form.write(fitting.values)})
            return {**answer, "variables": variables}
        fitting = fit(asked.endpoint, _as_text(given))
        return _filled(fitting, {**asked.form.start, **asked.form.write(fitting.values)})

    @answering
    async def put(self, person: Person, asked: Asked) -> Answer:
        """Some fields; the others stay."""
        fitting = fit(asked.endpoint, asked.mapping("input"))
        return _filled(fitting, asked.form.write(fitting.values))

    @answering
    async def paste(self, person: Person, asked: Asked) -> Answer:
        """JSON that somebody pasted; fields that it does not name stay."""
        given = read_json(asked.endpoint, asked.text("text"))
        fitting = fit(asked.endpoint, _as_text(given))
        return _filled(fitting, asked.form.write(fitting.values))

    @answering
    async def preset(self, person: Person, asked: Asked) -> Answer:
        """A preset's values; fields that it does not name stay."""
        values = await self.services.preset_use.apply(person, asked.text("id"))
        fitting = fit(asked.endpoint, values)
        return _filled(fitting, asked.form.write(fitting.values))

    @answering
    async def codes(self, person: Person, asked: Asked) -> Answer:
        """What the form holds as code, checked or not: `{"codes"}`."""
        given = dict(asked.read())
        template = asked.template(given.get(PROMPT))
        if template is not None:
            with suppress(InputRefused):  # then as it is written
                given, _ = await self.services.templates.fill(
                    person, _without(given, PROMPT), template
                )
        return {"codes": self.services.code.render(asked.endpoint, given)}

    @answering
    async def held(self, person: Person, asked: Asked) -> Answer:
        """What the form holds, field by field, defaults too, and which of it is no default:
        `{"values", "touched"}`."""
        return {"values": asked.read(keep_defaults=True), "touched": sorted(asked.read())}

    def calls(self) -> Mapping[str, Call]:
        """Every call that the page may make, by the name in its address."""
        return {
            "start": self.start,
            "price": self.price,
            "template": self.template,
            "combinations": self.combinations,
            "combination": self.combination,
            "reset": self.reset,
            "open": self.open,
            "put": self.put,
            "paste": self.paste,
            "preset": self.preset,
            "codes": self.codes,
            "held": self.held,
        }


def _as_text(given: Mapping[str, Any]) -> dict[str, Any]:
    """An input whose prompt was never a template: what would mean something in the box is text."""
    prompt = given.get(PROMPT)
    return {**given, PROMPT: escaped(prompt)} if isinstance(prompt, str) else dict(given)


def _without(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def _filled(fitting: Fitting, parts: Mapping[str, Any]) -> Answer:
    return {"parts": dict(parts), "notes": list(fitting.notes), "fitted": sorted(fitting.values)}


def _drawn(error: PlaygroundError) -> Answer:
    return {
        "code": error.code(),
        "message": error.message,
        "fields": dict(error.fields),
        **error.facts,
    }
