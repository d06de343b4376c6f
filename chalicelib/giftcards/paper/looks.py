"""Each design's colours: of its paper, of what is written on it, and of what is written on its sky."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Colours of a card: `soft` for what matters less, `accent` for labels, `ticket` under amount and code.

    `sinks` is how far, of what a picture lacks in height, its cut-out goes down to keep the subject in it.
    """

    paper: str
    ink: str
    soft: str
    accent: str
    ticket: str
    on_sky: str
    sinks: float


LOOKS = {
    "amanecer": Look("#fcf8ef", "#1f3a2e", "#5b675f", "#9a5527", "#f3e6d3", "#3b4b40", 0.1),
    "noche": Look("#12273a", "#f6efdf", "#b9c7cc", "#e9bd74", "#1e3b50", "#f6efdf", 0.9),
    "bosque": Look("#f6f8ef", "#1c3b2c", "#55685a", "#3f6d4a", "#e2ebd9", "#f6f8ef", 0.5),
    "piedras": Look("#fbf8f2", "#33403a", "#6a706a", "#8a6a48", "#ece5d8", "#5d5a4d", 0.75),
    "dos": Look("#fff6f1", "#47283f", "#7a5f70", "#b0495c", "#fae0d6", "#fff3ea", 0.6),
    "cumpleanos": Look("#fffaf0", "#3d2819", "#76604c", "#b04a4f", "#fbe9c9", "#fdf0d8", 0.9),
}
ON_WHITE = {"noche": Look("#ffffff", "#17303f", "#5b6a73", "#9a6420", "#e8eef0", "#f6efdf", 0.9)}
"""What a printer is spared: a page of night."""
