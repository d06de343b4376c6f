"""What stands in the posters' landscapes: a tub, lanterns, stones one upon the other, a cake. Pure."""

from __future__ import annotations

import math

from ..ink import Shape, down, fill, line, mix, placed
from ..paths import ellipse, put
from .scenery import Drawing, chance, coigue, fir, glow, osorno


def tub(x: float, y: float, w: float, *, light: str = "#b87a48", dark: str = "#6d3c20", water: str = "#2f7078",
        shine: str = "#9fd0cd") -> Drawing:
    """Return a wooden tub whose rim is centred at (x, y); `w` is half its width."""
    ry, h = w * 0.24, w * 0.62
    seams = "".join(f"M{x + n / 5 * w} {y + (1 - (n / 5) ** 2) ** .5 * ry}l{-n * .9} {h}" for n in range(-4, 5))
    hoops = (f"M{x - w * .975} {y + h * .32}a{w * .975} {ry} 0 0 0 {w * 1.95} 0"
             f"M{x - w * .935} {y + h * .8}a{w * .935} {ry} 0 0 0 {w * 1.87} 0")
    return (fill(ellipse(x, y + h + ry * .75, w * 1.1, ry * .62), "#0c1c16", 0.28),
            fill(f"M{x - w} {y}l{w * .08} {h}a{w * .92} {ry} 0 0 0 {w * 1.84} 0l{w * .08} {-h}z",
                 down(y, y + h + ry, light, dark)),
            line(seams, mix(dark, "#000000", 0.25), 1.5, 0.55), line(hoops, "#3a403d", 3.6, 0.8),
            fill(ellipse(x, y, w, ry), mix(light, "#ffe2b4", 0.35)),
            fill(ellipse(x, y + 1, w * .9, ry * .82), water),
            line(f"M{x - w * .7} {y + ry * .2}q{w * .2} -5 {w * .4} 0t{w * .4} 0M{x - w * .2} {y - ry * .35}"
                 f"q{w * .18} -4 {w * .36} 0t{w * .3} 0", shine, 2))


def rim(x: float, y: float, w: float, *, light: str = "#b87a48", shine: str = "#9fd0cd") -> Drawing:
    """Return the near half of a tub's rim, over what sits in it."""
    ry = w * 0.24
    return (fill(f"M{x - w * .9} {y + 2}a{w * .9} {ry * .82} 0 0 0 {w * 1.8} 0l{w * .1} -2a{w} {ry} 0 0 1 {-w * 2} 0z",
                 mix(light, "#ffe2b4", 0.35)),
            line(f"M{x - w * .55} {y + ry * .36}q{w * .2} 7 {w * .5} 7t{w * .55} -8", shine, 3))


def lantern(x: float, y: float, size: float = 1) -> Drawing:
    """Return a lit lantern that stands at (x, y)."""
    s = size
    return (*glow(x, y - 14 * s, 40 * s, "#f3b95f", 0.13),
            fill(f"M{x - 8 * s} {y}v{-22 * s}l{8 * s} {-7 * s} {8 * s} {7 * s}v{22 * s}z", "#3b271a"),
            fill(f"M{x - 5 * s} {y - 4 * s}v{-16 * s}h{10 * s}v{16 * s}z",
                 down(y - 20 * s, y - 4 * s, "#fff0c2", "#f3ae4b")))


def pebble(x: float, y: float, rx: float, ry: float, tone: str) -> Drawing:
    """Return a smooth stone that lies on what is below it."""
    shape = (f"M{x - rx} {y}c0 {-ry * .9} {rx * .5} {-ry * 1.05} {rx * 1.02} {-ry}"
             f"s{rx * .98} {ry * .34} {rx * .98} {ry * .98}"
             f"-{rx * .46} {ry * .96} {-rx * .98} {ry}-{rx * 1.02} {-ry * .2} {-rx * 1.02} {-ry * .98}z")
    return (fill(ellipse(x, y + ry * .94, rx * .78, ry * .3), "#2d3a36", 0.3),
            fill(shape, down(y - ry, y + ry, mix(tone, "#ffffff", 0.32), tone, mix(tone, "#14211c", 0.35))),
            line(f"M{x - rx * .62} {y - ry * .36}q{rx * .4} {-ry * .46} {rx * .9} {-ry * .34}", "#ffffff", ry * .13,
                 0.45))


def twig(x: float, y: float, size: float, turn: float) -> Drawing:
    """Return a twig with its leaves in pairs."""
    leaves = "".join(f"M{n * 1.6} {-n * 15}c-4-12-18-16-28-14 4 10 14 16 28 14z"
                     f"M{n * 1.6} {-n * 15 - 6}c4-12 18-16 28-14-4 10-14 16-28 14z" for n in range(2, 9))
    return placed((line("M0 0Q4-70 14-140", "#6f8f74", 2.4), fill(leaves, "#7f9f80")), put(x, y, size, turn))


def couple(x: float, y: float) -> Drawing:
    """Return two people from behind, shoulder to shoulder."""
    return (fill(f"M{x - 54} {y + 26}q4-28 32-28t32 28z", "#e0ab86"),
            fill(f"M{x - 2} {y + 26}q4-30 34-30t34 30z", "#c98f68"),
            fill(ellipse(x - 22, y - 16, 17, 18), "#4a2d1e"), fill(ellipse(x - 26, y - 38, 8.5), "#4a2d1e"),
            fill(ellipse(x + 26, y - 20, 18, 19), "#2f2420"),
            fill(f"M{x + 12} {y - 10}q14 11 28 0v8q-14 8-28 0z", "#c98f68"))


def petals(word: str, tones: tuple[str, ...]) -> Drawing:
    """Return petals strewn over the ground."""
    next_one = chance(word)
    return tuple(placed((fill(ellipse(0, 0, 7, 3.6), tones[int(next(next_one) * len(tones))], 0.9),),
                        put(30 + next(next_one) * 420, 556 + next(next_one) * 70, 0.7 + next(next_one) * 0.6,
                            next(next_one) * 180))[0] for _ in range(26))


def window() -> Drawing:
    """Return a window to the mountain, in its frame."""
    inside = (*osorno(240, 420, 0.62, "#5f7f88", "#8fa5a0", "#fdf6ea", "#cfd8d8"),)
    return (*inside, fill("M118 402c50-16 90-4 130-8s80-8 114 2v50H118z", "#2c5141"),
            fill(fir(146, 446, 84) + fir(336, 446, 98) + fir(306, 446, 58) + coigue(182, 446, 50), "#21453a"),
            line("M118 176h244v270H118zM240 176v270M118 300h244", "#5f3319", 9), line("M104 448h272", "#4c2a17", 11))


def bunting(top: float) -> Drawing:
    """Return flags on a line that is hung up at a height."""
    tones = ("#f6efe2", "#c9525c", "#e7b04c", "#2f5d46", "#7fb0ad")
    found: list[Shape] = [line(f"M-10 {top}Q240 {top + 112} 490 {top}", "#f2e2c4", 2.2)]
    for number in range(10):
        part = (number + 0.5) / 10
        slope = math.degrees(math.atan2(224 * (1 - 2 * part), 500))
        place = put(-10 + 500 * part, top + 224 * part * (1 - part), 0.94, slope)
        found += placed((fill("M-16 0h32l-16 34z", tones[number % 5]),), place)
    return tuple(found)


def cake(x: float, y: float) -> Drawing:
    """Return a cake of two tiers with its candles lit, its plate round (x, y)."""
    def tier(top: float, w: float, h: float, tone: str, icing: str) -> Drawing:
        drops = "".join(f"q{w / 7} {18 if n % 2 else 26} {w / 3.5} 0" for n in range(7))
        return (fill(f"M{x - w} {top}v{h}a{w} {w * .2} 0 0 0 {w * 2} 0v{-h}z",
                     down(top, top + h + 20, tone, mix(tone, "#7a4526", 0.28))),
                fill(f"M{x - w} {top + 4}{drops}V{top}H{x - w}z", icing), fill(ellipse(x, top, w, w * .2), icing),
                fill(ellipse(x, top - 1, w * .86, w * .15), mix(icing, "#ffffff", 0.4)))
    candles: list[Shape] = []
    for dx in (-40, -14, 14, 40):
        top = y - 168 - (6 if abs(dx) == 14 else 0)
        candles += [fill(f"M{x + dx - 3.5} {top}h7v34h-7z", down(top, top + 34, "#fdf6e6", "#9cc3bb")),
                    *glow(x + dx, top - 10, 24, "#ffe39c", 0.16),
                    fill(f"M{x + dx} {top - 22}q9 12 0 21-9-9 0-21z", down(top - 22, top, "#fff2c4", "#f0973a"))]
    return (fill(ellipse(x, y + 8, 128, 18), "#1c0f08", 0.3), fill(ellipse(x, y, 132, 22), "#f1e7d3"),
            fill(ellipse(x, y - 3, 120, 17), "#dccdb2"),
            *tier(y - 76, 98, 62, "#f3dcb6", "#fffaf0"), *tier(y - 134, 66, 48, "#efc9a6", "#d86f74"), *candles)


def gift(x: float, y: float, s: float) -> Drawing:
    """Return a parcel with its ribbon."""
    return placed((fill("M-46-62h92V0h-92z", down(-62, 0, "#3b7059", "#234a3a")),
                   fill("M-51-78h102v20H-51z", "#447c63"),
                   fill("M-9-78H9V0H-9zM0-78c-34-40-60-8 0 0 60-8 34-40 0 0z", "#e7b04c")), put(x, y, s))


def jar(x: float, y: float) -> Drawing:
    """Return flowers in a glass."""
    flowers = []
    for dx, dy, tone in ((-26, -92, "#e9b4a6"), (4, -112, "#f6efe2"), (28, -84, "#c9525c"), (-4, -78, "#e7b04c")):
        flowers += [line(f"M{x} {y - 30}Q{x + dx * .3} {y + dy * .6} {x + dx} {y + dy}", "#3f6d50", 3)]
        flowers += [one for turn in range(0, 360, 72)
                    for one in placed((fill(ellipse(0, -9, 6.5, 9.5), tone),), put(x + dx, y + dy, 1, turn))]
        flowers += [fill(ellipse(x + dx, y + dy, 5), "#8a5a22" if tone == "#e7b04c" else "#f3c15d")]
    return (*flowers, fill(f"M{x - 20} {y - 52}h40l4 44q0 10-10 10h-28q-10 0-10-10z",
                            down(y - 52, y, "#cfe2dd", "#8db4ae")),
            fill(f"M{x - 18} {y - 50}h36v6h-36z", "#eef6f2"))


def confetti(word: str) -> Drawing:
    """Return confetti on the table."""
    next_one = chance(word)
    tones = ("#f6efe2", "#e7b04c", "#d86f74", "#7fb0ad")
    return tuple(placed((fill(ellipse(0, 0, 4.5, 2.4), tones[int(next(next_one) * 4)], 0.9),),
                        put(20 + next(next_one) * 440, 540 + next(next_one) * 90, 1,
                            next(next_one) * 180))[0] for _ in range(34))
