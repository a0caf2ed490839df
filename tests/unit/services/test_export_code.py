"""Copied code makes the request that it was copied from, whatever a prompt holds."""

import ast
import json
import os
import runpy
import shutil
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.endpoint import Endpoint
from backend.domain.field import Kind
from backend.endpoints.catalogue import load_catalogue
from backend.services.export_code import CodeExport
from tests.unit.services.inputs import complete_input

ENDPOINTS = load_catalogue().endpoints
V11 = next(endpoint for endpoint in ENDPOINTS if endpoint.slug == "v1.1")
FILL = next(endpoint for endpoint in ENDPOINTS if endpoint.slug == "v1-fill")
PICTURES = {Kind.IMAGE: "upload:0123456789abcdef", Kind.MASK: "upload:fedcba9876543210"}
LANGUAGES = {"python", "javascript", "curl", "json"}
KEY = "marked-key-id:marked-key-secret"
WITHIN_S = 60
HOSTILE = [
    "say \"hi\" and 'bye'",
    "it's ''' and \"\"\" here",
    "two\nlines\r\nand\ttabs",
    "${process.exit(7)} `touch pwned` #{x}",
    "$(touch pwned) && touch pwned; touch pwned | cat",
    "'; touch pwned; '",
    '"}); touch("pwned"); ({"',
    "back\\slash \\n \\u0041 \\",
    "line\u2028separator\u2029paragraph\u0085next",
    "nul \x00 bell \x07 escape \x1b[31m delete \x7f",
    "emoji 👩‍🚀 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "\u202eright to left\u202c שלום",
    "</script><!-- <img onerror=x> -->",
    "*/ // # % %s {0} {{}} !! ~ \\",
    "@picture.png",
    "upload:0123456789abcdef",
    "-" * 10_000,
]


def render(endpoint: Endpoint, values: dict[str, Any]) -> dict[str, str]:
    codes = CodeExport().render(endpoint, values)
    assert set(codes) == LANGUAGES
    return codes


def address_of(name: str) -> str:
    """Where a stub puts an uploaded file."""
    return f"https://files.example/{name}"


def as_sent(endpoint: Endpoint, values: dict[str, Any]) -> dict[str, Any]:
    """The input with the pictures where the stubs put them."""
    files = {
        field.name: address_of("mask.png" if field.kind is Kind.MASK else "picture.png")
        for field in endpoint.fields
        if field.is_picture and field.name in values
    }
    return {**values, **files}


# ── each language, run for real against a stand-in for its client ────────────────────────────

Runs = Callable[[str], tuple[str, dict[str, Any]]]


@pytest.fixture
def run_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Runs a script with another fal_client; what it subscribed to, and with what."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def subscribe(endpoint_id: str, arguments: dict[str, Any]) -> dict[str, Any]:
        seen.append((endpoint_id, arguments))
        return {"images": []}

    stub = types.ModuleType("fal_client")
    stub.subscribe = subscribe  # type: ignore[attr-defined]
    stub.upload_file = address_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fal_client", stub)

    def run(code: str) -> tuple[str, dict[str, Any]]:
        script = tmp_path / "copied.py"
        script.write_text(code, encoding="utf-8")
        seen.clear()
        runpy.run_path(str(script))
        (one,) = seen
        return one

    return run


@pytest.fixture
def run_javascript(tmp_path: Path) -> Runs:
    """Runs a module in node with another @fal-ai/client."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here")
    client = tmp_path / "node_modules" / "@fal-ai" / "client"
    client.mkdir(parents=True)
    (client / "package.json").write_text('{"type": "module", "exports": "./stub.js"}')
    (client / "stub.js").write_text(
        "export const fal = {\n"
        "  storage: { upload: async (blob) => 'https://files.example/' + await blob.text() },\n"
        "  subscribe: async (id, { input }) => {\n"
        "    console.log(JSON.stringify([id, input]));\n"
        "    return { data: { images: [] } };\n"
        "  },\n"
        "};\n"
    )
    for name in ("picture.png", "mask.png"):
        (tmp_path / name).write_text(name)

    def run(code: str) -> tuple[str, dict[str, Any]]:
        (tmp_path / "copied.mjs").write_text(code, encoding="utf-8")
        done = subprocess.run(
            [node, "copied.mjs"], cwd=tmp_path, capture_output=True, check=True, timeout=WITHIN_S
        )
        endpoint_id, sent = json.loads(done.stdout)
        return endpoint_id, sent

    return run


@pytest.fixture
def run_curl(tmp_path: Path) -> Runs:
    """Runs a script in sh with another curl; the last part of the address, and the data."""
    commands = tmp_path / "bin"
    commands.mkdir()
    arguments = tmp_path / "arguments"
    stubs = {
        "curl": f"""for one in "$@"; do printf '%s\\0' "$one"; done > '{arguments}'\n""",
        # the upload that the copied code tells: its second argument names the file
        "python": """case "$2" in *mask.png*) f=mask.png;; *) f=picture.png;; esac\n"""
        """echo "https://files.example/$f"\n""",
    }
    for name, text in stubs.items():
        (commands / name).write_text(f"#!/bin/sh\n{text}")
        (commands / name).chmod(0o700)
    environment = {"PATH": f"{commands}:{os.defpath}", "FAL_KEY": KEY, "LC_ALL": "C.UTF-8"}

    def run(code: str) -> tuple[str, dict[str, Any]]:
        subprocess.run(
            ["sh", "-c", code], cwd=tmp_path, env=environment, check=True, timeout=WITHIN_S
        )
        given = arguments.read_text(encoding="utf-8").split("\0")
        assert given.count("--data") == 1
        assert f"Authorization: Key {KEY}" in given
        (address,) = (one for one in given if one.startswith("https://queue.fal.run/"))
        sent = json.loads(given[given.index("--data") + 1])
        return address.removeprefix("https://queue.fal.run/"), sent

    return run


@pytest.fixture
def run_json() -> Runs:
    """Reads the JSON; the notes in the place of pictures count as their addresses."""

    def run(code: str) -> tuple[str, dict[str, Any]]:
        sent = json.loads(code)
        for name, value in sent.items():
            if name.endswith("_url"):
                assert value.startswith("<address of ")
                sent[name] = address_of("mask.png" if "mask.png" in value else "picture.png")
        return "", sent

    return run


@pytest.fixture(params=sorted(LANGUAGES))
def language(request: pytest.FixtureRequest) -> tuple[str, Runs]:
    """A language, and what runs it."""
    return request.param, request.getfixturevalue(f"run_{request.param}")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.slug)
def test_each_language_sends_a_complete_input_as_it_is(
    language: tuple[str, Runs], endpoint: Endpoint
) -> None:
    name, run = language
    values = complete_input(endpoint, PICTURES)
    endpoint_id, sent = run(render(endpoint, values)[name])
    assert sent == as_sent(endpoint, values)
    assert endpoint_id in (endpoint.endpoint_id, "")


@pytest.mark.parametrize("prompt", HOSTILE, ids=lambda prompt: ascii(prompt[:16]))
def test_no_prompt_leaves_its_quotes(
    language: tuple[str, Runs], prompt: str, tmp_path: Path
) -> None:
    name, run = language
    values = {"prompt": prompt, "image_url": PICTURES[Kind.IMAGE], "mask_url": PICTURES[Kind.MASK]}
    _, sent = run(render(FILL, values)[name])
    assert sent == as_sent(FILL, values)
    assert not list(tmp_path.rglob("pwned"))


def test_an_empty_input_is_code_all_the_same(language: tuple[str, Runs]) -> None:
    name, run = language
    assert run(render(V11, {})[name])[1] == {}


# ── what is never in it ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.slug)
def test_neither_a_key_nor_a_picture_of_ours_is_in_any_of_them(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", KEY)
    codes = render(endpoint, complete_input(endpoint, PICTURES))
    for language, code in codes.items():
        assert "upload:" not in code, language
        assert KEY not in code, language
        assert ("FAL_KEY" in code) == (language != "json"), language


def test_a_picture_as_data_is_not_poured_into_the_code() -> None:
    values = {"image_url": "data:image/png;base64," + "A" * 5_000, "prompt": "a hill"}
    redux = next(endpoint for endpoint in ENDPOINTS if endpoint.slug == "v1-redux")
    for code in render(redux, values).values():
        assert "base64" not in code
        assert len(code) < 2_000


def test_javascript_says_which_number_it_can_not_hold() -> None:
    exact = render(V11, {"prompt": "a hill", "seed": 2**53 - 1})["javascript"]
    rounded = render(V11, {"prompt": "a hill", "seed": 2**53 + 1})["javascript"]
    assert "rounds" not in exact
    assert "// JavaScript rounds a whole number of this size: seed" in rounded


def test_half_a_character_stays_an_escape() -> None:
    codes = render(V11, {"prompt": "a \ud83d hill"})
    assert json.loads(codes["json"]) == {"prompt": "a \ud83d hill"}
    assert all(code.encode("utf-8") for code in codes.values())


# ── any text at all ──────────────────────────────────────────────────────────────────────────


@given(st.text(st.characters()), st.booleans(), st.integers())
def test_python_and_json_hold_any_text(prompt: str, flag: bool, seed: int) -> None:
    values = {"prompt": prompt, "sync_mode": flag, "seed": seed}
    codes = render(V11, values)
    tree = ast.parse(codes["python"])
    (arguments,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "arguments"
    )
    assert ast.literal_eval(arguments) == values
    assert json.loads(codes["json"]) == values
    for code in codes.values():
        assert code.encode("utf-8")
