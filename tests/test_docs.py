"""What people read is true: README, docs, settings and commands, compared with the code.

`python -m tests.test_docs` writes the table of endpoints into docs/endpoints.md.
"""

import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from dotenv import dotenv_values
from fastapi.routing import APIRoute
from PIL import Image

from api import shapes
from api.app import ROUTERS
from api.problems import STATUS
from backend.domain.field import Kind
from backend.domain.money import plain
from backend.domain.picture import ACCEPTED_TYPES, MAX_BYTES, MAX_PIXELS, Preserved
from backend.domain.run import RunState
from backend.endpoints.catalogue import load_catalogue
from backend.pictures.metadata import write_metadata
from backend.pictures.xmp import NAMESPACE
from backend.settings import describe
from backend.version import VERSION
from benchmarks.report import LATEST, table
from benchmarks.row import Row

ROOT = Path(__file__).parent.parent
SCRIPTS = ROOT / "components" / "static" / "js"
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: https://huggingface.co/docs/hub/spaces-config-reference (read 2026-11)
SPACE_COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
#: a status that is written where the answer is made
ANSWER = re.compile(r"\banswer\(\s*([1-5]\d\d)\b")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    """Every page in the repository that people read."""
    folders = ("docs", "presets", "benchmarks", "tests")
    return sorted(
        [*ROOT.glob("*.md"), *(page for name in folders for page in (ROOT / name).rglob("*.md"))]
    )


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table that follows a line, without its head."""
    after = text[text.index(heading) + len(heading) :]
    table = re.search(r"(?m)^\|[^\n]*\n\|[-| :]+\n((?:\|[^\n]*\n)+)", after)
    assert table is not None
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in table[1].splitlines()
    ]


def quoted(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def front_matter() -> dict[str, str]:
    """README's head, as a Space reads it."""
    assert README.startswith("---\n")
    lines = README[4 : README.index("\n---\n", 4)].splitlines()
    return {name: value.strip('"') for name, _, value in (line.partition(": ") for line in lines)}


def pinned() -> dict[str, str]:
    """Library to version, as requirements.txt has them."""
    found = re.findall(
        r"(?m)^([a-z0-9-]+(?:\[[a-z]+\])?)==([^\s;]+)(?:; .*)?$", text_of("requirements.txt")
    )
    return dict(found)


# ── README ───────────────────────────────────────────────────────────────────────────────────


def test_the_space_gets_the_gradio_and_the_python_that_are_pinned() -> None:
    head = front_matter()
    assert head["sdk"] == "gradio"
    assert head["sdk_version"] == pinned()["gradio"]
    assert f'requires-python = ">={head["python_version"]}"' in text_of("pyproject.toml")
    assert (ROOT / head["app_file"]).is_file()


def test_the_front_matter_is_one_that_a_space_takes() -> None:
    head = front_matter()
    assert 0 < len(head["short_description"]) <= 60
    assert {head["colorFrom"], head["colorTo"]} <= SPACE_COLOURS
    assert head["title"]
    assert head["emoji"]
    assert head["suggested_hardware"] == "cpu-basic"


def tree() -> list[str]:
    """The paths of README's tree."""
    return [path for row in rows(README, "## What is where") for path in quoted(row[0])]


def test_every_path_of_readmes_tree_is_there() -> None:
    assert [path for path in tree() if not (ROOT / path).exists()] == []


def test_every_folder_is_in_readmes_tree() -> None:
    ignored = {line.strip("/") for line in text_of(".gitignore").splitlines()} | {".git"}
    folders = [*ROOT.iterdir(), *(ROOT / "backend").iterdir()]
    names = {
        f"{folder.relative_to(ROOT).as_posix()}/"
        for folder in folders
        if folder.is_dir() and folder.name not in ignored
    }
    assert names - {"backend/"} - set(tree()) == set()


def test_what_people_look_for_first_stands_first_in_readmes_tree() -> None:
    first = ["app.py", "requirements.txt", "components/", "presets/", "tests/", "README.md"]
    assert tree()[: len(first) + 1] == [*first, ".env.example"]


def commands() -> Iterator[str]:
    """Every line of README's code blocks."""
    for block in re.findall(r"(?ms)^```\n(.*?)^```", README):
        for line in block.splitlines():
            yield line.partition("#")[0].strip()


@pytest.mark.parametrize(("target", "does"), [("run", "app.py"), ("test", "-m pytest")])
def test_readmes_make_commands_work_on_paper(target: str, does: str) -> None:
    assert f"make {target}" in list(commands())
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    dry = subprocess.run(
        ["make", "-n", target], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert dry.returncode == 0, dry.stderr
    assert does in dry.stdout


def test_every_file_that_readmes_commands_name_is_there() -> None:
    named = [
        word
        for line in commands()
        for word in line.split()
        if re.fullmatch(r"[\w.-]+\.(py|txt|example)", word)
    ]
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_ci_does_what_readme_says() -> None:
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    lines = run.read_text(encoding="utf-8").splitlines()
    assert {"make lint", "make test"} <= {line.partition(" || ")[0] for line in lines}


@dataclass(frozen=True)
class Shortcut:
    """A row of the page's own table of keys."""

    places: tuple[str, ...]
    where: str
    does: str
    #: what a key is called, to how it is spelt
    keys: dict[str, list[str]]


SHORTCUT = re.compile(
    r'\{ places: \[(?P<places>[^\]]*)\], where: "(?P<where>[^"]*)", does: "(?P<does>[^"]*)", '
    r"keys: \{(?P<keys>[^}]*)\} \}"
)
KEY = re.compile(r'(\w+): \[((?:"[^"]+"(?:, )?)+)\]')


def shortcuts() -> list[Shortcut]:
    """What the page's modules read."""
    source = (SCRIPTS / "shortcuts.js").read_text(encoding="utf-8")
    said = json.loads(text_of("backend/texts/en.json"))
    return [
        Shortcut(
            tuple(re.findall(r'"(\w+)"', row["places"])),
            said[f"keys.where.{row['where']}"],
            said[f"keys.does.{row['does']}"],
            {name: re.findall(r'"([^"]+)"', spelt) for name, spelt in KEY.findall(row["keys"])},
        )
        for row in SHORTCUT.finditer(source)
    ]


def test_readme_has_the_pages_own_table_of_keys() -> None:
    told = [(row[0].replace("`", ""), row[1], row[2]) for row in rows(README, "## Keys")]
    known = [
        (" ".join(key for spelt in one.keys.values() for key in spelt), one.where, one.does)
        for one in shortcuts()
    ]
    assert known
    assert told == known


def test_every_key_of_the_table_is_asked_for_in_its_places() -> None:
    sources = [file.read_text(encoding="utf-8") for file in SCRIPTS.glob("*.js")]
    unread = []
    for one in shortcuts():
        for place in one.places:
            asking = [text for text in sources if f'shortcutOf(event, "{place}")' in text]
            for name in one.keys:
                called = re.compile(rf'"{name}"|\b{name}:')
                if not any(called.search(text) for text in asking):
                    unread.append(f"{name} in {place}")
    # the first is the browser's own, of dialogs and popovers; arrows bring their direction
    assert set(unread) == {"close in browser", "move in canvas"}


# ── settings ─────────────────────────────────────────────────────────────────────────────────


def test_the_example_has_every_setting_with_its_default_and_nothing_else() -> None:
    example = dotenv_values(ROOT / ".env.example")
    assert example == {name: default for name, default, _, _ in describe()}


def test_every_setting_of_the_example_has_a_comment_above_it() -> None:
    lines = text_of(".env.example").splitlines()
    settings = [at for at, line in enumerate(lines) if re.match(r"[A-Z_]+=", line)]
    assert settings
    assert [lines[at] for at in settings if not lines[at - 1].startswith("# ")] == []


def test_the_configuration_page_has_every_setting_with_its_default_and_nothing_else() -> None:
    table = rows(text_of("docs/configuration.md"), "# Configuration")
    told = {(row[0].strip("`"), row[1].strip("`"), row[2] == "yes") for row in table}
    assert told == {(name, default, secret) for name, default, _, secret in describe()}
    assert all(row[3] for row in table)


# ── endpoints and presets ────────────────────────────────────────────────────────────────────

TABLE_HEAD = (
    "| endpoint id | slug | price | certainty | status | required |\n|---|---|---|---|---|---|\n"
)


def endpoint_table() -> str:
    """docs/endpoints.md's table, from the catalogue."""
    return "".join(
        f"| `{one.endpoint_id}` | `{one.slug}` | ${plain(one.pricing.amount_usd)} / "
        f"{one.pricing.unit} | {one.pricing.certainty} | {one.status} | "
        f"{', '.join(f'`{field.name}`' for field in one.fields if field.required)} |\n"
        for one in load_catalogue().endpoints
    )


def test_the_page_of_endpoints_has_every_endpoint_as_its_file_says() -> None:
    assert f"{TABLE_HEAD}{endpoint_table()}\n" in text_of("docs/endpoints.md")


def test_every_endpoint_has_shipped_presets() -> None:
    slugs = {endpoint.slug for endpoint in load_catalogue().endpoints}
    few = {slug for slug in slugs if len(list((ROOT / "presets" / slug).glob("*.json"))) < 4}
    assert few == set()


# ── the API ──────────────────────────────────────────────────────────────────────────────────


def routes() -> set[str]:
    """`GET /api/v1/runs`, for every route of ours."""
    return {
        f"{method} {route.path}"
        for module in ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods - {"HEAD"}
    }


def test_the_api_page_has_every_route_and_no_other() -> None:
    page = text_of("docs/api.md")
    heads = ("## Calls", "For admins;", "At the root:")
    tables = [row for head in heads for row in rows(page, head)]
    assert {call for row in tables for call in quoted(row[0])} == routes()
    assert "/api/v1/openapi.json" in page
    assert "/api/v1/docs" in page


def test_the_api_page_has_every_key_of_a_run_and_of_an_image() -> None:
    page = text_of("docs/api.md")
    keys = [key for row in rows(page, "## A run\n") for key in quoted(row[0])]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(shapes.Run.model_fields)
    image = page[page.index("An image:") :].partition("\n\n")[0]
    assert set(quoted(image)) == set(shapes.Image.model_fields)


def test_the_api_page_has_every_status_of_a_problem() -> None:
    told = {int(row[0]) for row in rows(text_of("docs/api.md"), "## Problems")}
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "api").glob("*.py")]
    written = {int(found) for source in sources for found in ANSWER.findall(source)}
    assert written
    assert ({status for _, status in STATUS} | written) - told == set()


# ── words, states, pictures ──────────────────────────────────────────────────────────────────


def test_the_page_of_runs_has_every_state() -> None:
    table = rows(text_of("docs/runs.md"), "## States")
    assert [row[0].strip("`") for row in table] == [state.value for state in RunState]
    assert {state.value for state in RunState} == set(get_args(shapes.State))


def test_the_glossary_has_every_state_and_every_kind() -> None:
    words = {row[0]: row[1] for row in rows(text_of("docs/glossary.md"), "# Words")}
    assert set(quoted(words["state"])) == {state.value for state in RunState}
    assert words["kind"].endswith(": " + ", ".join(kind.value for kind in Kind))


def test_the_page_of_pictures_names_what_a_stored_file_keeps() -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "JPEG")
    kept = Preserved(
        run_id="r",
        endpoint_id="fal-ai/flux-pro",
        request_id="q",
        input={"prompt": "a pear"},
        seed=1,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        app_version=VERSION,
        template={"prompt": "a {x}", "variables": {"x": "pear"}},
    )
    packet = write_metadata(target.getvalue(), kept, (8, 8)).decode("latin-1")
    page = text_of("docs/pictures.md")
    table = rows(page, "## What a stored picture keeps")
    assert {row[0].strip("`") for row in table} == set(re.findall(r"fluxpro:(\w+)", packet))
    assert NAMESPACE in page


def test_the_page_of_pictures_has_the_limits_of_the_code() -> None:
    table = dict(rows(text_of("docs/pictures.md"), "### What is accepted"))
    assert table["bytes"] == f"at most {MAX_BYTES // 1024 // 1024} MB"
    assert table["pixels"].startswith(f"at most {MAX_PIXELS // 1_000_000} megapixels")
    for content_type in ACCEPTED_TYPES:
        assert content_type.removeprefix("image/") in table["types"].lower()


# ── decisions, versions, links ───────────────────────────────────────────────────────────────


def test_every_decision_says_context_decision_and_cost() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.name[:4]} "), file.name
        assert re.findall(r"(?m)^## (.*)$", text) == ["Context", "Decision", "Cost"], file.name


def test_every_library_has_its_reason() -> None:
    page = text_of("docs/decisions/0002-libraries.md")
    assert {quoted(row[0])[0] for row in rows(page, "## Decision")} == set(pinned())


def test_the_figures_of_the_docs_are_those_that_are_kept() -> None:
    kept = json.loads(LATEST.read_text(encoding="utf-8"))
    rows = [Row.from_json(row) for row in kept["rows"]]
    assert f"```\n{table(rows)}\n```" in text_of("docs/performance.md")
    assert kept["quick"] is False


def test_the_version_is_the_same_everywhere() -> None:
    first = re.search(r"(?m)^## (\S+)", text_of("CHANGELOG.md"))
    assert first is not None
    assert first[1] == VERSION
    assert f'version = "{VERSION}"' in text_of("pyproject.toml")


def without_code(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```", "", text)


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as they are made from their text."""
    headings = re.findall(r"(?m)^#+ (.*)$", without_code(page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page in pages():
        text = without_code(page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_file_that_a_page_names_is_there() -> None:
    folders = ("api", "backend", "components", "docs", "presets", "scripts", "tests")
    named = rf"(?:{'|'.join(folders)})/[\w./-]*"
    missing = []
    for page in pages():
        for word in quoted(without_code(page.read_text(encoding="utf-8"))):
            script = re.fullmatch(r"[\w-]+\.js", word)
            path = SCRIPTS / word if script else ROOT / word
            if (script or re.fullmatch(named, word)) and not path.exists():
                missing.append(f"{page.relative_to(ROOT)}: {word}")
    assert missing == []


def test_every_page_that_the_code_names_is_there() -> None:
    folders = ("api", "backend", "components", "scripts")
    files = [
        file
        for name in folders
        for file in (ROOT / name).rglob("*")
        if file.suffix in (".py", ".js", ".css", ".sh") and "swagger" not in file.parts
    ]
    named = {
        page
        for file in [*files, ROOT / "requirements.txt", ROOT / "Makefile", ROOT / "app.py"]
        for page in re.findall(r"\b(?:docs|presets)/[\w/-]+\.md", file.read_text(encoding="utf-8"))
    }
    assert named
    assert [page for page in sorted(named) if not (ROOT / page).is_file()] == []


if __name__ == "__main__":
    page = ROOT / "docs" / "endpoints.md"
    before, after = page.read_text(encoding="utf-8").split(TABLE_HEAD)
    rest = after[after.index("\n\n") + 1 :]
    page.write_text(f"{before}{TABLE_HEAD}{endpoint_table()}{rest}", encoding="utf-8")
