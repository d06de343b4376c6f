"""What is written on a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ...core.pages import page_link
from ...core.texts import Lang

SAMPLE_CODE = "XXXX-XXXX-XXXX-XXXX-X"


@dataclass(frozen=True)
class Inscription:
    """What is written on a card: names and message as their writer wrote them, `amount` in CLP.

    `site` is the shop's address. The texts may hold what the fonts can't draw: that is left out (`typeset.printable`).
    """

    title: str
    amount: int
    recipient: str
    sender: str
    message: str
    design: str
    language: Lang
    code: str
    last_day: date
    site: str

    @property
    def link(self) -> str:
        """The address of the card's page: what the QR says."""
        return card_page(self.site, self.code, self.language)


def card_page(site: str, code: str, lang: Lang) -> str:
    """Return the address of a card's page (core/pages.py)."""
    return page_link(site, "/tarjeta/", code, lang)
