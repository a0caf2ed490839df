"""Documents in the shape of fal's, of our own making: paths of a queue, `$ref`, `anyOf`, null."""

from typing import Any

V11 = "fal-ai/flux-pro/v1.1"
NAME = "FluxProV11Input"

Document = dict[str, Any]


def size_class() -> Document:
    """fal's ImageSize: a class of its own, with limits that exclude."""
    side = {"type": "integer", "default": 512, "exclusiveMinimum": 0, "maximum": 14142}
    return {
        "title": "ImageSize",
        "type": "object",
        "properties": {"height": {**side, "title": "Height"}, "width": {**side, "title": "Width"}},
    }


def properties() -> Document:
    """What fal says of v1.1 when nothing has drifted."""
    names = ["square_hd", "square", "portrait_4_3", "portrait_16_9"]
    return {
        "prompt": {"type": "string", "title": "Prompt", "examples": ["a tiger's eye"]},
        "image_size": {
            "anyOf": [
                {"$ref": "#/components/schemas/ImageSize"},
                {"enum": [*names, "landscape_4_3", "landscape_16_9"], "type": "string"},
            ],
            "default": "landscape_4_3",
        },
        "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "num_images": {"type": "integer", "minimum": 1, "maximum": 4, "default": 1},
        "output_format": {"enum": ["jpeg", "png"], "type": "string", "default": "jpeg"},
        "safety_tolerance": {
            "enum": ["1", "2", "3", "4", "5", "6"],
            "type": "string",
            "default": "2",
        },
        "enhance_prompt": {"type": "boolean", "default": False},
        "sync_mode": {"type": "boolean", "default": False},
    }


def document(endpoint_id: str = V11, **changes: Any) -> Document:
    """A whole document. A property that is changed to None is gone."""
    shown = {name: one for name, one in {**properties(), **changes}.items() if one is not None}
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{NAME}"}}}
    return {
        "openapi": "3.0.4",
        "info": {"title": "Queue", "x-fal-metadata": {"endpointId": endpoint_id}},
        "components": {
            "schemas": {
                "ImageSize": size_class(),
                NAME: {
                    "type": "object",
                    "required": ["prompt"],
                    "x-fal-order-properties": list(shown),
                    "properties": shown,
                },
            }
        },
        "paths": {
            f"/{endpoint_id}/requests/{{request_id}}/status": {"get": {}},
            f"/{endpoint_id}": {"post": {"requestBody": {"required": True, "content": body}}},
        },
    }
