"""Gift cards that pay for a cart: put in by their code, taken out again. Nothing of their value moves here."""

from datetime import datetime

from ..aws.transactions import Transaction
from ..core.clock import Clock, spa_date
from ..core.errors import Conflict
from . import table
from .covering import Paying, covered, paying
from .model import Cart, PayingCard


def put_in(tx: Transaction, cart: Cart, typed: str, caller: str, clock: Clock) -> tuple[Cart, list[Paying]]:
    """Let the card that a code opens pay for a cart, as part of `tx`; return the cart and what its cards pay.

    The requests of `tries.opened`, and a read of the other cards if there are any. Raises NotFound, TooMany as
    `tries.opened`; Conflict: "gift_card_not_needed" when nothing is left that a card could pay, "gift_card_empty", and
    as `Cart.with_card`.
    """
    from ..giftcards import tries  # only whoever types a code needs them

    cart.must_be_open()
    today, others = spa_date(clock.now()), now_paying(cart, clock.now())
    card = tries.opened(typed, caller, clock)
    after = cart.with_card(PayingCard(id=card.id, ending=card.ending))
    if covered(others) >= cart.coverable:
        raise Conflict("gift_card_not_needed")
    if not card.free:
        raise Conflict("gift_card_empty")
    table.saved(tx, after)
    return after, paying(after, [*(one.card for one in others), card], today)


def take_out(tx: Transaction, cart: Cart, card: str) -> Cart:
    """Let a card pay for a cart no more, as part of `tx`; return the cart. Raises as `Cart.without_card`."""
    after = cart.without_card(card)
    table.saved(tx, after)
    return after


def now_paying(cart: Cart, now: datetime) -> list[Paying]:
    """Return what a cart's cards pay of it by what they are worth now. One read, none without cards.

    A card that was given another code since pays nothing: who put it in by the old one may be who found it.
    """
    if not cart.cards:
        return []
    from ..giftcards.table import load_all  # few carts need it

    typed = {card.id: card.ending for card in cart.cards}
    found = [card for card in load_all(typed) if cart.order or card.ending == typed[card.id]]
    return paying(cart, found, spa_date(now))
