"""Each widget reads what it has written, and keeps what it can't read for the check."""

from typing import Any

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.field import UNSET, Field, Kind
from backend.endpoints.catalogue import load_catalogue
from components.form import form_of
from components.widgets.aspect_ratio import AspectRatio
from components.widgets.image_size import ImageSize
from components.widgets.numbers import FewNumbers, NumberSlider, NumberText, number_widget
from components.widgets.registry import WIDGETS, NoWidget, widget_for
from components.widgets.seed import Seed

ENDPOINTS = load_catalogue().endpoints
FIELDS = [(endpoint, field) for endpoint in ENDPOINTS for field in endpoint.fields]


def a_field(kind: Kind, **more: Any) -> Field:
    """A field of that kind."""
    return Field(name="x", label="X", help="", kind=kind, **more)


#: values that every field of a kind allows, beside its choices and limits
VALUES: dict[Kind, list[Any]] = {
    Kind.TEXT: ["ft-1"],
    Kind.LONG_TEXT: ["a prompt", " kept as typed \n", "${1+1} {{x}} <b>"],
    Kind.INTEGER: [],
    Kind.NUMBER: [0.35],
    Kind.BOOLEAN: [True, False],
    Kind.CHOICE: [],
    Kind.SEED: [0, 42, -1, 2**63 - 1],
    Kind.ASPECT_RATIO: ["5:4"],
    Kind.IMAGE_SIZE: [{"width": 512, "height": 640}],
    Kind.IMAGE: ["upload:abc"],
    Kind.MASK: ["upload:abc"],
}


def values_of(field: Field) -> list[Any]:
    """Values that the field allows."""
    if field.kind not in (Kind.INTEGER, Kind.NUMBER):
        return [*VALUES[field.kind], *field.choices]
    number = int if field.kind is Kind.INTEGER else float
    return [*VALUES[field.kind], number(field.minimum or 0), number(field.maximum or 9)]


def test_every_kind_has_a_widget() -> None:
    assert set(WIDGETS) == set(Kind)


@pytest.mark.parametrize(
    ("endpoint", "field"), FIELDS, ids=[f"{e.slug}-{f.name}" for e, f in FIELDS]
)
def test_what_is_written_is_read(endpoint: Any, field: Field) -> None:
    widget = widget_for(endpoint, field)
    for value in values_of(field):
        read = widget.read(widget.write(value))
        assert read == value
        assert type(read) is type(value)


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.BOOLEAN}))
def test_an_empty_widget_is_unset(kind: Kind) -> None:
    widget = WIDGETS[kind](a_field(kind, choices=("a", "b"), open_choices=True))
    assert widget.read(widget.write(UNSET)) is UNSET
    assert widget.read({}) is UNSET


def test_an_empty_box_without_a_default_is_not_sent() -> None:
    assert WIDGETS[Kind.BOOLEAN](a_field(Kind.BOOLEAN)).read({"value": False}) is UNSET
    required = WIDGETS[Kind.BOOLEAN](a_field(Kind.BOOLEAN, required=True))
    assert required.read({"value": False}) is False


@pytest.mark.parametrize(
    ("field", "widget"),
    [
        (a_field(Kind.INTEGER, minimum=1, maximum=4, default=1), FewNumbers),
        (a_field(Kind.INTEGER, minimum=1, maximum=50, default=28), NumberSlider),
        (a_field(Kind.NUMBER, minimum=0, maximum=1, default=0.1), NumberSlider),
        (a_field(Kind.NUMBER, minimum=0, maximum=1), NumberText),
        (a_field(Kind.NUMBER, minimum=0), NumberText),
        (a_field(Kind.INTEGER), NumberText),
    ],
)
def test_numbers_are_drawn_by_their_range(field: Field, widget: type) -> None:
    assert type(number_widget(field)) is widget


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", UNSET),
        ("  ", UNSET),
        (" 42 ", 42),
        ("-7", -7),
        ("9007199254740993", 9007199254740993),
        (42.0, 42),
        ("1.5", "1.5"),
        ("abc", "abc"),
        ("9" * 41, "9" * 41),
        (True, True),
        ([1], [1]),
        (None, UNSET),
    ],
)
def test_a_seed_is_read_as_a_whole_number_or_left_to_the_check(typed: Any, read: Any) -> None:
    found = Seed(a_field(Kind.SEED)).read({"value": typed})
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("typed", "read"), [("0,5", 0.5), (".5", 0.5), (1, 1.0), ("1e9", "1e9"), ("nan", "nan")]
)
def test_a_number_may_have_a_comma(typed: Any, read: Any) -> None:
    field = a_field(Kind.NUMBER, minimum=0)
    assert NumberText(field).read({"value": typed}) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("5 : 4", "5:4"), ("5x4", "5:4"), ("5×4", "5:4"), ("5", "5"), ("", ""), (7, 7)],
)
def test_a_ratio_may_be_typed_loosely(typed: Any, read: Any) -> None:
    widget = AspectRatio(a_field(Kind.ASPECT_RATIO, choices=("1:1",)))
    assert widget.read({"value": "custom", "custom": typed}) == read


def test_a_size_without_its_sides_is_left_to_the_check() -> None:
    widget = ImageSize(a_field(Kind.IMAGE_SIZE, choices=("square",)))
    assert widget.read({"value": "custom", "width": "512", "height": ""}) == {"width": 512}
    assert widget.read({"value": "custom", "width": "x", "height": "9"}) == {
        "width": "x",
        "height": 9,
    }


def test_a_kind_without_a_widget_stops_the_start_and_names_endpoint_and_field() -> None:
    endpoint = ENDPOINTS[0]
    table = {kind: widget for kind, widget in WIDGETS.items() if kind is not Kind.SEED}
    with pytest.raises(NoWidget) as caught:
        form_of(endpoint, table)
    assert endpoint.slug in str(caught.value)
    assert "seed" in str(caught.value)


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_widget_is_drawn_as_the_parts_that_it_writes(kind: Kind) -> None:
    field = a_field(kind, choices=("a", "b"), minimum=0, maximum=9)
    widget = WIDGETS[kind](field)
    with gr.Blocks(analytics_enabled=False):
        built = widget.build("f-x")
    assert set(built) == set(widget.start)
    assert all(component.elem_id == f"f-x-{part}" for part, component in built.items())


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(held=st.dictionaries(st.sampled_from(["value", "custom", "width", "height"]), json_like))
def test_no_widget_breaks_on_what_a_browser_may_send(held: dict[str, Any]) -> None:
    for kind in Kind:
        field = a_field(kind, choices=("a", "b"), minimum=0, maximum=9, default="a")
        WIDGETS[kind](field).read(held)
