"""Names in a ZIP: as the template says, harmless, no two alike."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backend.domain.errors import InputRefused
from backend.domain.run import Image, Output, Run, RunState
from backend.services.export_names import DEFAULT, Names, checked_template

NOW = datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)
RUN = Run(
    id="0123456789abcdef",
    person_id="p",
    endpoint_id="fal-ai/flux-pro/v1.1",
    state=RunState.DONE,
    input={"prompt": "a"},
    defaults={},
    practice=True,
    estimate=Decimal("0.04"),
    unit_price=Decimal("0.04"),
    created_at=NOW,
    state_at=NOW,
    output=Output(seed=42),
)
IMAGE = Image(index=0, key="k", content_type="image/jpeg")
SLUGS = {RUN.endpoint_id: "v1.1"}


def names(template: str = DEFAULT, count: int = 9) -> Names:
    return Names(checked_template(template), SLUGS, count)


def test_the_template_is_filled_in() -> None:
    assert names().of(RUN, IMAGE) == "2026-11-21-v1.1-42-1.jpeg"
    text = "{time} {run} {index} {n}.{ext}"
    assert names(text, 2_000).of(RUN, IMAGE) == "090507 0123456789abcdef 0 0001.jpeg"


def test_numbers_have_as_many_digits_as_the_last_one() -> None:
    given = names("{n}.{ext}", 12)
    assert [given.of(RUN, IMAGE) for _ in range(10)][::9] == ["01.jpeg", "10.jpeg"]


def test_names_that_clash_are_told_apart_without_case() -> None:
    given = names("{seed}-A")
    other = names("{seed}-a.{ext}")
    assert [given.of(RUN, IMAGE) for _ in range(3)] == ["42-A.jpeg", "42-A-2.jpeg", "42-A-3.jpeg"]
    assert other.of(RUN, replace(IMAGE, content_type="image/png")) == "42-a.png"


def test_a_run_without_seed_or_endpoint_is_told_by_its_id() -> None:
    run = replace(RUN, output=None, endpoint_id="fal-ai/gone")
    assert names().of(run, IMAGE) == "2026-11-21-run-01234567-1.jpeg"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("../../etc/passwd", "-..-etc-passwd.jpeg"),
        ("a/b\\c:d*e?f|g<h>i", "a-b-c-d-e-f-g-h-i.jpeg"),
        ("con.{ext}", "_con.jpeg"),
        ("   ...   ", "picture.jpeg"),
        ("日本 {n}", "日本 1.jpeg"),
        ("a\x00b\nc\u202e", "a-b-c-.jpeg"),
        ("", "2026-11-21-v1.1-42-1.jpeg"),
    ],
)
def test_whatever_is_typed_is_a_harmless_name(template: str, name: str) -> None:
    assert names(template).of(RUN, IMAGE) == name


@pytest.mark.parametrize("template", ["{prompt}", "{", "a}b", "{n!r}", "{n.__class__}", "x" * 201])
def test_a_template_that_can_t_be_filled_in_is_refused(template: str) -> None:
    with pytest.raises(InputRefused) as refused:
        checked_template(template)
    assert set(refused.value.fields) == {"template"}
