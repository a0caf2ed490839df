"""What a search looks at: the words and the facts of one picture, as one list of tokens.

A fact is a token that begins with a colon, which no word does: `:state:done`. Facts are in the
same list as the words so that an index answers any mixture of both by intersecting lists, which
stays quick where each alone fits half of all pictures.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2s

from backend.domain.marks import Marks
from backend.domain.money import to_micros
from backend.domain.run import UNFINISHED, Image, Run, RunState
from backend.domain.sharing import Visibility
from backend.domain.words import folded, words_of

TEAM = ":to:team"
PICTURED = ":has:picture"
SEEDED = ":has:seed"
#: one fact for the states that pass quickly: an index is not written at each of them
OPEN = ":state:open"
OPEN_STATES = UNFINISHED - {RunState.UNCERTAIN}
#: sides that differ by less are a square
SQUARE = 0.03
#: how far apart two ratios of one fact are at most: 2 %
RATIO_STEP = 0.02
_PUBLISHER = "fal-ai/"


@dataclass(frozen=True, kw_only=True)
class Document:
    """One picture (or a run without any, at position 0) as it is searched."""

    position: int
    tokens: str
    #: US dollars of its run
    cost: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """What is stuck to one picture: its marks, and who has starred it."""

    marks: Marks = field(default_factory=Marks)
    starred_by: tuple[str, ...] = ()


NOTHING = Stuck()


def documents_of(run: Run, stuck: dict[int, Stuck]) -> Iterator[Document]:
    """One for each picture of a run."""
    words = [*_words(run)]
    facts = [*_facts(run)]
    for image in run.images or (None,):
        position = 0 if image is None else image.index
        on_it = stuck.get(position, NOTHING)
        own = words_of(" ".join((on_it.marks.title, on_it.marks.note, *on_it.marks.tags)))
        of_image = [*facts, *_picture_facts(image, on_it)]
        yield Document(position=position, tokens=" ".join((*words, *own, *of_image)), cost=run.cost)


def fact(kind: str, name: str) -> str:
    """The fact that something is of that name, in whatever case and with whatever signs."""
    return f":{kind}:{blake2s(folded(name).encode(), digest_size=6).hexdigest()}"


def state_fact(state: RunState) -> str:
    """Of a run in this state."""
    return OPEN if state in OPEN_STATES else f":state:{state.value}"


def seed_fact(seed: int) -> str:
    """Of a run with this seed."""
    return f":seed:{seed}"


def cost_fact(usd: Decimal) -> str:
    """Of a run that cost exactly this."""
    return f":cost:{to_micros(usd)}"


def orientation_fact(width: float, height: float) -> str:
    """Portrait, landscape or square."""
    if abs(width / height - 1) < SQUARE:
        return ":aspect:square"
    return ":aspect:portrait" if height > width else ":aspect:landscape"


def ratio_facts(width: float, height: float) -> tuple[str, str, str]:
    """Of pictures with about this ratio: the fact of its step, and of the steps beside it."""
    step = round(math.log(width / height) / RATIO_STEP)
    return (f":ratio:{step}", f":ratio:{step - 1}", f":ratio:{step + 1}")


def _words(run: Run) -> Iterable[str]:
    prompts = [run.input.get("prompt"), run.output.prompt if run.output else None]
    told = dict.fromkeys(text for text in prompts if isinstance(text, str))
    endpoint = run.endpoint_id.removeprefix(_PUBLISHER)
    return words_of("\n".join((*told, endpoint, run.preset, run.project)))


def _facts(run: Run) -> Iterator[str]:
    yield fact("by", run.person_id)
    if run.visibility is Visibility.TEAM:
        yield TEAM
    yield state_fact(run.state)
    yield fact("endpoint", run.endpoint_id)
    if run.project:
        yield fact("project", run.project)
    if run.preset:
        yield fact("preset", run.preset)
    seeds = {run.input.get("seed"), run.output.seed if run.output else None}
    known = [seed for seed in seeds if isinstance(seed, int) and not isinstance(seed, bool)]
    if known:
        yield SEEDED
    for seed in sorted(known):
        yield seed_fact(seed)
    if run.cost is not None:
        yield cost_fact(run.cost)


def _picture_facts(image: Image | None, stuck: Stuck) -> Iterator[str]:
    for tag in stuck.marks.tags:
        yield fact("tag", tag)
    for person_id in stuck.starred_by:
        yield fact("star", person_id)
    if image is None:
        return
    yield PICTURED
    if image.width and image.height:
        yield orientation_fact(image.width, image.height)
        yield ratio_facts(image.width, image.height)[0]
