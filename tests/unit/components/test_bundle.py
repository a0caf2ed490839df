"""The page's modules put together as one script."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from components.assets import STATIC
from components.bundle import (
    BundleBroken,
    Module,
    Rest,
    divide,
    divide_texts,
    later_script_of,
    module_of,
    read_modules,
    script_of,
    styles_of,
)

REST = Rest("./later.mjs", "./later.css")
#: as much of a page as the scripts touch; a stylesheet comes as soon as it is asked for
PAGE = """globalThis.document = {
  createElement: () => ({}),
  head: { append(node) { (asked => asked && asked())(node.onload); } },
};
"""


def test_imports_become_calls_with_their_names() -> None:
    made = module_of("a.js", 'import {\n  one,\n  two as other,\n} from "./b.js";\nother(one);\n')
    assert made.body == 'const { one, two: other, } = $load("b.js");\nother(one);'


def test_a_later_import_stays_a_promise() -> None:
    made = module_of("a.js", 'const { open } = await import("./viewer.js");\n')
    assert '= await $later("viewer.js");' in made.body


def test_everything_that_is_exported_is_returned() -> None:
    source = "export const a = 1;\nexport async function b() {}\nexport class C {}\nconst d = 2;\n"
    made = module_of("a.js", source)
    assert made.exports == ("a", "b", "C")
    assert "export" not in made.body
    assert "return { a, b, C };" in made.as_function


@pytest.mark.parametrize(
    "line",
    [
        'import dom from "./dom.js";',
        'import * as dom from "./dom.js";',
        'import { el } from "https://other.example/dom.js";',
        "export default el;",
        "export let changing = 1;",
        "export { el };",
    ],
)
def test_any_other_form_is_named_with_its_file(line: str) -> None:
    with pytest.raises(BundleBroken, match=r"odd\.js .*(import|export)"):
        module_of("odd.js", f"{line}\n")


def test_another_text_has_another_version() -> None:
    one, two = (script_of([Module("main.js", body, ())], {}, REST) for body in ("1;", "2;"))
    assert one.version != two.version


def test_styles_keep_their_order(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.css").write_text(f".{name} {{}}", encoding="utf-8")
    assert styles_of(tmp_path, ("b", "a"), ".c {}").text == ".b {}\n.a {}\n.c {}"


def test_the_page_s_own_modules_make_a_script_that_can_be_read(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; the browser tests read the script, too")
    file = tmp_path / "app.mjs"
    file.write_text(
        script_of(read_modules(STATIC / "js"), {"form-data": "[]"}, REST).text,
        encoding="utf-8",
    )
    later = tmp_path / "later.mjs"
    later.write_text(later_script_of(read_modules(STATIC / "js"), "{}").text, encoding="utf-8")
    for one in (file, later):
        checked = subprocess.run(
            [node, "--check", one], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_modules_share_one_state_and_run_once(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    modules = [
        module_of("log.js", 'export const log = [];\nlog.push("log ran");\n'),
        module_of(
            "a.js", 'import { log } from "./log.js";\nexport const a = () => log.push("a");\n'
        ),
        module_of(
            "main.js",
            'import { a } from "./a.js";\nimport { log } from "./log.js";\n'
            'a();\nimport("./a.js").then(({ a }) => { a(); console.log(JSON.stringify(log)); });\n',
        ),
    ]
    file = tmp_path / "app.mjs"
    script = script_of(modules, {"form-data": "[]"}, REST)
    file.write_text(PAGE + script.text, encoding="utf-8")
    ran = subprocess.run([node, file], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == ["log ran", "a", "a"]


MAIN = module_of(
    "main.js",
    'import { one } from "./one.js";\nimport("./view.js").then(({ view }) => view(one));\n',
)
ONE = module_of("one.js", "export const one = [];\n")
VIEW = module_of(
    "view.js",
    'import { one } from "./one.js";\nimport { part } from "./part.js";\n'
    'import { known } from "./texts.js";\n'
    "export function view(given) {\n"
    '  console.log(JSON.stringify([given === one, part, known["view.word"]]));\n'
    "}\n",
)
PART = module_of("part.js", 'export const part = "part";\n')


def test_what_only_a_press_opens_is_in_the_later_script() -> None:
    first, later = divide([MAIN, ONE, VIEW, PART, TEXTS])
    assert [module.name for module in first] == ["main.js", "one.js"]
    assert [module.name for module in later] == ["view.js", "part.js", "texts.js"]


def test_what_the_start_needs_and_nobody_has_is_named() -> None:
    with pytest.raises(BundleBroken, match=r"one\.js"):
        divide([MAIN, VIEW])


def test_views_and_dialogs_are_not_in_the_first_script() -> None:
    first, later = divide(read_modules(STATIC / "js"))
    assert {"main.js", "form.js", "stage.js"} <= {module.name for module in first}
    assert {"gallery.js", "presets-view.js", "painter.js", "viewer.js"} <= {
        module.name for module in later
    }


TEXTS = module_of(
    "texts.js",
    "export const known = {};\nexport const learn = (more) => Object.assign(known, more);\n",
)


def test_the_later_script_shares_the_state_of_the_first(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    later = later_script_of([VIEW, PART], '{"view.word": "Word"}')
    (tmp_path / "later.mjs").write_text(later.text, encoding="utf-8")
    file = tmp_path / "app.mjs"
    file.write_text(PAGE + script_of([MAIN, ONE, TEXTS], {}, REST).text, encoding="utf-8")
    ran = subprocess.run([node, file], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [True, "part", "Word"]


def test_texts_that_the_start_says_come_with_it() -> None:
    start = module_of("main.js", 't("stage.empty");\nt(`state.${state}`);\nimport("./view.js");\n')
    keys = ["stage.empty", "state.done", "view.empty", "stage.other"]
    first, later = divide_texts(keys, [start])
    assert first == ("stage.empty", "state.done", "stage.other")
    assert later == ("view.empty",)
