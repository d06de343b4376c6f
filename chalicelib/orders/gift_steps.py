"""What a buyer may do with a gift card she bought: change it before it is sent, have it sent, take its PDF."""

from datetime import datetime

from ..aws.transactions import Transaction
from ..carts.gifts import Written, rewritten
from ..carts.lines import GiftLine, gifts
from ..catalog.model import Catalogue
from ..core.clock import spa_date
from ..core.errors import Conflict, FieldProblem, Gone, Invalid, NotFound
from ..giftcards import deliver, way
from ..giftcards import table as giftcards
from ..giftcards.model import Card, CardState, changed
from ..giftcards.print_card import Format, link_to
from . import model, table
from .model import Order, OrderState

CHANGED = "giftcard.changed"


def rewrite(tx: Transaction, order: Order, line_id: str, words: Written, catalogue: Catalogue, now: datetime) -> Order:
    """Add the steps that change what is written on a gift card, or where it goes; return the order as it then stands.

    Before its issue that is the line's alone; afterwards the card's too, which is printed anew. One read of the card
    if there is one. Raises NotFound("gift_line_not_found"), Invalid naming the field, Gone("order_expired") for a line
    that can't be paid any more, and as `way.rewritten`. The commit raises Retryable.
    """
    before = _line(order, line_id)
    after = rewritten(before, words, catalogue, now)
    if before.card is None:
        if not (order.state.alive or order.state is OrderState.PENDING_PAYMENT):
            raise Gone("order_expired")
    else:
        _rewrite_card(tx, giftcards.load(before.card), after, now)
    lines = tuple(after if line.id == line_id else line for line in order.lines)
    order = model.changed(order, now, lines=lines)
    table.saved(tx, order)
    return order


def have_sent(tx: Transaction, order: Order, line_id: str, email: str | None, now: datetime) -> None:
    """Add the steps that send a gift card now, or once more, perhaps to a corrected address.

    One that is still being printed is sent by its printer. One read. Raises NotFound("gift_line_not_found"),
    Conflict("gift_card_not_issued"), and as `way.sent_for`. The commit raises Retryable.
    """
    card = _card(order, line_id)
    after = way.sent_for(changed(card, now), now, email)
    if after.printed:
        deliver.ask(tx, after)
    else:
        giftcards.saved(tx, after)


def pdf_of(order: Order, line_id: str, form: Format, now: datetime) -> tuple[str, datetime]:
    """Return where a card's PDF lies for a few minutes, and until when. One read.

    Raises NotFound("gift_line_not_found"), Conflict("gift_card_not_issued"), ("gift_card_blocked"),
    ("gift_card_not_printed").
    """
    card = _card(order, line_id)
    if card.state is CardState.BLOCKED:
        raise Conflict("gift_card_blocked")
    return link_to(card, form, now)


def _rewrite_card(tx: Transaction, card: Card, line: GiftLine, now: datetime) -> None:
    if line.delivery.at and spa_date(line.delivery.at) > card.last_day:
        raise Invalid("invalid_fields", fields=(FieldProblem("delivery.date", "delivery_out_of_range"),))
    after = way.rewritten(card, line.face, line.delivery, now)
    giftcards.saved(tx, after, giftcards.fact(after, CHANGED))


def _line(order: Order, line_id: str) -> GiftLine:
    for line in gifts(order.lines):
        if line.id == line_id:
            return line
    raise NotFound("gift_line_not_found")


def _card(order: Order, line_id: str) -> Card:
    line = _line(order, line_id)
    if line.card is None:
        raise Conflict("gift_card_not_issued")
    return giftcards.load(line.card)
