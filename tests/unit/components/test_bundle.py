"""The page's modules put together as one script."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from components.assets import STATIC
from components.bundle import BundleBroken, Module, module_of, read_modules, script_of, styles_of


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
    one, two = (script_of([Module("main.js", body, ())], {}) for body in ("1;", "2;"))
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
        script_of(read_modules(STATIC / "js"), {"form-data": "[]"}).text, encoding="utf-8"
    )
    checked = subprocess.run([node, "--check", file], capture_output=True, text=True, check=False)
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
    page = "globalThis.document = { createElement: () => ({}), head: { append() {} } };\n"
    file = tmp_path / "app.mjs"
    file.write_text(page + script_of(modules, {"form-data": "[]"}).text, encoding="utf-8")
    ran = subprocess.run([node, file], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == ["log ran", "a", "a"]
