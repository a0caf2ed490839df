"""The page as Gradio is told to build it."""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from backend.endpoints.catalogue import HERE, load_catalogue
from components.form import forms_of
from components.page import STYLES, build_page, form_data, head, style_rules
from tests.unit.components.face import Face

STATIC = Path(__file__).parents[3] / "components" / "static"


def config_of(face: Face) -> dict[str, Any]:
    """What Gradio sends to the browser. Built in a loop, as the app is: else Gradio makes some."""

    async def build() -> dict[str, Any]:
        found: dict[str, Any] = build_page(
            forms_of(face.services.catalogue.endpoints), "Playground"
        ).get_config_file()
        return found

    return asyncio.run(build())


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """The nine tabs."""
    return config_of(Face())


def tabs(config: dict[str, Any]) -> list[str]:
    """The slugs of the tabs, in their order."""
    return [one["props"]["id"] for one in config["components"] if one["type"] == "tabitem"]


def test_every_endpoint_has_a_tab_with_its_run_button_and_fields(config: dict[str, Any]) -> None:
    endpoints = load_catalogue().endpoints
    assert tabs(config) == [endpoint.slug for endpoint in endpoints]
    ids = {one["props"].get("elem_id") for one in config["components"]}
    for endpoint in endpoints:
        assert f"run-{endpoint.slug}" in ids
        assert {f"f-{endpoint.slug}-{field.name}" for field in endpoint.fields} <= ids


def test_a_new_endpoint_file_is_a_new_tab(tmp_path: Path) -> None:
    shutil.copytree(HERE, tmp_path / "files", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    tenth = json.loads((HERE / "v1.1.json").read_text(encoding="utf-8"))
    tenth |= {"slug": "v2", "endpoint_id": "fal-ai/flux-pro/v2", "label": "2.0", "order": 10}
    tenth["input"]["properties"]["strength"] = {
        "title": "Strength",
        "description": "How much.",
        "type": "number",
        "minimum": 0,
    }
    (tmp_path / "files" / "v2.json").write_text(json.dumps(tenth), encoding="utf-8")
    catalogue = load_catalogue(tmp_path / "files")
    config = config_of(Face(catalogue))
    assert tabs(config)[-1] == "v2"
    assert "f-v2-strength-value" in json.dumps(config)
    assert form_data(catalogue)[-1]["slug"] == "v2"


def test_no_lasting_connection_is_opened(config: dict[str, Any]) -> None:
    assert config["connect_heartbeat"] is False


def test_no_event_of_a_widget_reaches_the_server(config: dict[str, Any]) -> None:
    """A lost answer of one would make Gradio reload the page."""
    for event in config["dependencies"]:
        if event["targets"]:
            assert event["backend_fn"] is False, event["js"]
            assert event["js"]
        else:
            assert event["queue"] is False
            assert event["api_name"].startswith("form_")
            assert event["api_visibility"] == "undocumented"


def test_pictures_are_not_gradios(config: dict[str, Any]) -> None:
    kinds = {one["type"] for one in config["components"]}
    assert kinds.isdisjoint({"image", "imageeditor", "file", "gallery", "state", "number"})


def test_a_picture_field_has_an_empty_template(config: dict[str, Any]) -> None:
    pictures = [
        one["props"]
        for one in config["components"]
        if "pg-picture" in (one["props"].get("elem_classes") or [])
    ]
    assert pictures
    assert all(props["html_template"] == "" for props in pictures)


def test_the_page_asks_no_other_host(config: dict[str, Any]) -> None:
    catalogue = load_catalogue()
    own = {link for endpoint in catalogue.endpoints for link in endpoint.links.values()}
    everything = json.dumps(config) + head("/a.js", "/a.css") + json.dumps(form_data(catalogue))
    found = set(re.findall(r"https?://[^\s\"'\\<>)]+", everything))
    assert found <= own


def test_the_head_names_stylesheets_that_are_there() -> None:
    assert [name for name in STYLES if not (STATIC / "css" / f"{name}.css").exists()] == []
    assert 'href="/a.css?v=1&quot;"' in head("/a.js", '/a.css?v=1"')


def test_the_modules_are_told_of_every_form() -> None:
    catalogue = load_catalogue()
    forms = form_data(catalogue)
    assert [form["slug"] for form in forms] == [one.slug for one in catalogue.endpoints]


def test_each_named_shape_is_drawn() -> None:
    style = style_rules(load_catalogue())
    for name in ("21:9", "9:21", "square_hd", "portrait_16_9"):
        assert f'input[value="{name}"])::before{{width:' in style
