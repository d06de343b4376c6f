"""What packs ask for, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.texts import sentence
from .combine import takes_lines
from .model import Kind, Lang, Pack
from .offers import PackNeed


def needs_told(pack: Pack, amounts: dict[Kind, int], lang: Lang) -> str:
    """Return so much of each kind that a pack counts, in words: "una tina para 2 y un masaje para 2"."""
    return listed([need_told(need, amounts[need.kind], lang) for need in pack.needs if need.kind in amounts], lang)


def need_told(need: PackNeed, amount: int, lang: Lang) -> str:
    """Return so many guests, or units, of a need's kind: "una tina para 2"."""
    counted = "units" if takes_lines(need) else "needs"
    return sentence(f"pack_{counted}.{need.kind}", lang, count=amount)


def listed(words: Sequence[str], lang: Lang) -> str:
    """Return words as a list is spoken: "lunes, martes y jueves"."""
    return sentence("and", lang).join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
