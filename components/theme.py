"""Gradio's look by its own tokens, equal to css/tokens.css in light and dark; and drawn shapes."""

import re
from collections.abc import Iterator
from typing import Final

import gradio as gr
from gradio.themes.base import Base

from backend.domain.field import Field, Kind
from backend.endpoints.catalogue import Catalogue

FONT: Final = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO: Final = ("ui-monospace", "Cascadia Mono", "Menlo", "monospace")
#: the area of a drawn shape in square pixels, and the room that it has
SHAPE_AREA: Final = 340
SHAPE_WIDEST: Final = 28
SHAPE_HIGHEST: Final = 23

_RATIO: Final = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")


def theme() -> Base:
    """The theme. Its colours are the custom properties of tokens.css, which know light and dark."""
    made = gr.themes.Base(
        font=list(FONT),
        font_mono=list(MONO),
        text_size=gr.themes.sizes.text_md,
        spacing_size=gr.themes.sizes.spacing_md,
        radius_size=gr.themes.sizes.radius_md,
    )
    return made.set(**_tokens())


def _tokens() -> dict[str, str]:
    """Gradio's variables; each counts for dark, too, because our own properties switch."""
    both = {
        "body_background_fill": "var(--bg)",
        "body_text_color": "var(--text)",
        "body_text_color_subdued": "var(--soft)",
        "background_fill_primary": "var(--panel)",
        "background_fill_secondary": "var(--bg)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--accent)",
        "border_color_accent_subdued": "var(--line)",
        "color_accent_soft": "var(--well)",
        "link_text_color": "var(--text)",
        "link_text_color_hover": "var(--text)",
        "link_text_color_active": "var(--text)",
        "link_text_color_visited": "var(--text)",
        "block_background_fill": "transparent",
        "block_border_width": "0px",
        "block_border_color": "transparent",
        "block_shadow": "none",
        "block_label_background_fill": "transparent",
        "block_label_text_color": "var(--text)",
        "block_title_background_fill": "transparent",
        "block_title_text_color": "var(--text)",
        "block_title_text_weight": "550",
        "block_info_text_color": "var(--soft)",
        "panel_background_fill": "transparent",
        "panel_border_color": "transparent",
        "input_background_fill": "var(--panel)",
        "input_background_fill_focus": "var(--panel)",
        "input_background_fill_hover": "var(--panel)",
        "input_border_color": "var(--line)",
        "input_border_color_focus": "var(--accent)",
        "input_border_color_hover": "var(--line)",
        "input_border_width": "1px",
        "input_placeholder_color": "var(--soft)",
        "input_shadow": "none",
        "input_shadow_focus": "none",
        "slider_color": "var(--accent)",
        "checkbox_background_color": "var(--panel)",
        "checkbox_background_color_focus": "var(--panel)",
        "checkbox_background_color_hover": "var(--panel)",
        "checkbox_background_color_selected": "var(--accent)",
        "checkbox_border_color": "var(--soft)",
        "checkbox_border_color_focus": "var(--accent)",
        "checkbox_border_color_hover": "var(--soft)",
        "checkbox_border_color_selected": "var(--accent)",
        "checkbox_label_background_fill": "var(--panel)",
        "checkbox_label_background_fill_hover": "var(--panel)",
        "checkbox_label_background_fill_selected": "var(--well)",
        "checkbox_label_border_color": "var(--line)",
        "checkbox_label_border_color_hover": "var(--line)",
        "checkbox_label_border_color_selected": "var(--line)",
        "checkbox_label_text_color": "var(--soft)",
        "checkbox_label_text_color_selected": "var(--text)",
        "checkbox_label_shadow": "none",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent)",
        "button_primary_border_color": "transparent",
        "button_primary_border_color_hover": "transparent",
        "button_primary_text_color": "var(--on-accent)",
        "button_primary_text_color_hover": "var(--on-accent)",
        "button_primary_shadow": "none",
        "button_primary_shadow_hover": "none",
        "button_primary_shadow_active": "none",
        "button_secondary_background_fill": "var(--panel)",
        "button_secondary_background_fill_hover": "var(--well)",
        "button_secondary_border_color": "var(--line)",
        "button_secondary_border_color_hover": "var(--line)",
        "button_secondary_text_color": "var(--text)",
        "button_secondary_text_color_hover": "var(--text)",
        "button_secondary_shadow": "none",
        "button_secondary_shadow_hover": "none",
        "button_secondary_shadow_active": "none",
    }
    dark = {f"{name}_dark": value for name, value in both.items() if name not in _WITHOUT_DARK}
    return {**_SIZES, **both, **dark}


#: tokens of which Gradio has one for both
_WITHOUT_DARK: Final = frozenset({"block_title_text_weight"})
_SIZES: Final = {
    "block_padding": "0px",
    "block_radius": "8px",
    "block_title_text_size": "13px",
    "block_title_padding": "0px",
    "block_label_text_size": "13px",
    "container_radius": "8px",
    "form_gap_width": "0px",
    "layout_gap": "14px",
    "input_padding": "8px 10px",
    "input_radius": "8px",
    "input_text_size": "14px",
    "checkbox_label_text_size": "14px",
    "button_large_radius": "8px",
    "button_large_text_size": "14px",
    "button_large_text_weight": "620",
    "button_large_padding": "9px 12px",
    "button_small_radius": "8px",
    "button_small_text_size": "14px",
    "button_small_text_weight": "400",
    "button_small_padding": "8px 12px",
    "button_border_width": "1px",
    "button_transition": "background-color 120ms",
    "button_transform_hover": "none",
    "button_transform_active": "none",
}


def shape_rules(catalogue: Catalogue) -> str:
    """CSS that draws each named aspect ratio and image size of the catalogue as its shape."""
    shapes = {
        name: shape
        for endpoint in catalogue.endpoints
        for field in endpoint.fields
        for name, shape in _shapes(field)
    }
    return "".join(
        f'.pg-shapes label:has(> input[value="{name}"])::before'
        f"{{width:{width}px;height:{height}px}}"
        for name, (width, height) in sorted(shapes.items())
    )


def _shapes(field: Field) -> Iterator[tuple[str, tuple[int, int]]]:
    for name in field.choices:
        if not _SAFE.fullmatch(name):
            continue
        if field.kind is Kind.IMAGE_SIZE and name in field.named_sizes:
            yield name, _drawn(*field.named_sizes[name])
        ratio = _RATIO.fullmatch(name)
        if field.kind is Kind.ASPECT_RATIO and ratio is not None:
            yield name, _drawn(int(ratio[1]), int(ratio[2]))


#: names that can stand in a CSS string as they are
_SAFE: Final = re.compile(r"[A-Za-z0-9:._-]+")


def _drawn(width: int, height: int) -> tuple[int, int]:
    """A small rectangle of that shape: about the same area for all, within its room."""
    scale = min(
        (SHAPE_AREA / (width * height)) ** 0.5, SHAPE_WIDEST / width, SHAPE_HIGHEST / height
    )
    return max(4, round(width * scale)), max(4, round(height * scale))
