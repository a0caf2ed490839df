r"""Prompts with variables, choices and lists: what they say, what they become, how many there are.

    a {subject} in {oil|watercolour|{soft|hard} pencil}, __light__

`{name}` stands for a value, `{a|b}` for one of its options, `__name__` for one line of a list. A
backslash before a brace or a double underscore makes it text, within a choice also before a bar.
Whatever is not one of these is text: a lone brace, `{}`, JSON, words in braces with spaces, words
in doubled braces.

Pure: the same seed, template, values and lists make the same prompt, in every process.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from backend.domain.sentence import Sentence
from backend.domain.words import folded

#: choices in choices; lists that name lists
MOST_DEEP: Final = 10
#: places of a prompt that are filled in, those that lists bring included
MOST_STEPS: Final = 10_000
#: variables of one prompt
MOST_VARIABLES: Final = 50
#: characters of a value
MOST_OF_A_VALUE: Final = 10_000
NAME_LENGTH: Final = 40

_TOKEN: Final = re.compile(
    r"(?<!\\)(?P<slashes>\\++)(?P<mark>[{}|]|__)"
    rf"|(?<![^\W_])__(?=[^\W_])(?P<list>[\w-]{{1,{NAME_LENGTH}}}?)(?<!_)__"
    r"|(?P<sign>[{}|])"
)
#: a text without these is its own template
_MARKS: Final = re.compile(r"[{}]|__")
_VARIABLE: Final = re.compile(rf"[^\W\d_][\w-]{{0,{NAME_LENGTH - 1}}}")
_LIST_NAME: Final = re.compile(rf"(?!.*__)[^\W_](?:[\w-]{{0,{NAME_LENGTH - 2}}}[^\W_])?")
#: an object of JSON begins so, and is never a choice
_JSON: Final = re.compile(r'\s*"[^"]*"\s*:')


class TemplateRefused(ValueError):
    """A template can't be filled in; `sentence` tells a person why."""

    def __init__(self, sentence: Sentence):
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Variable:
    """A place for a value."""

    name: str


@dataclass(frozen=True)
class FromList:
    """A place for a line of a list; names of lists are told apart without their case."""

    name: str


@dataclass(frozen=True)
class Choice:
    """A place for one of its options."""

    options: tuple["Pattern", ...]


Part = str | Variable | FromList | Choice


@dataclass(frozen=True)
class Pattern:
    """A template that was read."""

    parts: tuple[Part, ...]

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to fill in."""
        return all(isinstance(part, str) for part in self.parts)

    @property
    def is_chosen(self) -> bool:
        """Whether a seed decides about something."""
        return any(isinstance(part, Choice | FromList) for part in self.parts)

    @property
    def variables(self) -> tuple[str, ...]:
        """Their names, each once, in their order."""
        return tuple(dict.fromkeys(p.name for p in self.places() if isinstance(p, Variable)))

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists that it names itself, folded, each once."""
        named = (part.name for part in self.places() if isinstance(part, FromList))
        return tuple(dict.fromkeys(folded(name) for name in named))

    def places(self) -> Iterator[Variable | FromList | Choice]:
        """All that is filled in, that within options included."""
        for part in self.parts:
            if isinstance(part, str):
                continue
            yield part
            if isinstance(part, Choice):
                for option in part.options:
                    yield from option.places()


#: the lines of each list, by its folded name
Lists = Mapping[str, Sequence[Pattern]]
#: which option stands at a place, a number below `many`: chosen(path, many). The path counts the
#: choices and lists of a text from 1, those within an option behind a dot: ".2.1"
Chosen = Callable[[str, int], int]


@dataclass(frozen=True, kw_only=True)
class PromptTemplate:
    """A prompt as somebody wrote it, and what its variables stand for."""

    prompt: str
    variables: Mapping[str, str] = field(default_factory=dict)
    #: the run was given no seed: one was drawn for its choices
    seed_drawn: bool = False
    #: which of its combinations it is, from 0; None: a seed chooses
    combination: int | None = None


def options_of(place: FromList | Choice, lists: Lists) -> Sequence[Pattern]:
    """What can stand there; the list has to be there."""
    return place.options if isinstance(place, Choice) else lists[folded(place.name)]


def is_list_name(text: str) -> bool:
    """Whether a prompt can name a list so."""
    return _LIST_NAME.fullmatch(text) is not None


# ── reading ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Token:
    kind: str
    #: as it was typed
    raw: str
    #: as it is read within a choice, where a bar can be escaped
    plain: str
    #: where it begins
    at: int = 0


def parse(text: str) -> Pattern:
    """What a template says, in time that grows with its length. Raises TemplateRefused."""
    if not _MARKS.search(text):
        return Pattern((text,) if text else ())
    return _Reader(tuple(_tokens(text))).read()


def escaped(text: str) -> str:
    """A template that becomes exactly this text."""
    for attempt in (text, _without_places(text)):
        with suppress(TemplateRefused):  # nested too deep for a template, no obstacle to a text
            if parse(attempt).parts in ((), (text,)):
                return attempt
    return re.sub(r"(?<!\\)(\\*+)([{}]|__)", lambda m: f"{m[1] * 2}\\{m[2]}", text)


def _without_places(text: str) -> str:
    """With a backslash before what would be filled in, and before nothing else."""
    marks = _Reader(tuple(_tokens(text))).marks()
    return "".join(f"\\{c}" if at in marks else c for at, c in enumerate(text))


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while found := _TOKEN.search(text, position):
        if found.start() > position:
            before = text[position : found.start()]
            yield _Token("text", before, before)
        position = found.end()
        if found["slashes"]:
            slashes, mark = found["slashes"], found["mark"]
            half = "\\" * (len(slashes) // 2)
            if len(slashes) % 2 == 0:
                # the backslashes stand for themselves, and the mark is one
                yield _Token("text", slashes if mark == "|" else half, half)
                position = found.start("mark")
            else:
                raw = f"{slashes}{mark}" if mark == "|" else f"{half}{mark}"
                yield _Token("text", raw, f"{half}{mark}")
        elif found["list"]:
            yield _Token("list", found[0], found["list"], found.start())
        else:
            yield _Token(found["sign"], found["sign"], found["sign"], found.start())
    if position < len(text):
        yield _Token("text", text[position:], text[position:])


@dataclass
class _Level:
    """The prompt itself, or a choice that is being read."""

    #: where it begins among the tokens, and where it ends
    start: int
    end: int
    options: list[Pattern] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def say(self, text: str) -> None:
        if self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += text
        elif text:
            self.parts.append(text)

    def close_option(self) -> None:
        self.options.append(Pattern(tuple(self.parts)))
        self.parts = []


class _Reader:
    """Braces are paired first, so that what has no partner is text; then one walk builds it."""

    def __init__(self, tokens: Sequence[_Token]):
        self._tokens = tokens
        self._partner: dict[int, int] = {}
        #: to which brace a bar belongs
        self._owner: dict[int, int] = {}
        self._pair()

    def _pair(self) -> None:
        waiting: list[int] = []
        bars: list[list[int]] = []
        for at, token in enumerate(self._tokens):
            if token.kind == "{":
                waiting.append(at)
                bars.append([])
            elif token.kind == "|" and waiting:
                bars[-1].append(at)
            elif token.kind == "}" and waiting:
                start = waiting.pop()
                self._partner[start] = at
                self._owner.update(dict.fromkeys(bars.pop(), start))
        self._with_bars = set(self._owner.values())

    def read(self) -> Pattern:
        levels = [_Level(-1, len(self._tokens))]
        skip_to = 0
        for at, token in enumerate(self._tokens):
            level = levels[-1]
            if at < skip_to:
                continue
            if token.kind == "list":
                level.parts.append(FromList(token.plain))
            elif token.kind == "{" and (name := self._variable(at)):
                level.parts.append(Variable(name))
                skip_to = self._partner[at] + 1
            elif token.kind == "{" and self._is_choice(at):
                if len(levels) > MOST_DEEP:
                    raise _too_deep()
                levels.append(_Level(at, self._partner[at]))
            elif token.kind == "|" and len(levels) > 1 and self._owner.get(at) == level.start:
                level.close_option()
            elif token.kind == "}" and at == level.end:
                level.close_option()
                levels.pop()
                levels[-1].parts.append(Choice(tuple(level.options)))
            else:
                level.say(token.plain if len(levels) > 1 else token.raw)
        return Pattern(tuple(levels[0].parts))

    def marks(self) -> set[int]:
        """Where in the text stand the braces and underscores of what is filled in."""
        found: set[int] = set()
        for at, token in enumerate(self._tokens):
            if token.kind == "list":
                found.add(token.at)
            elif token.kind == "{" and (self._variable(at) or self._is_choice(at)):
                found |= {token.at, self._tokens[self._partner[at]].at}
        return found

    def _variable(self, at: int) -> str:
        doubled = at > 0 and self._partner.get(at - 1) == at + 3
        if self._partner.get(at) != at + 2 or doubled:
            return ""
        inside = self._tokens[at + 1]
        named = inside.kind == "text" and _VARIABLE.fullmatch(inside.raw)
        return inside.raw if named else ""

    def _is_choice(self, at: int) -> bool:
        if at not in self._with_bars:
            return False
        following = self._tokens[at + 1]
        return not (following.kind == "text" and _JSON.match(following.raw))


# ── filling in ───────────────────────────────────────────────────────────────────────────────


def check(pattern: Pattern, lists: Lists) -> None:
    """Whether all lists that it leads to are there, in no circle and not too deep.

    Raises TemplateRefused.
    """
    _Lists(lists).visit(pattern, ())


def resolve(
    pattern: Pattern, values: Mapping[str, str], lists: Lists, seed: int, *, longest: int
) -> str:
    """The prompt that it becomes, of at most `longest` characters. Raises TemplateRefused."""

    def chosen(path: str, many: int) -> int:
        # 128 bits, so that each is as likely as any other
        drawn = sha256(f"{seed}{path}".encode()).digest()
        return int.from_bytes(drawn[:16]) % many

    return fill(pattern, values, lists, chosen, longest=longest)


def fill(
    pattern: Pattern, values: Mapping[str, str], lists: Lists, chosen: Chosen, *, longest: int
) -> str:
    """The prompt that these choices make, of at most `longest` characters.

    Raises TemplateRefused.
    """
    _check_values(pattern, values)
    check(pattern, lists)
    filling = _Filling(values=values, lists=lists, chosen=chosen, longest=longest)
    filling.fill(pattern, "")
    return "".join(filling.said)


def _check_values(pattern: Pattern, values: Mapping[str, str]) -> None:
    named = pattern.variables
    if len(named) > MOST_VARIABLES:
        english = "A prompt has at most {most} variables."
        raise TemplateRefused(Sentence("template.many", english, most=MOST_VARIABLES))
    for name in named:
        value = values.get(name, "")
        if not value.strip():
            english = "Say what {name} stands for, in its box below the prompt."
            raise TemplateRefused(Sentence("template.missing", english, name=f"{{{name}}}"))
        if len(value) > MOST_OF_A_VALUE:
            english = "What stands for {name} is too long: at most {most:n} characters."
            raise TemplateRefused(
                Sentence("template.long_value", english, name=f"{{{name}}}", most=MOST_OF_A_VALUE)
            )
    unknown = next((name for name in values if name not in named), None)
    if unknown is not None:
        shown = "".join(c if c.isprintable() else "�" for c in unknown[:NAME_LENGTH])
        english = "The prompt has no variable {name}."
        raise TemplateRefused(Sentence("template.unknown", english, name=f"{{{shown}}}"))


class _Lists:
    """A walk over all lists that a template leads to, each looked at once."""

    def __init__(self, lists: Lists):
        self._lists = lists
        #: how many lists lie below each other, from this one on
        self._depth: dict[str, int] = {}

    def visit(self, pattern: Pattern, above: tuple[str, ...]) -> int:
        return max((self._list(name, above) for name in pattern.lists), default=0)

    def _list(self, name: str, above: tuple[str, ...]) -> int:
        if name in above:
            circle = " → ".join(f"__{one}__" for one in (*above[above.index(name) :], name))
            english = "These lists name each other in a circle: {circle}."
            raise TemplateRefused(Sentence("template.circle", english, circle=circle))
        if name not in self._lists or not self._lists[name]:
            english = "There is no list {name} with a line in it."
            raise TemplateRefused(Sentence("template.no_list", english, name=f"__{name}__"))
        if len(above) >= MOST_DEEP:
            raise _too_deep()
        if name not in self._depth:
            below = (self.visit(line, (*above, name)) for line in self._lists[name])
            self._depth[name] = 1 + max(below, default=0)
        if len(above) + self._depth[name] > MOST_DEEP:
            raise _too_deep()
        return self._depth[name]


@dataclass(kw_only=True)
class _Filling:
    values: Mapping[str, str]
    lists: Lists
    chosen: Chosen
    longest: int
    said: list[str] = field(default_factory=list)
    length: int = 0
    steps: int = 0

    def fill(self, pattern: Pattern, path: str) -> None:
        places = 0
        for part in pattern.parts:
            if isinstance(part, str):
                self._say(part)
                continue
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise self._too_long()
            if isinstance(part, Variable):
                self._say(self.values[part.name])
                continue
            # words around it and variables may change without another choice
            places += 1
            here = f"{path}.{places}"
            options = options_of(part, self.lists)
            self.fill(options[self.chosen(here, len(options))], here)

    def _say(self, text: str) -> None:
        self.length += len(text)
        if self.length > self.longest:
            raise self._too_long()
        self.said.append(text)

    def _too_long(self) -> TemplateRefused:
        return TemplateRefused(too_long(self.longest))


def too_long(most: int) -> Sentence:
    """What is said of a prompt that is longer."""
    english = "This becomes too long a prompt: at most {most:n} characters."
    return Sentence("template.too_long", english, most=most)


def _too_deep() -> TemplateRefused:
    english = "This is nested too deep: at most {most} choices or lists within each other."
    return TemplateRefused(Sentence("template.deep", english, most=MOST_DEEP))
