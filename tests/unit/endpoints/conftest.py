"""The catalogue, and endpoint files that a test may change."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.endpoints.catalogue import HERE, Catalogue, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def tenth() -> dict[str, Any]:
    """A small endpoint file that is fine."""
    return {
        "endpoint_id": "fal-ai/flux-pro/v9",
        "slug": "v9",
        "label": "9",
        "order": 10,
        "category": "text-to-image",
        "status": "listed",
        "about": "A tenth one.",
        "main": ["seed"],
        "links": {"model": "https://fal.ai/models/v9", "terms": "https://fal.ai/terms"},
        "input": {
            "type": "object",
            "required": ["prompt"],
            "additionalProperties": False,
            "properties": {
                "num_images": {"type": "integer", "default": 1, "minimum": 1, "maximum": 4},
                "seed": {"type": "integer"},
                "steps": {"title": "Steps", "type": "integer", "default": 20, "multipleOf": 4},
                "reference": {"type": "string", "x-media": "image"},
                "prompt": {"title": "Prompt", "type": "string", "minLength": 1},
            },
        },
        "pricing": {"amount_usd": 0.1, "unit": "image", "confidence": "official"},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the nine files."""
    for file in HERE.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Catalogue]:
    """Load a catalogue of these files' contents, by name."""

    def load_files(**files: Any) -> Catalogue:
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return load_catalogue(tmp_path)

    return load_files
