"""The board in docs/grafana.json asks for figures that /metrics really has."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.services.exposed import exposed

BOARD = json.loads((Path(__file__).parents[3] / "docs" / "grafana.json").read_text("utf-8"))
#: functions, keywords and Grafana's own variables of the queries
WORDS = {"sum", "by", "rate", "increase", "histogram_quantile", "le"}
PANELS: list[dict[str, Any]] = BOARD["panels"]
QUERIES = [
    pytest.param(target["expr"], target["legendFormat"], id=f"{panel['title']} {target['refId']}")
    for panel in PANELS
    for target in panel["targets"]
]


@pytest.mark.parametrize(("query", "legend"), QUERIES)
def test_every_query_names_figures_and_labels_that_are_there(query: str, legend: str) -> None:
    figures = exposed()
    names = set(re.findall(r"playground_\w+", query))
    assert names
    assert names <= set(figures)
    labels = set().union(*(figures[name] for name in names))
    asked = set(re.findall(r"(\w+)=~?\"", query)) | set(re.findall(r"{{(\w+)}}", legend))
    for group in re.findall(r"by \(([^)]*)\)", query):
        asked |= {label.strip() for label in group.split(",")}
    assert asked <= labels
    bare = re.sub(r'"[^"]*"|\$__\w+|{{?|}}?', " ", query)
    assert set(re.findall(r"[a-z]\w*", bare)) <= WORDS | names | labels


@pytest.mark.parametrize(("query", "legend"), QUERIES)
def test_every_query_is_balanced_and_counters_are_never_read_bare(query: str, legend: str) -> None:
    assert query.count("(") == query.count(")")
    for counter in re.findall(r"playground_\w+_(?:total|bucket|sum|count)\b", query):
        assert re.search(rf"(?:rate|increase)\({counter}(?:{{[^}}]*}})?\[\$__\w+\]\)", query)


def test_every_figure_is_on_the_board() -> None:
    told = {name for query in QUERIES for name in re.findall(r"playground_\w+", str(query.values))}
    assert set(exposed()) - told == set()


def test_panels_have_a_number_and_a_place_of_their_own() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_the_board_asks_whatever_prometheus_its_reader_has() -> None:
    (variable,) = BOARD["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}
