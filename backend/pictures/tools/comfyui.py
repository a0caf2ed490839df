"""ComfyUI: the text `prompt`, the graph that was run, as JSON.

Each node has a `class_type` and `inputs`; an input is a value or a link `[node id, output]`
(ComfyUI's documentation of its API format, read 2026-11). Nodes are many and everybody can write
more, so nothing is asked of their classes: from the node that has a seed one follows the links to
the first text. `workflow`, which holds the editor's boxes, is not read.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from backend.pictures.tools.said import Said, fields, number, object_of, size, whole, words

MAX_NODES: Final = 5_000
_SEEDS: Final = ("seed", "noise_seed")
#: where a sampler leads to what is wanted; what is not wanted stands under `negative`
_TOWARDS_TEXT: Final = (
    "positive",
    "guider",
    "conditioning",
    "conditioning_1",
    "cond",
    "basic_pipe",
)
_TEXTS: Final = (
    "text",
    "t5xxl",
    "clip_l",
    "text_g",
    "prompt",
    "positive_prompt",
    "string",
    "value",
)

Node = Mapping[str, Any]
T = TypeVar("T")


def read(texts: Mapping[str, str]) -> Said | None:
    """None where there is no such graph."""
    graph = object_of(texts.get("prompt"))
    if graph is None or len(graph) > MAX_NODES:
        return None
    nodes = {key: node["inputs"] for key, node in graph.items() if _is_node(node)}
    samplers = [inputs for inputs in nodes.values() if _is_sampler(inputs)]
    if not nodes:
        return None
    given = fields(
        prompt=_prompt(nodes, samplers),
        seed=_first(
            whole(_value(nodes, one.get(name))) for one in nodes.values() for name in _SEEDS
        ),
        num_inference_steps=_first(whole(one.get("steps")) for one in nodes.values()),
        guidance_scale=_first(number(one.get("guidance")) for one in nodes.values()),
        image_size=_first(
            size(_value(nodes, one.get("width")), _value(nodes, one.get("height")))
            for one in nodes.values()
            if "batch_size" in one
        ),
    )
    return Said(input=given)


def _is_node(node: Any) -> bool:
    return isinstance(node, dict) and isinstance(node.get("inputs"), dict)


def _is_sampler(inputs: Node) -> bool:
    return "positive" in inputs or "guider" in inputs


def _prompt(nodes: Mapping[str, Node], samplers: Iterable[Node]) -> str | None:
    # shared: a graph of nothing but samplers would be walked once for each of them
    seen: set[str] = set()
    return _first(
        _text(nodes, sampler.get(name), seen) for sampler in samplers for name in _TOWARDS_TEXT
    )


def _text(nodes: Mapping[str, Node], link: Any, seen: set[str]) -> str | None:
    """The first text that a link leads to, each node looked at once."""
    waiting = [link]
    while waiting:
        key = _target(waiting.pop())
        if key is None or key in seen or key not in nodes:
            continue
        seen.add(key)
        inputs = nodes[key]
        found = _first(words(inputs.get(name)) for name in _TEXTS)
        if found is not None:
            return found
        waiting += [inputs[name] for name in (*_TEXTS, *_TOWARDS_TEXT)[::-1] if name in inputs]
    return None


def _value(nodes: Mapping[str, Node], value: Any) -> Any:
    """A value, or what stands in the node that it is linked to."""
    key = _target(value)
    if key is None:
        return value
    inputs = nodes.get(key, {})
    return _first(
        inputs.get(name)
        for name in (*_SEEDS, "value", "int")
        if not isinstance(inputs.get(name), list)
    )


def _target(link: Any) -> str | None:
    if isinstance(link, list) and len(link) == 2 and isinstance(link[0], str | int):
        return str(link[0])
    return None


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
