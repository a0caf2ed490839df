"""Shapes of a practice landscape: noise, ridge lines, trees. No colours here."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageDraw

Points = list[tuple[float, float]]
Line = Callable[[float], float]


def smooth_noise(random: Random, cells: int) -> Line:
    """A smooth random line over 0 to 1, between -1 and 1, with so many humps and hollows."""
    heights = [random.uniform(-1, 1) for _ in range(cells + 3)]

    def at(x: float) -> float:
        place = min(max(x, 0.0), 1.0) * cells
        cell = int(place)
        part = place - cell
        part = part * part * (3 - 2 * part)
        return heights[cell] + (heights[cell + 1] - heights[cell]) * part

    return at


@dataclass(frozen=True, kw_only=True)
class Ridge:
    """The upper edge of a layer of hills: a height (parts of the picture's) for each x (0 to 1)."""

    line: Line

    @classmethod
    def drawn(
        cls, random: Random, *, base: float, swing: float, humps: float, rugged: float
    ) -> "Ridge":
        """A ridge around `base`, `swing` high, from rolling (0) to `rugged` (1)."""
        octaves = [
            (smooth_noise(random, max(1, round(humps * 2**octave))), octave) for octave in range(6)
        ]
        keep = 0.34 + 0.2 * rugged

        def line(x: float) -> float:
            height = 0.0
            for noise, octave in octaves:
                value = noise(x)
                # Folded noise has crests: mountains. Plain noise rolls.
                folded = 1 - 2 * abs(value)
                height += (value + (folded - value) * rugged) * keep**octave
            return base - swing * height

        return cls(line=line)

    def mask(self, size: tuple[int, int]) -> Image.Image:
        """White below the line, with soft edges."""
        width, height = size
        points: Points = [(-4.0, height * 2 + 4.0)]
        step = max(2, width // 320)
        for x in range(-step, width * 2 + step * 2, step):
            points.append((float(x), self.line(x / (width * 2)) * height * 2))
        points.append((width * 2 + 4.0, height * 2 + 4.0))
        large = Image.new("L", (width * 2, height * 2))
        ImageDraw.Draw(large).polygon(points, fill=255)
        return large.reduce(2)


def conifers(random: Random, ridge: Ridge, size: tuple[int, int], *, tall: float) -> Image.Image:
    """A mask of firs along a ridge, in groups. `tall` is a part of the picture's height."""
    width, height = size[0] * 2, size[1] * 2
    large = Image.new("L", (width, height))
    draw = ImageDraw.Draw(large)
    density = smooth_noise(random, 7)
    shape = width / height
    x = 0.0
    while x < 1:
        # Squared: many stand close together, a few apart.
        x += (0.06 + 0.9 * random.random() ** 2) * tall / shape * 0.5
        if density(x) < 0.0:
            continue
        own = tall * random.uniform(0.35, 1.0) * (0.7 + 0.4 * density(x))
        foot = ridge.line(x) + own * 0.08
        draw.polygon(_fir(random, x * width, foot * height, own * height), fill=255)
    return large.reduce(2)


def _fir(random: Random, x: float, foot: float, tall: float) -> Points:
    """One fir, from its foot: boughs that grow wider downwards."""
    boughs = 7
    left: Points = []
    right: Points = []
    for bough in range(boughs):
        part = (bough + 1) / boughs
        y = foot - tall * (1 - part)
        reach = tall * 0.19 * part
        for side, points in ((-1, left), (1, right)):
            tip = reach * random.uniform(0.75, 1.1)
            points.append((x + side * tip, y + tall * 0.02))
            points.append((x + side * reach * 0.45, y - tall * 0.015))
    top = (x, foot - tall)
    return [top, *right, (x, foot + tall * 0.1), *reversed(left)]


def clouds(random: Random, size: tuple[int, int], *, stretch: int = 3) -> Image.Image:
    """Soft noise over the whole picture, wider than high; any brightness."""
    small = (224, 128)
    layers = []
    for octave in range(4):
        cells = (3 * 2**octave, max(2, 2 * 2**octave * stretch // 2))
        raw = Image.frombytes("L", cells, random.randbytes(cells[0] * cells[1]))
        layers.append(raw.resize(small, Image.Resampling.BICUBIC))
    heap = layers[0]
    for octave, layer in enumerate(layers[1:], start=1):
        heap = Image.blend(heap, layer, 0.55**octave)
    return heap.resize(size, Image.Resampling.BICUBIC)


def glow(
    size: tuple[int, int], centre: tuple[float, float], radius: float, power: float
) -> Image.Image:
    """White in the centre, fading to black at the radius (pixels): 1 fades evenly, more faster."""
    across = max(2, round(radius * 2))
    disc = Image.radial_gradient("L").point([_fade(v, power) for v in range(256)])
    whole = Image.new("L", size)
    small = disc.resize((across, across), Image.Resampling.BILINEAR)
    whole.paste(small, (round(centre[0] - radius), round(centre[1] - radius)))
    return whole


def _fade(distance: int, power: float) -> int:
    # In Pillow's radial gradient a quarter of 256 steps more than the edge lies in the corners.
    part = max(0.0, 1 - distance / 180)
    return round(255 * math.pow(part, power))


def grain(random: Random, size: tuple[int, int], amount: int) -> Image.Image:
    """Film grain around mid grey, `amount` levels up and down, in tiles too large to be seen."""
    side = 256
    raw = Image.frombytes("L", (side, side), random.randbytes(side * side))
    tile = raw.point([128 + round((v - 127.5) / 127.5 * amount) for v in range(256)])
    whole = Image.new("L", size)
    for top in range(0, size[1], side):
        for left in range(0, size[0], side):
            turned = tile.transpose(random.choice(list(Image.Transpose)))
            whole.paste(turned, (left, top))
    return whole


def add_grain(image: Image.Image, noise: Image.Image) -> Image.Image:
    """The picture with grain on it."""
    return ImageChops.add(image, Image.merge("RGB", (noise, noise, noise)), 1, -128)


def birds(random: Random, size: tuple[int, int]) -> Image.Image:
    """A mask of a few distant birds."""
    width, height = size
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    middle = (random.uniform(0.2, 0.8), random.uniform(0.18, 0.34))
    for _ in range(random.randint(3, 7)):
        x = (middle[0] + random.gauss(0, 0.05)) * width
        y = (middle[1] + random.gauss(0, 0.03)) * height
        span = max(2.0, width * random.uniform(0.004, 0.008))
        lift = span * random.uniform(0.25, 0.6)
        wings = [
            (x - span, y - lift),
            (x - span * 0.4, y - lift * 0.9),
            (x, y),
            (x + span * 0.4, y - lift),
            (x + span, y - lift * 0.8),
        ]
        draw.line(wings, fill=200, width=max(1, round(width / 900)), joint="curve")
    return mask


def stars(random: Random, size: tuple[int, int]) -> Image.Image:
    """A mask of stars, denser towards the top."""
    width, height = size
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for _ in range(round(math.sqrt(width * height) * 0.35)):
        x, y = random.random() * width, random.random() ** 1.7 * height * 0.62
        bright = round(255 * random.random() ** 2.2)
        large = random.random() < 0.06
        radius = max(0.6, width / 1100) * (1.6 if large else 0.8)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=max(40, bright))
    return mask
