"""The designs of gift cards, each a poster; the catalogue says which are offered, and under which names. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ..ink import down, fill, line, placed
from ..paths import ellipse, put
from .scenery import (
    Drawing,
    coigue,
    fern,
    fir,
    forest,
    glow,
    hills,
    mist,
    osorno,
    reeds,
    ripples,
    sky,
    stars,
    steam,
    stones,
    trunk,
)
from .things import (
    bunting,
    cake,
    confetti,
    couple,
    gift,
    jar,
    lantern,
    pebble,
    petals,
    rim,
    tub,
    twig,
    window,
)

_MOON = "M396 232a34 34 0 1 0 6 62 38 38 0 0 1-6-62z"
_RIVER = ("#6f746f", "#8a8f89", "#a7aaa3", "#5c625e", "#bdbdb4")


def dawn() -> Drawing:
    """Osorno at sunrise, over the lake."""
    water = fill("M-10 452q120-8 250-3t260-2v210H-10z", down(448, 640, "#f1cfb4", "#9cbab8", "#4f8285", "#2f5f63"))
    mirror = fill("M70 452C150 474 190 520 226 562q14 15 28 0c40-44 78-92 156-112z", "#8fa8a8", 0.45)
    return (
        sky("#e9b99a", "#f4d2b3", "#fbe9d2", "#fdf6e8"), *glow(352, 330, 96, "#fff6df", 0.3),
        fill(ellipse(352, 330, 30), "#fff9ec"),
        hills(420, "#c9d0c3", 26), *osorno(240, 452, 1.36, "#9db4ad", "#c3cdbf", "#ffffff", "#c4d3d6"),
        *mist(404, "#fff6ea", 0.5, 34),
        hills(444, "#a3b7a4", 14), forest("dawn far", "#7d9c88", 446, 12, 28, 8),
        *mist(440, "#fff3e2", 0.45, 22), forest("dawn", "#4a7360", 452, 20, 46, 12), water, mirror,
        *ripples("dawn", 468, 626, "#fbeedd", 22, 0.55),
        fill(fir(22, 560, 190) + fir(66, 566, 120) + fir(-8, 560, 130), "#234a3a"),
        fill(fir(462, 566, 220) + fir(420, 570, 130) + fir(494, 566, 150) + coigue(386, 572, 74), "#234a3a"),
        fill("M-10 556c70-14 120 6 160 26s110 22 170 8 110-34 170-28v90H-10z", down(552, 640, "#3d6a4e", "#1f4434")),
        reeds(150, 590, 0.9, "#2a5642"), reeds(322, 598, 0.8, "#2a5642"), *stones("dawn", 622, _RIVER, 0.8))


def night() -> Drawing:
    """A tub under the stars, lanterns beside it."""
    water = fill("M-10 470q130-12 260-4t260-4v190H-10z", down(466, 640, "#3d6a76", "#1d4450", "#12303a"))
    return (
        sky("#0d1f30", "#16344a", "#2c5768", "#5f8a90"), *stars("noche", 120, 420),
        *glow(378, 262, 66, "#fbf0d6", 0.08), fill(_MOON, "#fbf0d6"),
        *osorno(196, 470, 1.2, "#33596a", "#4f7c86", "#d4e1e4", "#9db8c2"),
        *mist(424, "#a9c8cb", 0.2, 34), forest("noche far", "#2f5a5f", 458, 14, 34, 9),
        *mist(454, "#8fb6ba", 0.22, 24), forest("noche", "#173a3b", 472, 28, 62, 13), water,
        *ripples("noche", 484, 560, "#9cc3c6", 9, 0.4),
        fill(fir(14, 540, 210) + fir(66, 548, 128) + fir(470, 548, 230) + fir(418, 552, 120), "#0f2a29"),
        fill("M-10 536c90-22 160 2 250 2s170-22 250-4v110H-10z", down(520, 640, "#24493a", "#122c24")),
        *glow(240, 470, 118, "#f3c77f", 0.06), *tub(240, 462, 88, light="#c08150", dark="#5c311b", water="#3f8f92",
                                                   shine="#d7efe6"),
        *steam(240, 446, 1.5, "#f3f7f4", 0.5), *lantern(112, 548, 1.15), *lantern(376, 544, 1),
        *stones("noche", 612, ("#3f4a49", "#566160", "#6c7674", "#2f3a39"), 0.95))


def woods() -> Drawing:
    """Deep forest: trunks and ferns, light that comes down through mist on a stream."""
    beams = "".join(f"M{x} -20h{w}L{x - 190 + w * 1.6} 520h{-w * 1.9}z" for x, w in ((190, 36), (290, 54), (400, 40)))
    trunks = "".join(trunk(x, w) for x, w in ((46, 32), (442, 38), (366, 18), (124, 16)))
    return (
        sky("#3d6a52", "#79a284", "#c8dbbd", "#eef2d9"), *glow(250, 300, 170, "#fbf8df", 0.16),
        forest("bosque 1", "#a9c5a4", 404, 150, 330, 30, 90), *mist(392, "#f4f6e3", 0.4, 44),
        forest("bosque 2", "#7ea788", 440, 120, 250, 38, 60), fill(beams, "#fdfbe4", 0.16),
        *mist(432, "#f0f4dd", 0.4, 40), forest("bosque 3", "#4f8066", 466, 70, 180, 44, 20),
        *mist(466, "#dfead2", 0.3, 30), hills(478, "#447659", 10), fill(trunks, down(0, 560, "#1d4234", "#27503f")),
        fill("M216 478c30-8 66-8 92 0 22 8-34 18-46 34-16 22 58 32 96 58 24 18 30 44 34 76H92"
             "c4-40 36-64 70-86 24-16 62-30 40-50-12-10-10-26 14-32z", down(470, 640, "#f2f6e6", "#bcd9cf", "#7fb0ab")),
        *ripples("stream", 560, 620, "#ffffff", 5, 0.6),
        fill("M-10 506c60-16 110-4 128 20 20 30-20 60-40 118H-10z", down(496, 640, "#3b6b4e", "#1c3f30")),
        fill("M490 500c-70-18-118 2-134 28-18 32 30 58 50 116h84z", down(496, 640, "#3b6b4e", "#1c3f30")),
        *stones("bosque", 634, ("#5f6f68", "#7f8e85", "#4c5b55", "#98a59b"), 0.8),
        *fern(60, 640, 1.1, "#2c6145", -24), *fern(24, 650, 1.35, "#3f7d56", 6), *fern(112, 652, 0.9, "#4d8d62", 22),
        *fern(420, 646, 1.15, "#2c6145", 10), *fern(464, 652, 1.35, "#3f7d56", -22),
        *fern(368, 654, 0.86, "#4d8d62", -34))


def still() -> Drawing:
    """Three river stones, one upon the other, over still water."""
    return (
        sky("#cdbfa6", "#ddd0b9", "#eee3cf", "#faf4e8"), *glow(240, 372, 170, "#fffdf6", 0.3),
        *osorno(372, 476, 0.9, "#b9bfb2", "#cfd0c2", "#fdfbf5", "#dfe0da"), *mist(440, "#faf4e8", 0.5, 30),
        hills(460, "#b7bfae", 18), forest("piedras", "#8fa18d", 470, 10, 28, 8), *mist(462, "#faf4e8", 0.55, 24),
        fill("M-10 470h500v170H-10z", down(466, 640, "#d9dfd2", "#a9beb4", "#6f9490")),
        *ripples("calma", 486, 540, "#f6f6ec", 7, 0.6),
        fill(ellipse(240, 562, 176, 27), "#f4f4ea", 0.35), fill(ellipse(240, 562, 132, 19), "#58756f", 0.5),
        *pebble(240, 528, 108, 35, "#5f6762"), *pebble(230, 470, 78, 27, "#a5896b"),
        *pebble(248, 426, 52, 19, "#87958d"),
        line("M78 570q40-10 84-4M318 570q46-6 88 4M120 594q120 18 240 0M40 612q40-8 84 0M370 616q40-8 90 2", "#f6f6ec",
             2, 0.7),
        *steam(248, 392, 1.3, "#ffffff", 0.8), *twig(26, 648, 1.15, 16), *twig(78, 656, 0.95, 30),
        *twig(454, 650, 1.2, -22), *twig(408, 658, 0.9, -40))


def two() -> Drawing:
    """Two in the tub at dusk, and the steam that makes a heart."""
    heart = ("M240 396c-10-26 14-34 6-56-10-30-74-50-74-98 0-30 22-48 44-48 18 0 28 10 34 24 6-14 16-24 34-24"
             " 22 0 44 18 44 48 0 44-52 62-64 92")
    return (
        sky("#8a5f7d", "#c98793", "#efb69d", "#fbe0bf"), *stars("dos", 26, 210, "#fff1e0"),
        *glow(250, 300, 150, "#ffe7cb", 0.16), *osorno(330, 470, 1.02, "#a77f8f", "#cf9f98", "#fff1ea", "#eac6c4"),
        *mist(436, "#fbdcc6", 0.4, 30), hills(452, "#a87f83", 16), forest("dos far", "#8a6874", 462, 12, 30, 8),
        *mist(460, "#f3c9b4", 0.34, 22), forest("dos", "#523f52", 474, 24, 54, 12),
        fill("M-10 472q130-10 260-2t260-4v180H-10z", down(468, 640, "#dba39a", "#8d6a7c", "#4d3d54")),
        *ripples("dos", 484, 560, "#fde3cf", 9, 0.5),
        fill("M-10 540c90-20 160 0 250 0s170-20 250-2v110H-10z", down(522, 640, "#4b4050", "#2a2636")),
        *placed((line(heart, "#fff6ee", 7.5, 0.85),), put(77, 127, 0.68)),
        *tub(246, 466, 92, light="#bd7c50", dark="#60331f", water="#7d6f86", shine="#f6d5c2"),
        *couple(240, 452), *rim(246, 466, 92, light="#bd7c50", shine="#f6d5c2"),
        *petals("dos", ("#f3b7a6", "#d9707a", "#fbe0d0")), *lantern(96, 548, 1), *lantern(404, 546, 1.1),
        *stones("dos", 620, ("#4d4553", "#655b68", "#3b3542", "#7b707b"), 0.9))


def birthday() -> Drawing:
    """A cake with its candles lit before the window, under flags."""
    planks = "".join(f"M0 {y}h480" for y in range(70, 470, 64))
    return (
        fill("M0 0h480v640H0z", down(0, 470, "#8a5a36", "#a9703f", "#bb8350")), line(planks, "#7a4a29", 2, 0.45),
        fill("M118 176h244v270H118z", down(176, 446, "#2b4f62", "#7e9ca0", "#f2d2ab")),
        *window(), *bunting(40), fill("M0 500h480v140H0z", down(500, 640, "#7b4a2a", "#4c2a17")),
        fill("M0 500h480v8H0z", "#9a6238"), *glow(240, 360, 150, "#ffe3a6", 0.1), *cake(240, 520), *gift(96, 540, 0.9),
        *jar(392, 536), *confetti("torta"))


DESIGNS: dict[str, Callable[[], Drawing]] = {
    "amanecer": dawn, "noche": night, "bosque": woods, "piedras": still, "dos": two, "cumpleanos": birthday}


@lru_cache(maxsize=8)
def poster(slug: str) -> Drawing:
    """Return a design's poster."""
    return DESIGNS[slug]()
