"""The colours of a practice picture: from words of the prompt, or from a reference picture."""

import colorsys
import re
from dataclasses import dataclass
from random import Random

from PIL import Image

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Six colours of a landscape, and whether it is dark enough for stars."""

    zenith: Colour
    sky: Colour
    horizon: Colour
    far: Colour
    near: Colour
    sun: Colour
    night: bool = False


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """The colour that lies `part` (0 to 1) of the way from the first to the second."""
    return (
        round(first[0] + (second[0] - first[0]) * part),
        round(first[1] + (second[1] - first[1]) * part),
        round(first[2] + (second[2] - first[2]) * part),
    )


def luminance(colour: Colour) -> float:
    """How light it looks, 0 to 255."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _hex(six: str) -> Colour:
    return int(six[0:2], 16), int(six[2:4], 16), int(six[4:6], 16)


def _palette(colours: str, *, night: bool = False) -> Palette:
    zenith, sky, horizon, far, near, sun = (_hex(one) for one in colours.split())
    return Palette(
        zenith=zenith, sky=sky, horizon=horizon, far=far, near=near, sun=sun, night=night
    )


#: zenith, sky, horizon, far hills, near hills, sun
_MOODS: dict[str, tuple[Palette, ...]] = {
    "dawn": (
        _palette("7288b8 dcb2b8 fbe0c6 c3a2b4 372f4e fff3da"),
        _palette("8fa3c4 e9c3ae fdeccf cfaea8 453a52 fff6e0"),
    ),
    "dusk": (
        _palette("2e2b57 a3557c f7a66f b0688a 1e1735 ffd99a"),
        _palette("243b63 c0676b fbbd7d a36277 211b36 ffe0a3"),
    ),
    "day": (
        _palette("5d95c8 a8cee4 f0f2e4 a6c1cf 244852 fffbe6"),
        _palette("6fa8c9 bcdcdf f7f1dc a9c6c4 2a5450 fffae0"),
    ),
    "forest": (
        _palette("8bada6 c9dccb f3f1db a1bfab 143429 fffdea"),
        _palette("6f9a98 b5d0b8 eeeccb 8db396 10302a fffbe0"),
    ),
    "gold": (
        _palette("b98a5e ebbd80 fdeac2 d6a672 46291f fff7dc"),
        _palette("8c7a86 e3a578 fbdcae c48f74 40242a fff0cc"),
    ),
    "night": (
        _palette("0a112d 1c2c58 56699a 3c4e80 060a1a f5f2e2", night=True),
        _palette("071c2b 11434f 4d9489 2b6a6c 04131a e8f6e8", night=True),
    ),
    "sea": (
        _palette("3c6f98 8dc0d0 f4e8d2 7da6b6 113849 fffaf0"),
        _palette("2f5d8a e0a48e fbe0bf 8d93b0 172b48 fff1d8"),
    ),
    "desert": (
        _palette("7ba3bb e8c8a4 fce4c2 dba680 662d29 fff4d4"),
        _palette("5b7fa3 efb58c fcdcae c97f5f 552226 fff0c8"),
    ),
    "winter": (
        _palette("8aa3bf cad7e4 f6f4f1 b7c6d6 384a62 ffffff"),
        _palette("7f8fb5 d6cfe0 fbeee6 b5b5cf 39405f fffaf4"),
    ),
    "storm": (_palette("39434f 6d7a84 bcc1b9 7e8b90 1b242a ecead9"),),
    "bloom": (
        _palette("6a66a8 bfa5d2 f8d9da ad98c6 2b234e fff2e8"),
        _palette("7d7fb5 e3aec4 fde3d3 c093b5 3b2346 fff3ea"),
    ),
}

_WORDS: tuple[tuple[str, str], ...] = (
    ("night", "night moon moonlight star stars midnight galaxy space aurora dark neon"),
    ("dusk", "dusk sunset evening twilight fire lava ember"),
    ("dawn", "dawn sunrise morning sunlight portrait woman man girl boy person"),
    ("winter", "snow snowy winter ice icy frost arctic alps mountain mountains peak"),
    ("sea", "sea ocean beach wave waves lake river water island harbour harbor coast boat ship"),
    ("desert", "desert sand dune dunes canyon savanna mars sahara"),
    ("storm", "storm rain rainy thunder fog grey gray noir"),
    ("forest", "forest wood woods tree trees jungle green leaf leaves moss garden"),
    ("gold", "gold golden autumn fall amber honey wheat harvest coffee bread"),
    ("bloom", "flower flowers pink lavender violet purple blossom cherry rose spring"),
    ("day", "sky blue summer day city car house cat dog bird"),
)
_MOOD_OF = {word: mood for mood, words in _WORDS for word in words.split()}

#: words after which the hills stand around a lake
_WATER_WORDS = "sea ocean beach lake river water island harbour harbor coast boat ship"
_WATER = frozenset(_WATER_WORDS.split())


def from_prompt(prompt: str, random: Random) -> Palette:
    """A palette in the mood that the prompt names first, else any; never twice quite the same."""
    named = [_MOOD_OF[word] for word in _words(prompt) if word in _MOOD_OF]
    mood = named[0] if named else random.choice(sorted(_MOODS))
    return _varied(random.choice(_MOODS[mood]), random)


def names_sand(prompt: str) -> bool:
    """Whether the prompt speaks of a place without trees."""
    return any(_MOOD_OF.get(word) == "desert" for word in _words(prompt))


def names_water(prompt: str) -> bool:
    """Whether the prompt speaks of water."""
    return any(word in _WATER for word in _words(prompt))


def from_picture(reference: Image.Image) -> Palette:
    """A palette of the reference's own colours, light ones in the sky, dark ones in front."""
    small = reference.resize((48, 48), Image.Resampling.BOX).quantize(8, kmeans=2)
    flat = (small.getpalette() or [0, 0, 0])[:24]
    colours: list[Colour] = [
        (flat[at], flat[at + 1], flat[at + 2]) for at in range(0, len(flat) - 2, 3)
    ]
    used = {index for _, index in small.getcolors() or ()}
    shades = sorted((c for i, c in enumerate(colours) if i in used), key=luminance)
    dark, light, middle = shades[0], shades[-1], shades[len(shades) // 2]
    return Palette(
        zenith=mix(middle, dark, 0.25),
        sky=mix(middle, light, 0.4),
        horizon=mix(light, WHITE, 0.12),
        far=mix(middle, light, 0.3),
        near=mix(dark, (0, 0, 0), 0.35),
        sun=mix(light, WHITE, 0.6),
        night=luminance(light) < 90,
    )


def _words(prompt: str) -> list[str]:
    return re.findall(r"[a-z]+", prompt[:4000].lower())


def _varied(palette: Palette, random: Random) -> Palette:
    turn = random.uniform(-0.022, 0.022)
    lift = random.uniform(0.94, 1.06)

    def vary(colour: Colour) -> Colour:
        hue, light, colourful = colorsys.rgb_to_hls(*(part / 255 for part in colour))
        red, green, blue = colorsys.hls_to_rgb((hue + turn) % 1, min(1.0, light * lift), colourful)
        return round(red * 255), round(green * 255), round(blue * 255)

    return Palette(
        zenith=vary(palette.zenith),
        sky=vary(palette.sky),
        horizon=vary(palette.horizon),
        far=vary(palette.far),
        near=vary(palette.near),
        sun=vary(palette.sun),
        night=palette.night,
    )
