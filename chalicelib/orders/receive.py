"""What money does to an order: it confirms it, pays its balance, or goes back. Each is one transaction."""

from typing import Any

from ..availability import claim
from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..carts.lines import products
from ..catalog import stock
from ..core.clock import Clock
from ..core.errors import Conflict
from ..payments import table as payments
from ..payments.model import Payment, Purpose, owe_refund
from . import cards, model, table
from .give_back import REFUND_RETRY, refund_due
from .model import Order, OrderState

SLOT_LOST = "slot_lost"
PAID_TWICE = "paid_twice"
NOTHING_TO_PAY = "order_expired"
CANCELLED = "cancelled"
CHANGED = "changed"
SHORT = "gift_card_short"  # the ledger's own refusal, too
"""Why money goes back, as its refund says."""


def receive(order: Order, before: Payment, payment: Payment, clock: Clock, by: str | None) -> Payment:
    """Apply a payment that has just brought exactly what was asked; return it as stored.

    It confirms an order that waits for it, if all that is held for it comes to the deposit, or pays the balance of a
    confirmed one; if its hours are gone it is kept while other ones may be chosen; whatever else goes back. Gift cards
    that an expired order had let go of are taken again, or left alone if the money is enough without them. `before` is
    the payment as it was. Raises Retryable when payment or order has moved.
    """
    without_it = model.with_money(order, -before.kept)  # a wrong amount, told of before, is not there besides
    due = without_it.due(Purpose.BALANCE) if order.state.alive else 0
    if due and (payment.amount <= due or payment.purpose is Purpose.BALANCE):
        return _pay_balance(order, before, payment, clock, by)
    if order.choose_until or order.state not in (OrderState.PENDING_PAYMENT, OrderState.EXPIRED):
        reason = CANCELLED if order.state is OrderState.CANCELLED else PAID_TWICE
        return give_back_at_once(order, before, payment, reason, clock)
    with_it = model.with_money(order, payment.kept - before.kept)
    ways = [one for one in (cards.taken_again(with_it), with_it) if not one.due(Purpose.DEPOSIT)]
    if not ways:  # it was asked beside a credit that has gone back since
        return give_back_at_once(order, before, payment, NOTHING_TO_PAY, clock)
    if any(line.start <= clock.now() for line in order.timed):
        return _keep_for_others(order, with_it, payment, clock, by)
    for way in ways:
        try:
            return _confirmed(order, way, payment, clock, by)
        except Conflict as refusal:
            lost = refusal.code
        if lost != SHORT:
            break
    if lost == SHORT or not order.timed:
        return give_back_at_once(order, before, payment, SHORT if lost == SHORT else NOTHING_TO_PAY, clock)
    return _keep_for_others(order, with_it, payment, clock, by)


def _confirmed(stored: Order, order: Order, payment: Payment, clock: Clock, by: str | None) -> Payment:
    """Confirm an order by the payment that has just come; return that as stored. Raises as the commit of `confirm`."""
    tx = Transaction()
    moved = payments.moved(tx, payment)
    confirm(tx, order, clock, stored=stored, payment=payment.id, amount=payment.amount, by=by)
    tx.commit()
    logs.info("order confirmed", order=order.id, payment=payment.id)
    metrics.count("OrderConfirmed", provider=payment.method)
    return moved


def confirm(tx: Transaction, order: Order, clock: Clock, *, stored: Order | None, payment: str | None = None,
            amount: int = 0, by: str | None = None) -> Order:
    """Add the steps that confirm an order; return it. `stored` is the order as it is in the table, None if it is new.

    Its hours, its stock if that was given up, its gift cards, itself, its facts. The commit raises
    Conflict: "slot_lost" ("slot_taken" of a new order), "out_of_stock", "gift_card_short", when what it was to have is
    gone.
    """
    now = clock.now()
    after = cards.spent(model.confirmed(order, now))
    claim.take_all(tx, after.claims, None, now, Conflict(SLOT_LOST if stored else "slot_taken"))
    if order.state is OrderState.EXPIRED:
        stock.take(tx, products(order.lines))
    cards.moved(tx, stored, after, now)
    told = [] if stored else [table.fact(after, "order.placed", cart=order.cart)]
    said = _said(payment=payment, amount=amount, by=by, cards=cards.said(cards.live(after)) or None)
    table.saved(tx, after, *told, table.fact(after, "order.confirmed", len(told), **said))
    return after


def give_back_at_once(order: Order, before: Payment, payment: Payment, reason: str, clock: Clock) -> Payment:
    """Write down that money came that buys nothing, and that it is owed back; the refund worker hears of it."""
    now = clock.now()
    tx = Transaction()
    owed = payments.moved(tx, owe_refund(payment, amount=payment.kept, reason=reason, now=now))
    after = model.with_money(model.changed(order, now), owed.kept - before.kept)
    if after.due_at is None:  # should the queue not manage it, polling does
        after = after.model_copy(update={"due_at": now + REFUND_RETRY})
    table.saved(tx, after, refund_due(after, owed))
    tx.commit()
    logs.warning("money came too late", order=order.id, payment=payment.id, reason=reason)
    metrics.count("LateMoney", reason=reason)
    return owed


def _keep_for_others(stored: Order, order: Order, payment: Payment, clock: Clock, by: str | None) -> Payment:
    """Keep late money whose hours are gone while its guest may choose other ones (docs/payments.md, Late money).

    `order` is what it is with that money; its gift cards are their holders' until then.
    """
    tx, now = Transaction(), clock.now()
    if order.state is OrderState.PENDING_PAYMENT:
        stock.put_back(tx, products(order.lines))
    moved, after = payments.moved(tx, payment), cards.released(model.choosing(order, now))
    cards.moved(tx, stored, after, now)
    until = after.choose_until.isoformat() if after.choose_until else None
    table.saved(tx, after, table.fact(after, "order.alternatives_offered", **_said(
        payment=payment.id, amount=after.kept, until=until, by=by)))
    tx.commit()
    logs.warning("money came too late", order=order.id, payment=payment.id, reason=SLOT_LOST)
    metrics.count("LateMoney", reason=SLOT_LOST)
    return moved


def _pay_balance(order: Order, before: Payment, payment: Payment, clock: Clock, by: str | None) -> Payment:
    """Take a balance in; what is more than is due, because the order costs less by now, goes back."""
    tx, now = Transaction(), clock.now()
    after = model.with_money(model.changed(order, now), payment.kept - before.kept)
    facts = [table.fact(after, "payment.received", **_said(payment=payment.id, amount=payment.amount, by=by))]
    if over := min(after.over, payment.kept):
        payment = owe_refund(payment, amount=over, reason=CHANGED, now=now)
        after = model.with_money(after, -over)
        after = after.model_copy(update={"due_at": after.due_at or now + REFUND_RETRY})
    moved = payments.moved(tx, payment)
    if over:
        facts.append(refund_due(after, moved, nth=1))
    table.saved(tx, after, *facts)
    tx.commit()
    logs.info("balance paid", order=order.id, payment=payment.id)
    return moved


def _said(**data: Any) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
