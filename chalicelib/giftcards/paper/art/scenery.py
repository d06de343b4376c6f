"""What the posters are made of, kin to the site's drawings: mountains, trees, water, steam, stones, a tub. Pure.

The same word always gives the same forest, so a card never changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ink import Shape, down, fill, line, mix, placed
from ..paths import ellipse, put

WIDTH, HEIGHT = 480.0, 640.0
Drawing = tuple[Shape, ...]

_OSORNO = "M-20 196C86 176 150 108 184 72q16-15 32 0c34 36 98 104 204 124z"
_SNOW = "M143 117c15-17 29-32 41-45q16-15 32 0c12 12 26 28 41 43l-14-3-10 13-13-14-10 22-13-19-14 14-11-20-13 13z"
_SNOW_SHADE = "M200 64q9 0 16 8c12 12 26 28 41 43l-14-3-10 13-13-14-10 22q-4-30-14-40 8-14 4-29z"


def chance(word: str) -> Iterator[float]:
    """Yield numbers between 0 and 1, the same for the same word."""
    seed = 7
    for character in word:
        seed = (seed * 31 + ord(character)) & 0xFFFFFFFF
    while True:
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        yield seed / 4294967296


def sky(*colours: str) -> Shape:
    """Return the ground of a poster: its sky, down to where the light is strongest."""
    return fill(f"M0 0h{WIDTH}v{HEIGHT}h-{WIDTH}z", down(0, 450, *colours))


def glow(x: float, y: float, radius: float, colour: str, strength: float = 0.16) -> Drawing:
    """Return light round a point, fading outwards: rings laid upon one another, because print knows no soft edge."""
    return tuple(fill(ellipse(x, y, radius * (1 - number / 9) ** 0.8), colour, strength / 2.2) for number in range(8))


def stars(word: str, count: int, below: float, colour: str = "#fdf3d8") -> Drawing:
    """Return stars of several sizes above a height, none where the card has the name of the house."""
    next_one = chance(word)
    found = []
    for number in range(count):
        x, y, size = next(next_one) * WIDTH, next(next_one) ** 1.3 * below, 0.5 + next(next_one) ** 3 * 1.5
        light = 0.45 + 0.5 * next(next_one)
        if 24 < x < 178 and 244 < y < 346:
            continue
        found.append(fill(ellipse(x, y, size), colour, light))
        if number % 17 == 0:
            arm = size * 3.4
            found.append(fill(f"M{x} {y - arm}l{arm * .22} {arm * .78} {arm * .78} {arm * .22} {-arm * .78} {arm * .22}"
                              f" {-arm * .22} {arm * .78} {-arm * .22} {-arm * .78} {-arm * .78} {-arm * .22}"
                              f" {arm * .78} {-arm * .22}z", colour, 0.9))
    return tuple(found)


def osorno(x: float, base: float, size: float, far: str, near: str, snow: str, shade: str) -> Drawing:
    """Return the volcano that is seen from Puerto Varas, its foot at `base`; it fades from `far` to `near`."""
    place = put(x - 200 * size, base - 196 * size, size)
    body = (fill(_OSORNO, down(60, 196, far, near)), fill(_SNOW, snow), fill(_SNOW_SHADE, shade, 0.55),
            line("M176 112q-8 22-26 40M203 116q2 24 12 42M238 122q14 22 34 38", mix(far, near), 2.2, 0.5))
    return placed(body, place)


def fir(x: float, y: float, h: float) -> str:
    """Return a fir that stands at (x, y)."""
    w = h * 0.3
    return (f"M{x} {y - h}l{w * 0.55} {h * 0.38}h{-w * 0.2}l{w * 0.4} {h * 0.3}h{-w * 0.22}l{w * 0.5} {h * 0.32}"
            f"h{-w * 2.06}l{w * 0.5} {-h * 0.32}h{-w * 0.22}l{w * 0.4} {-h * 0.3}h{-w * 0.2}z")


def coigue(x: float, y: float, h: float) -> str:
    """Return a round tree of the south that stands at (x, y)."""
    w = h * 0.34
    return (f"M{x - 1.5} {y}v{-h * 0.4}c{-w} 4 {-w * 1.3} {-h * 0.2} {-w * 0.6} {-h * 0.26}"
            f"c{-w * 0.3} {-h * 0.2} {w * 0.3} {-h * 0.36} {w * 0.7} {-h * 0.3}"
            f"c{w * 0.5} {-h * 0.1} {w * 1.1} {h * 0.1} {w * 0.8} {h * 0.3}"
            f"c{w * 0.5} {h * 0.1} {w * 0.1} {h * 0.3} {-w * 0.8} {h * 0.26}v{h * 0.4}z")


def forest(word: str, colour: str, y: float, low: float, high: float, step: float, foot: float = 14) -> Shape:
    """Return a belt of trees across the poster, `low` to `high` tall, that stands on `y`."""
    next_one = chance(word)
    notation = f"M-20 {y + foot}V{y - 5}H500V{y + foot}z"
    x = -20.0
    while x < 500:
        height = low + next(next_one) * (high - low)
        notation += (fir if next(next_one) < 0.72 else coigue)(round(x, 1), y + 3, round(height, 1))
        x += step * (0.6 + next(next_one) * 0.8)
    return fill(notation, colour)


def hills(y: float, colour: str, swing: float = 18, opacity: float = 1) -> Shape:
    """Return a soft line of hills, filled down to the foot of the poster."""
    return fill(f"M-10 {y}C60 {y - swing} 130 {y - swing * 1.2} 210 {y - swing * .3}S360 {y - swing} 490"
                f" {y - swing * .2}V{HEIGHT}H-10z", colour, opacity)


def mist(y: float, colour: str, opacity: float, thick: float = 26) -> Drawing:
    """Return a bank of mist that lies on `y`."""
    t = thick
    return (fill(f"M-20 {y}c70 {-t} 120 {-t * .4} 190 {-t * .5}s110 {-t * .7} 180 {-t * .3} 110 {-t * .4} 150 0"
                 f"c-60 {t * .7} -120 {t * .5} -190 {t * .55}s-210 {t * .5} -330 {-t * .25}z", colour, opacity),
            fill(f"M40 {y + t * .5}c60 {-t * .5} 130 {-t * .6} 210 {-t * .3}s140 {-t * .3} 200 {t * .1}"
                 f"c-80 {t * .5} -330 {t * .6} -410 {t * .2}z", colour, opacity * 0.8))


def ripples(word: str, top: float, bottom: float, colour: str, count: int, opacity: float = 0.6) -> Drawing:
    """Return strokes of light on water, longer and bolder the nearer they are."""
    next_one = chance(word)
    found = []
    for number in range(count):
        part = number / max(1, count - 1)
        y = top + (bottom - top) * part ** 1.4
        length = 20 + 50 * part + 36 * next(next_one)
        x = -10 + next(next_one) * (WIDTH - length * 0.6)
        found.append(line(f"M{x} {y}q{length * .25} {-2 - 3 * part} {length * .5} 0t{length * .5} 0", colour,
                          1 + 1.7 * part, opacity))
    return tuple(found)


def steam(x: float, y: float, size: float, colour: str = "#ffffff", opacity: float = 0.6) -> Drawing:
    """Return ribbons of steam that rise from (x, y)."""
    def ribbon(dx: float, height: float, width: float) -> Shape:
        return line(f"M{x + dx * size} {y}c{-11 * size} {-15 * size} {13 * size} {-24 * size} 0 {-height * size}"
                    f"s{9 * size} {-18 * size} {2 * size} {-30 * size}", colour, width * size, opacity)
    return ribbon(-28, 38, 4.4), ribbon(0, 54, 5), ribbon(27, 40, 4.4)


def stones(word: str, y: float, tones: tuple[str, ...], size: float = 1) -> Drawing:
    """Return river stones along a line, each with a light upper side."""
    next_one = chance(word)
    found = []
    x = -12.0
    while x < WIDTH + 12:
        w = (14 + next(next_one) * 24) * size
        top, tone = y + next(next_one) * 12 * size, tones[int(next(next_one) * len(tones))]
        found.append(fill(ellipse(x, top, w, w * 0.52), tone))
        found.append(fill(ellipse(x - w * .16, top - w * .17, w * .6, w * .22), mix(tone, "#ffffff", 0.28), 0.7))
        x += w * (1.05 + next(next_one) * 0.5)
    return tuple(found)


def reeds(x: float, y: float, size: float, colour: str) -> Shape:
    """Return reeds that grow at (x, y)."""
    s = size
    return line(f"M{x} {y}q{-4 * s} {-30 * s} {-16 * s} {-48 * s}M{x + 6 * s} {y}q0 {-34 * s} {3 * s} {-64 * s}"
                f"M{x + 12 * s} {y}q{6 * s} {-28 * s} {20 * s} {-42 * s}"
                f"M{x + 3 * s} {y}q{-2 * s} {-26 * s} {-6 * s} {-34 * s}",
                colour, 3.2 * s)


def fern(x: float, y: float, size: float, colour: str, turn: float = 0) -> Drawing:
    """Return a frond of fern that grows at (x, y), bending the more it is turned."""
    leaves = ""
    for number in range(1, 17):
        along = number / 17
        stem_x, stem_y = 34 * along * along, -150 * along
        long = 40 * (1 - along) ** 0.8 * min(1.0, 0.45 + along * 2.4)
        leaves += (f"M{stem_x} {stem_y}q{-long * .5} {-long * .62} {-long} {-long * .3}"
                   f"q{long * .42} {long * .28} {long} {long * .3 + 5}z"
                   f"M{stem_x} {stem_y}q{long * .36} {-long * .72} {long * .94} {-long * .62}"
                   f"q{-long * .3} {long * .4} {-long * .94} {long * .62 + 5}z")
    place = put(x, y, size, turn)
    return placed((line("M0 4Q6-80 34-150", colour, 3), fill(leaves, colour)), place)


def trunk(x: float, w: float) -> str:
    """Return a trunk that reaches out of the poster, `w` thick."""
    return f"M{x - w * .42} -20h{w * .84}l{w * .1} 440q{w * .05} 60 {w * .5} 92h{-w * 2}q{w * .45} -32 {w * .46} -92z"
