"""Who may import whom (docs/decisions/0001-rooms-and-one-way-of-imports.md), read from the code."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: what a room may import of ours, beside itself; a room without a row may not exist
MAY_IMPORT = {
    "backend": set(),
    "backend.domain": set(),
    "backend.settings": {"backend.space"},
    "backend.space": set(),
    "backend.version": set(),
    # which language a text is said in is asked by the two faces alone
    "backend.texts": {"backend.domain"},
    "backend.endpoints": {"backend.domain"},
    "backend.pictures": {"backend.domain"},
    "backend.fal": {"backend.domain", "backend.endpoints", "backend.pictures"},
    "backend.oidc": {"backend.domain"},
    "backend.store": {"backend.domain"},
    "backend.runs": {"backend.domain", "backend.endpoints", "backend.pictures"},
    "backend.services": {
        "backend.domain",
        "backend.endpoints",
        "backend.pictures",
        "backend.runs",
    },
    # the level at which parts are joined
    "backend.logs": {"backend.domain", "backend.fal"},
    "backend.memory": set(),
    "backend.quick_start": set(),
    "backend.mode": {"backend.domain", "backend.services", "backend.settings"},
    "backend.openid": {
        "backend.domain",
        "backend.oidc",
        "backend.services",
        "backend.settings",
    },
    "backend.wiring": {
        "backend.domain",
        "backend.endpoints",
        "backend.fal",
        "backend.mode",
        "backend.openid",
        "backend.runs",
        "backend.services",
        "backend.settings",
        "backend.store",
        "backend.version",
    },
    "backend.playground": {
        "backend.domain",
        "backend.endpoints",
        "backend.fal",
        "backend.mode",
        "backend.runs",
        "backend.services",
        "backend.settings",
        "backend.store",
        "backend.version",
        "backend.wiring",
    },
    # two faces of the same services
    "api": {"backend.domain", "backend.endpoints", "backend.services", "backend.texts"},
    "components": {"backend.domain", "backend.endpoints", "backend.services", "backend.texts"},
    "app": {
        "api",
        "components",
        "backend.endpoints",
        "backend.logs",
        "backend.memory",
        "backend.playground",
        "backend.quick_start",
        "backend.services",
        "backend.settings",
        "backend.version",
    },
    # a command joins parts as the start does, whatever room it is named after
    "backend.endpoints.__main__": {"backend.domain", "backend.endpoints", "backend.fal"},
    "backend.store.__main__": {
        "backend.domain",
        "backend.services",
        "backend.settings",
        "backend.store",
    },
    # they stand beside the product
    "scripts": set(),
}

#: where a library may be imported: a room, a module, or a pattern of module names
LIBRARIES = {
    "gradio": {"components"},
    "fal_client": {"backend.fal"},
    "sqlalchemy": {"backend.store"},
    "alembic": {"backend.store"},
    "aiosqlite": {"backend.store"},
    "filelock": {"backend.store"},
    "fsspec": {"backend.store"},
    "fastapi": {"api"},
    # practice mode is a server of its own; the page brings its script and its calls along
    "starlette": {
        "api",
        "backend.fal.practice*",
        "components.mount",
        "components.assets",
        "components.calls",
        "components.page_language",
        "components.first_paint",
    },
    # how a page's stream is cancelled
    "anyio": {"backend.services.events"},
    "uvicorn": {"api.serve", "backend.fal.practice_server"},
    "uvloop": {"api.event_loop"},
    "httpx": {"backend.fal"},
    "httpx_sse": {"backend.fal"},
    "httpcore": {"backend.fal.link_fetcher"},
    "PIL": {"backend.pictures", "backend.fal.practice*"},
    "exiv2": {"backend.pictures"},
    "argon2": {"backend.services.hashing"},
    "brotli": {"api.brotli_pages"},
    "jsonschema": {"backend.endpoints", "backend.fal.practice*"},
    "pydantic": {"backend.settings", "api"},
    "dotenv": {"backend.settings"},
    "limits": {"backend.settings", "backend.services.rate"},
    "itsdangerous": {"api.who", "api.attempts"},
    # read only where people sign in by an OpenID provider
    "authlib": {"backend.oidc"},
    "httpx2": {"backend.oidc"},
    "joserfc": {"backend.oidc"},
    "prometheus_client": {"backend.services.metrics"},
}

OURS = ("app", "api", "backend", "components", "scripts", "tests", "benchmarks")
#: folders and files whose imports are walked; tests and benchmarks may import everything
WALKED = ("app.py", "api", "backend", "components", "scripts")
#: how Python code gets at the environment, all of the module os
ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb"})
#: what most servers never use, and would pay for with memory: module, and what it imports late
LATE = {
    ("backend.playground", "backend.fal.practice.PracticeFal"),
    ("backend.playground", "backend.fal.practice.PracticeServer"),
}
#: names that say nothing about what is inside
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


@dataclass(frozen=True)
class Module:
    """One Python file of ours, by its dotted name."""

    name: str
    path: Path

    @property
    def room(self) -> str:
        """`backend.fal.wire` lives in backend.fal, `api.runs` in api."""
        return room_of(self.name)


@dataclass(frozen=True)
class Imported:
    """One name that a module imports."""

    name: str
    line: int
    in_function: bool

    @property
    def library(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]

    @property
    def is_ours(self) -> bool:
        """True for our own rooms, tests included."""
        return self.library in OURS


def room_of(name: str) -> str:
    parts = name.split(".")
    if parts[-1] == "__main__":
        return name
    return ".".join(parts[:2]) if parts[0] == "backend" else parts[0]


def modules(root: Path) -> list[Module]:
    """Every module of the walked folders."""
    files = [
        file
        for name in WALKED
        for file in ([root / name] if name.endswith(".py") else sorted((root / name).rglob("*.py")))
        if file.is_file()
    ]
    return [Module(dotted(root, file), file) for file in files]


def dotted(root: Path, file: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(module: Module) -> Iterator[Imported]:
    """Everything that a module imports, wherever the statement stands."""
    tree = ast.parse(module.path.read_text(encoding="utf-8"))
    yield from _imports_in(tree, module, in_function=False)


def _imports_in(node: ast.AST, module: Module, *, in_function: bool) -> Iterator[Imported]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Imported(alias.name, child.lineno, in_function)
        elif isinstance(child, ast.ImportFrom):
            base = _base_of(child, module)
            for alias in child.names:
                yield Imported(f"{base}.{alias.name}", child.lineno, in_function)
        elif isinstance(child, ast.Call) and _name_of(child.func) in (
            "__import__",
            "import_module",
        ):
            yield Imported(_named_in(child), child.lineno, in_function)
        inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _imports_in(child, module, in_function=inside)


def _base_of(node: ast.ImportFrom, module: Module) -> str:
    """The absolute name behind `from …`, dots counted."""
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    if module.path.name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - (node.level - 1)]
    return ".".join([*package, *([node.module] if node.module else [])])


def _name_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _named_in(call: ast.Call) -> str:
    """What a call of import_module imports; a name that is computed is no name of ours."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return "computed.at.run.time"


def wrong_arrows(root: Path) -> list[str]:
    """One sentence for each import of ours that the table does not have."""
    return [
        f"{module.name}:{found.line} imports {found.name}: {module.room} may not use it"
        for module in modules(root)
        for found in imports_of(module)
        if found.is_ours
        and room_of(found.name) != module.room
        and room_of(found.name) not in MAY_IMPORT.get(module.room, set())
    ]


def wrong_libraries(root: Path) -> list[str]:
    """One sentence for each library that is imported outside its rooms, or that no row names."""
    return [
        f"{module.name}:{found.line} imports {found.library}"
        for module in modules(root)
        for found in imports_of(module)
        if not found.is_ours
        and found.library not in sys.stdlib_module_names
        and not any(fits(module, place) for place in LIBRARIES.get(found.library, set()))
    ]


def fits(module: Module, place: str) -> bool:
    return module.room == place or module.name == place or fnmatchcase(module.name, place)


def late_imports(root: Path) -> list[str]:
    """One sentence for each import of ours that stands inside a function."""
    return [
        f"{module.name}:{found.line} imports {found.name} inside a function"
        for module in modules(root)
        for found in imports_of(module)
        if found.is_ours and found.in_function and (module.name, found.name) not in LATE
    ]


def rooms_without_a_row(root: Path) -> set[str]:
    return {module.room for module in modules(root)} - set(MAY_IMPORT)


def empty_names(root: Path) -> list[str]:
    """Files and folders whose names say nothing, in every folder of ours."""
    found = []
    for folder in (*OURS, "presets"):
        for path in sorted((root / folder).rglob("*")):
            named = path.is_dir() or path.suffix in (".py", ".js")
            if named and set(path.stem.replace("-", "_").split("_")) & EMPTY_NAMES:
                found.append(path.relative_to(root).as_posix())
    return found


def environment_readers(root: Path) -> set[str]:
    """Modules that look at the environment of the process."""
    return {
        module.name
        for module in modules(root)
        for node in ast.walk(ast.parse(module.path.read_text(encoding="utf-8")))
        if _reads_environment(node)
    }


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and not ENVIRONMENT.isdisjoint(a.name for a in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ENVIRONMENT
        and (_name_of(node.value) == "os")
    )


def test_every_import_of_ours_follows_an_arrow_of_the_table() -> None:
    assert wrong_arrows(ROOT) == []


def test_every_library_is_imported_only_in_its_rooms() -> None:
    assert wrong_libraries(ROOT) == []


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    assert late_imports(ROOT) == []


def test_every_room_has_a_row_and_every_row_a_room() -> None:
    assert rooms_without_a_row(ROOT) == set()
    assert set(MAY_IMPORT) - {module.room for module in modules(ROOT)} == set()


def test_every_library_of_the_table_is_used_where_the_table_says() -> None:
    used = {
        (found.library, place)
        for module in modules(ROOT)
        for found in imports_of(module)
        for place in LIBRARIES.get(found.library, set())
        if fits(module, place)
    }
    named = {(library, place) for library, places in LIBRARIES.items() for place in places}
    assert named - used == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert empty_names(ROOT) == []


def test_presets_hold_data_and_no_code() -> None:
    code = [path.name for path in (ROOT / "presets").rglob("*") if path.suffix in (".py", ".js")]
    assert code == []


def test_only_starts_read_the_environment() -> None:
    # a command about the store is a start of its own, with the settings of the server
    assert environment_readers(ROOT) == {"app", "backend.store.__main__"}


def test_the_start_stays_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


# ── the checks above can fail ────────────────────────────────────────────────────────────────


def tree(root: Path, **files: str) -> Path:
    """A small tree of ours; `backend__fal__wire="…"` is backend/fal/wire.py."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("backend__domain__run", "import backend.store.runs"),
        ("backend__domain__run", "from backend import store"),
        ("backend__runs__send", "from backend.fal.gateway import FalGateway"),
        ("backend__store__runs", "from backend.runs import feed"),
        ("backend__store__runs", "from ..services import gallery"),
        ("backend__services__gallery", "from backend.store.files import FolderPictureStore"),
        ("backend__fal__wire", "if TYPE_CHECKING:\n    from backend.runs.feed import Feed"),
        ("backend__fal__wire", "import_module('backend.runs.feed')"),
        ("backend__settings", "from backend.domain.money import plain"),
        ("api__runs", "from components.form import Form"),
        ("components__form", "import backend.wiring"),
        ("components__form", "def late():\n    from backend.store import files"),
        ("backend__endpoints__price", "import tests.test_docs"),
        ("app", "from backend.store.database import Database"),
        ("backend__endpoints__price", "from backend.fal.openapi import fetch_document"),
    ],
)
def test_an_import_against_the_arrows_is_found(tmp_path: Path, module: str, text: str) -> None:
    assert len(wrong_arrows(tree(tmp_path, **{module: text}))) == 1


def test_a_command_may_join_its_parts_and_no_others(tmp_path: Path) -> None:
    command = tmp_path / "backend" / "endpoints" / "__main__.py"
    command.parent.mkdir(parents=True)
    command.write_text("from backend.fal import openapi\nfrom backend.store import runs")
    assert len(wrong_arrows(tmp_path)) == 1


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("backend__runs__send", "from sqlalchemy import select"),
        ("backend__services__gallery", "import fsspec.core"),
        ("components__page", "import fal_client"),
        ("components__page", "from starlette.requests import Request"),
        ("api__runs", "import gradio as gr"),
        ("app", "import gradio"),
        ("backend__fal__wire", "import uvicorn"),
        ("backend__domain__run", "import pydantic"),
        ("api__runs", "import a_library_without_a_row"),
        ("api__runs", "__import__(chosen)"),
    ],
)
def test_a_library_outside_its_rooms_is_found(tmp_path: Path, module: str, text: str) -> None:
    assert len(wrong_libraries(tree(tmp_path, **{module: text}))) == 1


def test_an_import_inside_a_function_is_found(tmp_path: Path) -> None:
    late = "class Page:\n    async def open(self):\n        from backend.services import gallery"
    assert len(late_imports(tree(tmp_path, components__page=late))) == 1


def test_a_room_that_nobody_wrote_down_is_found(tmp_path: Path) -> None:
    assert rooms_without_a_row(tree(tmp_path, backend__billing__pay="")) == {"backend.billing"}


def test_a_name_that_says_nothing_is_found(tmp_path: Path) -> None:
    found = tree(tmp_path, api__string_utils="", backend__common__x="", api__runs="")
    assert empty_names(found) == ["api/string_utils.py", "backend/common"]


def test_a_second_reader_of_the_environment_is_found(tmp_path: Path) -> None:
    files = {"app": "import os\nos.environ", "api__who": "from os import getenv"}
    assert environment_readers(tree(tmp_path, **files)) == {"app", "api.who"}


def test_imports_along_the_arrows_are_left_alone(tmp_path: Path) -> None:
    good = tree(
        tmp_path,
        backend__store__runs="import sqlalchemy\nfrom backend.domain.run import Run\nimport json",
        backend__fal__wire="import httpx\nfrom backend.fal import hosts\nfrom . import handles",
        backend__fal__practice_server="import uvicorn\nfrom starlette.routing import Route",
        components__mount="import gradio\nfrom backend.services import Services",
    )
    assert wrong_arrows(good) == wrong_libraries(good) == late_imports(good) == []
