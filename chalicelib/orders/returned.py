"""Money that went back without us, told by the provider: the ledger, the order and a person hear of it at once."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import NotFound, Retryable
from ..core.events import Fact
from ..items import table as items
from ..items.model import ItemKind
from ..payments import table as payments
from ..payments.gateway import Back
from ..payments.model import Payment, PaymentId, refund_id
from ..payments.refund_model import Origin
from ..payments.returns import Returned, returned
from ..payments.signals import is_payment_id
from . import model, table
from .give_back import said_of
from .model import Order
from .paid_again import further_id

TRIES = 5
_FACTS = {Origin.PROVIDER: "payment.returned_by_provider", Origin.CHARGEBACK: "payment.charged_back"}
_KINDS = {Origin.PROVIDER: ItemKind.PROVIDER_REFUND, Origin.CHARGEBACK: ItemKind.CHARGEBACK}


def record_all(lines: Iterable[Back], clock: Clock, *, dated: bool = False) -> dict[Back, PaymentId | None]:
    """Record what went back of payments, each in one transaction; return of which payment of ours each line is, if any.

    `dated`: the lines are of a day's list, so their day counts for what is known already.

    Two reads and a transaction for each payment of which something is new, one read for the others. Raises Retryable.
    """
    owners: dict[Back, PaymentId | None] = {}
    for (payment, ref), group in groupby(sorted(lines, key=_whose), key=_whose):
        together = list(group)
        found = payment_of(payment, ref)
        owners |= dict.fromkeys(together, found.id if found else None)
        if found is not None:
            record(found, together, clock, dated)
    return owners


def payment_of(payment_id: PaymentId, ref: str) -> Payment | None:
    """Return the payment of ours that a provider's payment is: itself, or the line of one paid again; None if none."""
    if not is_payment_id(payment_id):
        return None
    try:
        payment = payments.load(payment_id)
        if payment.provider_ref in (None, ref):
            return payment
        return payments.load(further_id(payment_id, ref))
    except NotFound:
        return None


def record(payment: Payment, lines: list[Back], clock: Clock, dated: bool = False) -> Payment:
    """Record what went back of one payment; return it as it then stands. Its order keeps so much less.

    Nothing is written when nothing is new. Raises Retryable when others keep writing.
    """
    for _ in range(TRIES):
        found = returned(payment, lines, now=clock.now(), dated=dated)
        if found.payment == payment:
            return payment
        try:
            return _written(payment, found, clock)
        except Retryable:
            payment = payments.load(payment.id)
    raise Retryable("payment_moved")


def _written(before: Payment, found: Returned, clock: Clock) -> Payment:
    tx, now = Transaction(), clock.now()
    after = payments.moved(tx, found.payment)
    order = table.load(after.order)
    logs.bind(order.trace, order=order.id, payment=after.id)
    changed = model.with_money(model.changed(order, now), after.kept - before.kept)
    facts = list(_facts(changed, after, found))
    if facts or after.kept != before.kept:
        table.saved(tx, changed, *facts)
    for number in found.found:
        refund = after.refund(number)
        about: dict[str, str | int] = {"order": order.id, "payment": after.id, "refund": number,
                                       "amount": refund.amount, "method": after.method}
        items.opened(tx, kind=_KINDS[refund.origin], key=item_key(after, number), about=about, now=now)
    for number in found.won:
        items.settled(tx, item_key(after, number), now)
    tx.commit()
    for fact in facts:
        logs.warning("money went back", fact_type=fact.type, provider=after.method)
        metrics.count("ReturnedByProvider", provider=after.method, kind=fact.type)
    return after


def item_key(payment: Payment, number: int) -> str:
    """Return the key of the item about money that went back without us."""
    return f"{_KINDS[payment.refund(number).origin].value}.{refund_id(payment.id, number)}"


def _facts(order: Order, payment: Payment, found: Returned) -> Iterator[Fact]:
    types = [(_FACTS[payment.refund(number).origin], number) for number in found.found]
    types += [("payment.refunded", number) for number in found.heard]
    types += [("payment.chargeback_reversed", number) for number in found.won]
    for nth, (type, number) in enumerate(types):
        yield table.fact(order, type, nth, **said_of(payment, payment.refund(number)))


def _whose(line: Back) -> tuple[PaymentId, str]:
    return line.payment, line.payment_ref
