"""What is written on a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
        """The address of the card's page: what the QR says. Behind the `#` the code is never sent to a server."""
        return f"{self.site}/tarjeta/#{self.code}"
