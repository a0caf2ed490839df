"""Every text in every language: none missing, none unused, the same holes in all of them."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend.domain import errors
from backend.domain.errors import PlaygroundError
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import load_catalogue
from backend.endpoints.check_input import RULES
from backend.fal.field_sentences import SENTENCES
from backend.services.shipped_presets import read_shipped
from backend.texts.languages import ENGLISH, LANGUAGES
from backend.texts.texts import Text, plural, read_texts

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "components" / "static" / "js"
TEXTS = read_texts()
EN = TEXTS.by_language[ENGLISH]
OTHERS = sorted(set(LANGUAGES) - {ENGLISH})

#: the file that explains `t` names keys of nobody
FILES = [file for file in sorted(MODULES.glob("*.js")) if file.name != "texts.js"]
#: t("key"), or t(`beginning.${…}`)
USED_IN_MODULES = re.compile(r"\b(?:t|parts)\(\s*(?:\"([\w.-]+)\"|`([\w.-]+\.)\$\{)")
HOLE = re.compile(r"\{(\w+)(?::n)?\}")


@dataclass(frozen=True)
class Said:
    """A sentence of the server's as its code makes it."""

    key: str
    english: str
    params: frozenset[str]
    where: str


def python_files() -> Iterator[Path]:
    """Our own code."""
    for room in ("backend", "api", "components"):
        yield from sorted((ROOT / room).rglob("*.py"))


def sentences() -> list[Said]:
    """Every Sentence(…) and Sentence.counted(…) in the code whose key stands there as text."""
    return [said for file in python_files() for said in sentences_in(file)]


def sentences_in(file: Path) -> Iterator[Said]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {
        (target.id, node.lineno): node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        key, *rest = node.args
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        params = {word.arg: word.value for word in node.keywords if word.arg}
        where = f"{file.relative_to(ROOT)}:{node.lineno}"
        if rest and (is_name(node.func, "Sentence") or is_name(node.func, "_about")):
            english = text_of(rest[0], named)
            about = {"label", "allowed"} & set(HOLE.findall(english))
            given = {*params, *(about if is_name(node.func, "_about") else ())}
            yield Said(key.value, english, frozenset(given), where)
        elif is_counted(node.func):
            forms = [text_of(params.pop(form), named) for form in ("one", "other")]
            yield Said(key.value, " ".join(forms), frozenset({*params, "count"}), where)


def text_of(node: ast.expr, named: dict[tuple[str, int], Any]) -> str:
    """A text that stands there, or in the nearest variable of that name above."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.Name), ast.dump(node)
    line = max(at for name, at in named if name == node.id and at <= node.lineno)
    return str(named[node.id, line])


def is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_counted(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "counted"
        and is_name(node.value, "Sentence")
    )


def errors_of(cls: type[PlaygroundError]) -> Iterator[type[PlaygroundError]]:
    yield cls
    for below in cls.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from errors_of(below)


def error_sentences() -> dict[str, str]:
    """What each class of errors says by itself."""
    return {f"error.{cls.code()}": cls.sentence() for cls in errors_of(PlaygroundError)}


def field_sentences() -> dict[str, str]:
    """What fal's types of faults mean."""
    both = {}
    for kind, (told, plain) in SENTENCES.items():
        both[f"fault.{kind}"] = told
        if plain != told:
            both[f"fault.{kind}.plain"] = plain
    return both


def endpoint_sentences() -> list[Sentence]:
    """What the endpoints' files say."""
    return [
        text
        for endpoint in load_catalogue().endpoints
        for text in (endpoint.about, *(t for f in endpoint.fields for t in (f.label, f.help)))
        if isinstance(text, Sentence)
    ]


def preset_sentences() -> dict[str, str]:
    """What shipped presets are called and say."""
    presets = read_shipped(ROOT / "presets", load_catalogue())
    texts = (text for preset in presets for text in (preset.name, preset.description, *preset.tags))
    return {text.key: text.english for text in texts if isinstance(text, Sentence)}


def shared(key: str) -> str:
    """`field.v1/seed.help` -> `field.seed.help`; any other key as it is."""
    return re.sub(r"^field\.[^/]+/", "field.", key)


def forms_of(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def holes(text: Text) -> set[str]:
    return {found for form in forms_of(text) for found in HOLE.findall(form)}


def server_english() -> dict[str, str]:
    """English of the server's sentences by key, wherever it stands."""
    return {
        **{said.key: said.english for said in sentences()},
        **error_sentences(),
        **field_sentences(),
        **dict(RULES.values()),
        **preset_sentences(),
    }


def source(name: str) -> str:
    return (MODULES / name).read_text(encoding="utf-8")


# ── nothing is missing ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_page_is_there_in_every_language(language: str) -> None:
    assert sorted(set(EN) - set(TEXTS.by_language[language])) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_server_can_be_said_in_every_language(language: str) -> None:
    assert sorted(set(server_english()) - set(TEXTS.by_language[language])) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_field_and_endpoint_is_named_in_every_language(language: str) -> None:
    said = TEXTS.by_language[language]
    missing = {
        s.key for s in endpoint_sentences() if s.key not in said and shared(s.key) not in said
    }
    assert sorted(missing) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_that_fields_share_stands_for_one_english_text(language: str) -> None:
    """Another English text under a shared key needs its own: `field.{slug}/{name}.help`."""
    english: dict[str, set[str]] = {}
    for sentence in endpoint_sentences():
        if sentence.key not in TEXTS.by_language[language]:
            english.setdefault(shared(sentence.key), set()).add(sentence.english)
    assert {key: texts for key, texts in english.items() if len(texts) > 1} == {}


def test_every_key_that_a_module_asks_for_is_there() -> None:
    asked = {
        (file.name, found[1])
        for file in FILES
        for found in USED_IN_MODULES.finditer(file.read_text(encoding="utf-8"))
        if found[1]
    }
    assert sorted((file, key) for file, key in asked if key not in EN) == []


# ── nothing is left over ─────────────────────────────────────────────────────────────────────


def used_keys() -> tuple[set[str], tuple[str, ...]]:
    """Keys that code names, and beginnings of keys that it makes."""
    texts = [file.read_text(encoding="utf-8") for file in FILES]
    found = [use for text in texts for use in USED_IN_MODULES.finditer(text)]
    python = "".join(file.read_text(encoding="utf-8") for file in python_files())
    named = {use[1] for use in found if use[1]}
    named |= {key for key in EN if f'"{key}"' in python}
    made = {use[2] for use in found if use[2]} | set(
        re.findall(r'f"((?:gradio|door)\.\w*)\{', python)
    )
    return named, tuple(made)


def test_no_text_of_the_page_is_unused() -> None:
    named, made = used_keys()
    assert sorted(key for key in EN if key not in named and not key.startswith(made)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_has_texts_that_nothing_says(language: str) -> None:
    fields = {key for s in endpoint_sentences() for key in (s.key, shared(s.key))}
    known = set(EN) | set(server_english()) | fields
    assert sorted(set(TEXTS.by_language[language]) - known) == []


# ── the same in every language ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_has_the_same_holes_in_every_language(language: str) -> None:
    said = TEXTS.by_language[language]
    english: dict[str, Text] = {**EN, **server_english()}
    different = {
        key: (holes(text), holes(said[key]))
        for key, text in english.items()
        if key in said and holes(text) - {"count"} != holes(said[key]) - {"count"}
    }
    assert different == {}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_text_that_counts_has_every_form(language: str) -> None:
    needed = {plural(language, count) for count in range(200)}
    counted = {k: set(t) for k, t in TEXTS.by_language[language].items() if not isinstance(t, str)}
    assert {key: forms for key, forms in counted.items() if forms != needed} == {}


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_files_are_sorted_and_say_something(language: str) -> None:
    file = ROOT / "backend" / "texts" / f"{language}.json"
    raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert list(raw) == sorted(raw)
    assert [
        key for key, text in raw.items() if not all(form.strip() for form in forms_of(text))
    ] == []


def test_a_sentence_fills_every_hole_and_no_other() -> None:
    wrong = [
        (said.where, said.key)
        for said in sentences()
        if {*HOLE.findall(said.english)} - {"count"} != said.params - {"count"}
    ]
    assert wrong == []


def test_a_key_stands_for_one_english_sentence() -> None:
    found: dict[str, set[str]] = {}
    for said in sentences():
        found.setdefault(said.key, set()).add(said.english)
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("quotes", ['"', "'", "…"])
def test_german_has_its_own_marks(quotes: str) -> None:
    """„so“, and a gap before an ellipsis that stands for words."""
    texts = [form for text in TEXTS.by_language["de"].values() for form in forms_of(text)]
    if quotes == "…":
        assert [text for text in texts if re.search(r"\w…", text)] == []
    else:
        assert [text for text in texts if quotes in text] == []


# ── nothing beside it ────────────────────────────────────────────────────────────────────────

#: what is called the same in every language
NAMES = {"FLUX Playground", "FAL_KEY", "Ctrl+Z", "Ctrl+Shift+Z", " px"}
#: a text with a capital or a space in it, behind something that a person reads
SHOWN = re.compile(
    r"""(?:\b(?:text|label|title|placeholder|alt|hint|heading|yes|no)|"aria-label")\s*[:=]\s*"""
    r"""(?:"([^"]*)"|`([^`]*)`)"""
    r"""|(?:textContent|\.title|\.alt)\s*=\s*(?:"([^"]*)"|`([^`]*)`)"""
    r"""|(?:announce|toast|setError|waitLine|errorNote|button|new Error)\(\s*"""
    r"""(?:"([^"]*)"|`([^`]*)`)"""
)


def spoken_literals(text: str) -> list[str]:
    """Texts of a module that a person would read, and that do not come from the files."""
    code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    found = ("".join(groups) for groups in SHOWN.findall(code))
    plain = (re.sub(r"\$\{[^}]*\}", "", one) for one in found)
    return [one for one in plain if re.search(r"[A-Za-z]{2}", one) and one not in NAMES]


def test_no_module_says_a_text_of_its_own() -> None:
    said = {file.name: spoken_literals(file.read_text(encoding="utf-8")) for file in FILES}
    # faults of ours, that no person reads
    said["dom.js"] = said["icons.js"] = said["png.js"] = []
    assert {name: texts for name, texts in said.items() if texts} == {}


@pytest.mark.parametrize(
    "line",
    [
        'el("p", { text: "No pictures yet" })',
        '{ "aria-label": `Picture ${index}` }',
        'node.textContent = "Saving";',
        'toast("Deleted");',
        'throw new Error("Add a picture.");',
    ],
)
def test_a_text_of_a_module_s_own_is_found(line: str) -> None:
    assert len(spoken_literals(line)) == 1
