"""The words behind the markers in Gradio's widgets, in each language."""

import gradio as gr

from backend.domain.endpoint import Endpoint
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.price import estimate
from backend.texts.languages import ENGLISH, LANGUAGES
from backend.texts.texts import Texts
from components.handlers import run_label


def translations(catalogue: Catalogue, texts: Texts) -> gr.I18n:
    """Gradio's own texts, and what endpoints and their fields say, by key and language."""
    keys = [key for key in texts.by_language[ENGLISH] if key.startswith("gradio.")]
    said = {key: text for one in catalogue.endpoints for key, text in _said_of(one).items()}
    return gr.I18n(
        **{
            language: {key: texts.text(key, language) for key in keys}
            | {key: texts.say(text, language) for key, text in said.items()}
            for language in LANGUAGES
        }
    )


def _said_of(endpoint: Endpoint) -> dict[str, str]:
    fields = (text for field in endpoint.fields for text in (field.label, field.help))
    return {
        **{text.key: text for text in (endpoint.about, *fields) if isinstance(text, Sentence)},
        f"run.{endpoint.slug}": run_label(estimate(endpoint, {})),
    }
