"""Paints practice pictures: misty hills under a sky, each another one. Pillow alone, no model.

The hills follow the prompt, the seed and the index; the light follows every field. So another
setting shows the same place at another hour, and the same input and seed the same bytes.
"""

import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from backend.fal import practice_terrain as terrain
from backend.fal.practice_palette import (
    WHITE,
    Colour,
    Palette,
    from_picture,
    from_prompt,
    mix,
    names_sand,
    names_water,
)

Size = tuple[int, int]

WORD = "practice"
#: painted at most this large and then scaled up: mist has no fine detail
_CANVAS_PIXELS = 900_000
_SMALLEST_CANVAS = 96
_DARK_INK: Colour = (24, 26, 34)


@dataclass(frozen=True, kw_only=True)
class Motif:
    """What to paint."""

    size: Size
    prompt: str
    #: text that the shapes grow from
    composition: str
    #: text that the colours, the sun and the grain grow from
    light: str
    #: lends its colours and forms
    reference: Image.Image | None = None
    #: how strongly the reference shows, 0 to 1
    strength: float = 0.5
    #: with a mask: its white part is painted over, the black part kept as it is
    source: Image.Image | None = None
    mask: Image.Image | None = None


def fingerprint(given: Mapping[str, Any], endpoint_id: str) -> str:
    """One text for an input, whatever the order of its fields. Bytes count by content."""

    def plain(value: Any) -> Any:
        return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value

    fields = {name: plain(value) for name, value in given.items()}
    text = json.dumps([endpoint_id, fields], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def paint(motif: Motif) -> Image.Image:
    """The picture, RGB, in the motif's size."""
    if motif.source is not None and motif.mask is not None:
        return _repaint(motif, motif.source, motif.mask)
    palette = _palette(motif, motif.reference)
    return _signed(_landscape(motif, motif.size, palette, motif.reference))


def black(size: Size) -> Image.Image:
    """What comes instead of a picture that the filter covers."""
    return Image.new("RGB", size)


def encode(image: Image.Image, kind: str) -> bytes:
    """The file's bytes: "png" or "jpeg". The same pixels give the same bytes."""
    out = io.BytesIO()
    if kind == "png":
        # Grain hardly compresses: a higher level takes five times as long for little.
        image.save(out, "PNG", compress_level=1)
    else:
        image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _palette(motif: Motif, reference: Image.Image | None) -> Palette:
    if reference is not None:
        return from_picture(reference)
    return from_prompt(motif.prompt, Random(motif.light))  # noqa: S311  a picture, no secret


def _repaint(motif: Motif, source: Image.Image, mask: Image.Image) -> Image.Image:
    """The source with a landscape where the mask is white."""
    result = source.copy()
    box = mask.getbbox()
    if box is None:
        return result
    part = mask.crop(box)
    patch = _landscape(motif, part.size, _palette(motif, None), None)
    result.paste(_signed(patch), box[:2], part)
    return result


# ── the landscape ────────────────────────────────────────────────────────────────────────────


def _landscape(
    motif: Motif, size: Size, palette: Palette, reference: Image.Image | None
) -> Image.Image:
    scene = _Scene(motif, _canvas(size), palette, reference)
    image = scene.painted()
    if image.size != size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    noise = terrain.grain(scene.light, size, 5)
    return terrain.add_grain(image, noise)


def _canvas(size: Size) -> Size:
    """A size to paint at, in the same shape: neither large nor tiny."""
    width, height = size
    scale = min(1.0, math.sqrt(_CANVAS_PIXELS / (width * height)))
    scale = max(scale, _SMALLEST_CANVAS / max(width, height))
    return max(16, round(width * scale)), max(16, round(height * scale))


class _Scene:
    """One landscape on its way: sky, sun, clouds, layers of hills with mist between them."""

    def __init__(
        self, motif: Motif, size: Size, palette: Palette, reference: Image.Image | None
    ) -> None:
        self.size = size
        self.palette = palette
        self.shape = Random(motif.composition)  # noqa: S311  a picture, no secret
        self.light = Random(motif.light)  # noqa: S311
        self.reference = reference
        self.strength = min(1.0, max(0.0, motif.strength))
        self.water = names_water(motif.prompt) or self.shape.random() < 0.22
        self.wooded = self.shape.random() < 0.75 and not names_sand(motif.prompt)
        self.horizon = self.shape.uniform(0.46, 0.58)
        self.sun = (self.light.uniform(0.2, 0.8), self.horizon - self.light.uniform(0.04, 0.26))
        self.radius = self.light.uniform(0.028, 0.05) * math.sqrt(size[0] * size[1])

    def painted(self) -> Image.Image:
        """The finished canvas, without grain."""
        image = self._sky()
        image = self._with_clouds(image)
        image = self._with_sun(image)
        image = self._with_hills(image)
        if self.reference is not None:
            image = self._tinted(image, self.reference)
        return self._finished(image)

    def _sky(self) -> Image.Image:
        p = self.palette
        stops = [(0.0, p.zenith), (self.horizon * 0.62, p.sky), (self.horizon + 0.04, p.horizon)]
        sky = gradient(self.size, [*stops, (1.0, p.horizon)])
        if p.night:
            sky.paste(mix(p.sun, WHITE, 0.3), (0, 0), terrain.stars(self.shape, self.size))
        return sky

    def _with_clouds(self, image: Image.Image) -> Image.Image:
        p = self.palette
        noise = terrain.clouds(self.light, self.size)
        cover = self.light.uniform(0.35, 0.8) * (0.5 if p.night else 1.0)
        mask = noise.point([round(255 * cover * _ramp(v, 118, 205)) for v in range(256)])
        mask = ImageChops.multiply(mask, self._above_horizon())
        image.paste(mix(p.horizon, p.sun, 0.35), (0, 0), mask)
        return image

    def _above_horizon(self) -> Image.Image:
        end = self.horizon
        stops = [(0.0, 70), (end * 0.5, 230), (end, 120), (min(1.0, end + 0.1), 0), (1.0, 0)]
        return gradient(self.size, [(at, (v, v, v)) for at, v in stops]).getchannel(0)

    def _with_sun(self, image: Image.Image) -> Image.Image:
        p, (width, height) = self.palette, self.size
        centre = (self.sun[0] * width, self.sun[1] * height)
        reach = math.hypot(width, height)
        wide = terrain.glow(self.size, centre, reach * 0.62, 2.4)
        image.paste(p.sun, (0, 0), wide.point([round(v * 0.6) for v in range(256)]))
        image.paste(p.sun, (0, 0), terrain.glow(self.size, centre, self.radius * 4.5, 2.2))
        disc = Image.new("L", (width * 2, height * 2))
        box = [2 * (c + s * self.radius) for s in (-1, 1) for c in centre]
        ImageDraw.Draw(disc).ellipse(box, fill=255)
        image.paste(mix(p.sun, WHITE, 0.55), (0, 0), disc.reduce(2))
        return image

    def _with_hills(self, image: Image.Image) -> Image.Image:
        count = self.shape.randint(5, 7)
        bottom = 0.74 if self.water else 0.93
        rugged = self.shape.uniform(0.25, 1.0)
        humps = self.shape.uniform(1.4, 2.6) * max(0.6, self.size[0] / self.size[1] / 1.4)
        shore = bottom + 0.02
        for layer in range(count):
            depth = layer / (count - 1)
            ridge = terrain.Ridge.drawn(
                self.shape,
                base=self.horizon + (bottom - self.horizon) * depth**1.25,
                swing=0.085 - 0.035 * depth,
                humps=humps * (1.35 - 0.6 * depth),
                rugged=rugged * (1 - depth) ** 0.8,
            )
            self._lay(image, ridge, depth)
            if layer == count // 2:
                self._light_through(image)
        if self.water:
            image = self._mirrored(image, shore)
        elif not self.palette.night and self.shape.random() < 0.45:
            image.paste(self.palette.near, (0, 0), terrain.birds(self.shape, self.size))
        return image

    def _lay(self, image: Image.Image, ridge: terrain.Ridge, depth: float) -> None:
        """One layer: its hills, darker as they come nearer, and the mist at their feet."""
        p = self.palette
        colour = mix(p.far, p.near, depth**1.15)
        misty = mix(colour, p.horizon, 0.62 * (1 - depth) ** 0.6)
        top = max(0.0, min(ridge.line(x / 24) for x in range(25)))
        fill = gradient(
            self.size,
            [(0.0, colour), (top, colour), (min(1.0, top + 0.17), misty), (1.0, misty)],
        )
        mask = ridge.mask(self.size)
        if self.wooded and depth > 0.3 and self.shape.random() < 0.7:
            tall = 0.03 + 0.075 * depth
            mask = ImageChops.lighter(
                mask, terrain.conifers(self.shape, ridge, self.size, tall=tall)
            )
        image.paste(fill, (0, 0), mask)
        if depth < 0.95:
            self._mist(image, top)

    def _mist(self, image: Image.Image, top: float) -> None:
        """Banks of mist below a ridge."""
        window = [
            (0.0, 0),
            (top, 0),
            (min(1.0, top + 0.1), 120),
            (min(1.0, top + 0.24), 0),
            (1.0, 0),
        ]
        band = gradient(self.size, [(at, (v, v, v)) for at, v in window]).getchannel(0)
        noise = terrain.clouds(self.light, self.size, stretch=6)
        banks = noise.point([round(255 * _ramp(v, 70, 190)) for v in range(256)])
        image.paste(self.palette.horizon, (0, 0), ImageChops.multiply(band, banks))

    def _light_through(self, image: Image.Image) -> None:
        """The sun's light on the far hills."""
        width, height = self.size
        centre = (self.sun[0] * width, (self.sun[1] + 0.05) * height)
        haze = terrain.glow(self.size, centre, math.hypot(width, height) * 0.45, 2.0)
        image.paste(self.palette.sun, (0, 0), haze.point([round(v * 0.34) for v in range(256)]))

    def _mirrored(self, image: Image.Image, shore: float) -> Image.Image:
        """A lake in front: what is above the shore, upside down and a little drawn out."""
        width, height = self.size
        edge = min(height - 1, round(shore * height))
        below = height - edge
        above = image.crop((0, max(0, edge - below * 2), width, edge))
        mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, below))
        calm = mirror.resize((width, max(1, below // 5)), Image.Resampling.BOX)
        mirror = Image.blend(mirror, calm.resize((width, below), Image.Resampling.BICUBIC), 0.7)
        mirror = Image.blend(mirror, Image.new("RGB", mirror.size, self.palette.sky), 0.16)
        ripples = terrain.clouds(self.light, (width, below), stretch=26)
        shine = ripples.point([round(90 * _ramp(v, 150, 220)) for v in range(256)])
        mirror.paste(self.palette.horizon, (0, 0), shine)
        image.paste(mirror, (0, edge))
        return image

    def _tinted(self, image: Image.Image, reference: Image.Image) -> Image.Image:
        """The reference's soft forms over all of it."""
        width, height = self.size
        covering = cover(reference, self.size)
        soft = covering.filter(ImageFilter.GaussianBlur(max(1.0, min(width, height) / 42)))
        return Image.blend(image, soft, 0.22 + 0.5 * self.strength)

    def _finished(self, image: Image.Image) -> Image.Image:
        """A hint of darkness towards the corners."""
        width, height = self.size
        edge = Image.radial_gradient("L").resize((width, height), Image.Resampling.BILINEAR)
        shade = edge.point([round(64 * _ramp(v, 110, 255)) for v in range(256)])
        image.paste(mix(self.palette.near, (0, 0, 0), 0.4), (0, 0), shade)
        return image


def gradient(size: Size, stops: list[tuple[float, Colour]]) -> Image.Image:
    """Colours from top to bottom; a stop is a part of the height and its colour."""
    height = size[1]
    column = bytearray()
    at = 0
    for row in range(height):
        place = row / max(1, height - 1)
        while at < len(stops) - 2 and place > stops[at + 1][0]:
            at += 1
        (start, first), (end, second) = stops[at], stops[at + 1]
        part = min(1.0, max(0.0, (place - start) / (end - start))) if end > start else 1.0
        column.extend(mix(first, second, part * part * (3 - 2 * part)))
    one_wide = Image.frombytes("RGB", (1, height), bytes(column))
    return one_wide.resize(size, Image.Resampling.NEAREST)


def cover(image: Image.Image, size: Size) -> Image.Image:
    """The middle of a picture in another shape, filling it."""
    width, height = size
    scale = max(width / image.width, height / image.height)
    part = (width / scale, height / scale)
    left, top = (image.width - part[0]) / 2, (image.height - part[1]) / 2
    box = (left, top, left + part[0], top + part[1])
    return image.resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)


def _ramp(value: float, start: float, end: float) -> float:
    part = min(1.0, max(0.0, (value - start) / (end - start)))
    return part * part * (3 - 2 * part)


def _signed(image: Image.Image) -> Image.Image:
    """The picture with the word in its lower right corner."""
    width, height = image.size
    letters = max(9.0, min(width, height) * 0.02)
    font = ImageFont.load_default(letters)
    margin = letters * 0.9
    place = (width - margin, height - margin)
    ink = Image.new("L", image.size)
    ImageDraw.Draw(ink).text(place, WORD, font=font, fill=165, anchor="rs")
    image.paste(_legible(image, ink.getbbox()), (0, 0), ink)
    return image


def _legible(image: Image.Image, box: tuple[int, int, int, int] | None) -> Colour:
    """White on dark, dark on light."""
    if box is None:
        return WHITE
    mean = image.crop(box).convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return _DARK_INK if isinstance(mean, int | float) and mean > 140 else WHITE
