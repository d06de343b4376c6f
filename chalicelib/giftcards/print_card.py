"""Print a card: both its PDFs into the private bucket, and the fact that they are there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, get_args

from ..aws import files, logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict
from ..core.texts import sentence
from . import table
from .codes import unseal
from .deliver import due
from .drawing import inscribed
from .model import Card, changed
from .paper.inscription import Inscription

Format = Literal["print", "phone"]
FORMS: tuple[Format, ...] = get_args(Format)
BUCKET, PDF = "prints", "application/pdf"
LINK_LASTS = timedelta(minutes=5)


def print_card(card_id: str, clock: Clock) -> bool:
    """Print a card as it is now; return False when its prints already show it so.

    One read, two files, one transaction, which asks for the card's mail if that is due. A second run finds it printed;
    of two at once, or with a change in between, one raises Retryable("gift_card_changed") and looks again when the
    message comes again. Raises NotFound.
    """
    card, now = table.load(card_id), clock.now()
    logs.bind(card.trace, card=card.id)
    if card.printed:
        return False
    text = inscribed(card.face, unseal(card.sealed, card.id), card.last_day)
    for form in FORMS:
        files.put(BUCKET, key_of(card.id, card.version, form), _pdf(text, form), PDF)
    tx = Transaction()
    after = changed(card, now, printed=card.version)
    due(tx, after, now, table.fact(after, "giftcard.printed"))
    tx.commit()
    logs.info("gift card printed", card=card.id)
    metrics.count("GiftCardPrinted")
    return True


def link_to(card: Card, form: Format, now: datetime) -> tuple[str, datetime]:
    """Return the address of a card's PDF, and until when it is good. No request.

    Raises Conflict("gift_card_not_printed") while its prints don't show the card as it is.
    """
    if not card.printed:
        raise Conflict("gift_card_not_printed")
    seconds = int(LINK_LASTS.total_seconds())
    address = files.link(BUCKET, key_of(card.id, card.printed, form), name=_name_of(card), seconds=seconds,
                         shown=form == "phone")
    return address, now + LINK_LASTS


def key_of(card: str, version: int, form: Format) -> str:
    """Return where the prints of a version of a card lie."""
    return f"cards/{card}/{version}-{form}.pdf"


def _name_of(card: Card) -> str:
    """Return what the file is called where it is saved; without what file names can't have."""
    name = sentence("card.file", card.face.language, recipient=card.face.recipient)
    return "".join(" " if one in '\\/:*?"<>|' else one for one in name) + ".pdf"


def _pdf(text: Inscription, form: Format) -> bytes:
    from .paper.compose import composed  # who hands out links needs no printer
    from .paper.pdf import pdf

    return pdf(composed(text, form))
