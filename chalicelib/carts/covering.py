"""What gift cards pay of a cart or an order: the one that ends soonest first, all it can. Pure; docs/giftcards.md."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ..core.money import LEAST_CHARGE, Clp
from ..giftcards.model import Card, Share, shares
from .model import Cart


class Paying(NamedTuple):
    """A card in a cart: what it can pay with, and what it pays, in CLP."""

    card: Card
    free: Clp
    used: Clp


def covering(cards: Iterable[Card], *, due: int, coverable: int, today: date) -> list[Share]:
    """Return how much each card pays of what is due, of which cards may pay `coverable`; in CLP.

    What they leave to be paid can be paid: it is nothing, or no less than LEAST_CHARGE.
    """
    found = shares(cards, min(due, coverable), today)
    left = due - sum(share.amount for share in found)
    return _lessened(found, LEAST_CHARGE - left) if 0 < left < LEAST_CHARGE else found


def paying(cart: Cart, cards: Iterable[Card], today: date) -> list[Paying]:
    """Return what each of a cart's cards, as they were just read, pays of it.

    Once the cart has become an order, that is what the order keeps of them.
    """
    found = sorted(cards, key=lambda card: (card.last_day, card.free, card.id))
    parts = ({card.id: Clp(card.holds.get(cart.order, 0)) for card in found} if cart.order else
             {card.id: amount for card, amount in covering(found, due=cart.total, coverable=cart.coverable,
                                                           today=today)})
    kept = parts if cart.order else {}
    return [Paying(card, Clp((card.free if card.good(today) else 0) + kept.get(card.id, 0)),
                   parts.get(card.id, Clp(0))) for card in found]


def covered(found: Iterable[Paying]) -> Clp:
    """Return what cards pay together, in CLP."""
    return Clp(sum(one.used for one in found))


def _lessened(found: Sequence[Share], by: int) -> list[Share]:
    """Return the shares with so much less, taken off the last ones."""
    lessened: list[Share] = []
    for share in reversed(found):
        part = min(by, share.amount)
        by -= part
        if part < share.amount:
            lessened.append(share._replace(amount=Clp(share.amount - part)))
    return lessened[::-1]
