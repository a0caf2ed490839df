"""The page's texts for a test's own page of modules: the real one gets them in its script."""

import json

from backend.texts.texts import texts


def texts_tag(language: str = "en") -> str:
    """What texts.js looks for, as an element of the head."""
    data = json.dumps(texts().of_page(language)).replace("<", "\\u003c")
    return f'<script type="application/json" id="texts">{data}</script>'
