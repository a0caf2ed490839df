"""The page's ES modules as two scripts, its stylesheets as two: three requests instead of seventy.

The first script holds whatever the start of the page needs, the later one the views and dialogs
that are opened by a press, with their texts: it is fetched, and their stylesheet, when the first of
them is.

Put together when the server starts; there is no build step, and the files stay what people edit.
In the script each module is a function that runs at its first use, and its imports are calls, so
a module stays one thing with one state however it is reached: by the page, by another module, or
by an `import` of its own address, which is answered with its exports out of the script.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

MAIN: Final = "main.js"
#: what main.js asks for at the start, by an import() that may fail alone
AT_START: Final = (MAIN, "announce.js", "shell.js", "runs.js", "stage.js", "form.js")

_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "\./([\w.-]+)";$', re.MULTILINE)
_LATER: Final = re.compile(r'\bimport\("\./([\w.-]+)"\)')
_EXPORT: Final = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
#: whatever else a module could say at the beginning of a line
_LEFT_OVER: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
#: the beginning of a text's key, as modules write it
_KEY: Final = re.compile(r"""["'`](\w+)\.(?!js["'`])""")
_COMMENT_LINE: Final = re.compile(r"^\s*//.*\n", re.MULTILINE)

_LOADER: Final = """const $made = new Map();
export function $load(name) {
  if (!$made.has(name)) $made.set(name, $modules[name]());
  return $made.get(name);
}
export async function $later(name) {
  if (!Object.hasOwn($modules, name)) {
    const [{ $more }] = await Promise.all([import($rest), $dress()]);
    Object.assign($modules, $more($load, $later));
  }
  return $load(name);
}
let $dressed = null;
function $dress() {
  $dressed ??= new Promise((done, failed) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: $styles, onload: done });
    link.onerror = () => {
      $dressed = null;
      link.remove();
      failed(new Error(`${$styles} could not be loaded`));
    };
    document.head.append(link);
  });
  return $dressed;
}
function $hold(id, data) {
  const held = document.createElement("script");
  Object.assign(held, { type: "application/json", id, textContent: JSON.stringify(data) });
  document.head.append(held);
}
"""


class BundleBroken(ValueError):
    """A module says something that can't be put into the script; the text names both."""


@dataclass(frozen=True)
class Shim:
    """What a module's own address answers: the same exports, out of the script."""

    name: str
    exports: tuple[str, ...]

    def text(self, script: str) -> str:
        """As a module; `script` is the address of the page's first script."""
        return (
            f'import {{ $later }} from "{script}";\n'
            f'export const {{ {", ".join(self.exports)} }} = await $later("{self.name}");\n'
        )


@dataclass(frozen=True)
class Module:
    """One file, ready to be put into the script."""

    name: str
    body: str
    exports: tuple[str, ...]
    #: the modules that it can't be run without
    needs: tuple[str, ...] = ()

    @property
    def as_function(self) -> str:
        """A property of the script's table of modules."""
        return f'"{self.name}"() {{\n{self.body}\nreturn {{ {", ".join(self.exports)} }};\n}},\n'

    @property
    def shim(self) -> Shim:
        """For its own address."""
        return Shim(self.name, self.exports)


@dataclass(frozen=True)
class Asset:
    """A text that never changes under its version."""

    text: str

    @property
    def version(self) -> str:
        """Another text has another one."""
        return sha256(self.text.encode()).hexdigest()[:16]


def read_modules(folder: Path) -> tuple[Module, ...]:
    """Every module of a folder. Raises BundleBroken."""
    files = sorted(folder.glob("*.js"))
    return tuple(module_of(file.name, file.read_text(encoding="utf-8")) for file in files)


def module_of(name: str, source: str) -> Module:
    """Imports become calls, exports a returned object. Raises BundleBroken for other forms."""
    exports = tuple(found[2] for found in _EXPORT.finditer(source))
    needs = tuple(found[2] for found in _IMPORT.finditer(source))
    body = _IMPORT.sub(_as_call, source)
    body = _LATER.sub(r'$later("\1")', body)
    body = _EXPORT.sub(r"\1 \2", body)
    other = _LEFT_OVER.search(body)
    if other is not None:
        raise BundleBroken(f"{name} can't be put into the page's script: {other[0]}")
    return Module(name, _COMMENT_LINE.sub("", body).rstrip(), exports, needs)


def divide(modules: Iterable[Module]) -> tuple[tuple[Module, ...], tuple[Module, ...]]:
    """Those that the start of the page needs, and the others. Raises BundleBroken."""
    known = {module.name: module for module in modules}
    first: set[str] = set()
    waiting: list[str] = [name for name in AT_START if name in known]
    while waiting:
        name = waiting.pop()
        if name in first:
            continue
        if name not in known:
            raise BundleBroken(f"there is no module {name}")
        first.add(name)
        waiting += known[name].needs
    return (
        tuple(module for name, module in known.items() if name in first),
        tuple(module for name, module in known.items() if name not in first),
    )


def divide_texts(
    keys: Iterable[str], at_start: Iterable[Module]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of texts that modules of the start say, and the others. What stands before a key's first
    dot decides: the rest of a key may be put together by a module."""
    source = "\n".join(module.body for module in at_start)
    said = {found[1] for found in _KEY.finditer(source)}
    known = tuple(keys)
    return (
        tuple(key for key in known if key.partition(".")[0] in said),
        tuple(key for key in known if key.partition(".")[0] not in said),
    )


@dataclass(frozen=True)
class Rest:
    """Where the first script finds the other one, and the stylesheet that belongs to it."""

    script: str
    styles: str


def script_of(modules: Iterable[Module], data: Mapping[str, str], rest: Rest) -> Asset:
    """The page's first script. `data`: JSON by the id under which modules find it in the page."""
    held = "".join(f"$hold({json.dumps(name)}, {text});\n" for name, text in data.items())
    return Asset(
        f"{_LOADER}const $rest = {json.dumps(rest.script)}, $styles = {json.dumps(rest.styles)};\n"
        f'const $modules = {{\n{_functions(modules)}}};\n{held}$load("{MAIN}");\n'
    )


def later_script_of(modules: Iterable[Module], texts: str) -> Asset:
    """The page's other script. `texts`: JSON, what texts.js has not got at the start."""
    return Asset(
        "export const $more = ($load, $later) => {\n"
        f'$load("texts.js").learn({texts});\n'
        f"return {{\n{_functions(modules)}}};\n}};\n"
    )


def _functions(modules: Iterable[Module]) -> str:
    return "".join(module.as_function for module in modules)


def styles_of(folder: Path, names: Iterable[str], rules: str = "") -> Asset:
    """One stylesheet: those files in their order, then rules of the catalogue's."""
    files = [(folder / f"{name}.css").read_text(encoding="utf-8") for name in names]
    return Asset("\n".join([*files, rules]))


def _as_call(found: re.Match[str]) -> str:
    names = re.sub(r"\s+", " ", found[1]).strip().replace(" as ", ": ")
    return f'const {{ {names} }} = $load("{found[2]}");'
