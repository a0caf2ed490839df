"""The box that one can type into before Gradio has drawn its own."""

import re
from dataclasses import replace

import pytest

from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue, load_catalogue
from backend.texts.texts import texts
from components.early import Early


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def early(catalogue: Catalogue) -> Early:
    return Early.of(catalogue.endpoints, texts())


@pytest.mark.parametrize("path", ["/", "/create", "/create/", "/create/v1.1-ultra"])
def test_the_first_form_is_open_where_the_address_names_none(early: Early, path: str) -> None:
    assert 'data-field="f-v1.1-ultra-prompt"' in early.body(path, "en")


def test_another_form_has_its_own(early: Early) -> None:
    body = early.body("/create/v1", "en")
    assert 'data-field="f-v1-prompt"' in body
    assert re.findall(r"<span class=now>([^<]+)", body) == ["1.0"]


@pytest.mark.parametrize("path", ["/gallery", "/presets", "/create/nothing", "/create/v1/more"])
def test_other_pages_have_none(early: Early, path: str) -> None:
    assert early.body(path, "en") == ""


def test_forms_that_begin_with_a_picture_have_none(catalogue: Catalogue) -> None:
    fill = catalogue.by_id("fal-ai/flux-pro/v1/fill")
    picture_first = sorted(fill.fields, key=lambda field: not field.is_picture)
    early = Early.of([replace(fill, fields=tuple(picture_first))], texts())
    assert early.body("/create/v1-fill", "en") == ""


def test_it_speaks_the_readers_language(early: Early) -> None:
    assert "<span>Galerie</span>" in early.body("/", "de")


def test_words_of_an_endpoint_are_text_not_markup(catalogue: Catalogue) -> None:
    about = Sentence("about.none", "<script>alert(1)</script> & more")
    hostile = replace(catalogue.endpoints[0], about=about, label='"><b>')
    body = Early.of([hostile], texts()).body("/", "en")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in body
    assert "&quot;&gt;&lt;b&gt;" in body
