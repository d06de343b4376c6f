"""The orders table: the order, and beside it the facts that tell its history.

| pk | sk | what |
|---|---|---|
| order number | `order` | the order, written whole on the condition that its version has not moved |
| order number | `fact#<id>` | what happened, once; the stream of these items is the only source of side effects |

Index `due` lists the orders whose payment has to be asked after, by when; index `follow_up` those whose guest is to
hear of her visit, by when; index `cards` those that buy gift cards or are paid by some, by the local month in which
they were placed. They hold nothing else.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from ..aws.facts import StoredFact
from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..carts.lines import gifts
from ..core.clock import epoch, spa_date
from ..core.errors import NotFound, Retryable
from ..core.events import FACT_PREFIX, Fact
from ..payments import table as payments
from ..payments.model import Payment, PaymentId
from .model import Order, OrderState
from .visit_mails import next_follow_up

OPEN = "open"
GIFTS_PAID = "order.gifts_paid"
SK = "order"
_LAST = 99  # of a version's facts
_TIMES = ("created_at", "updated_at", "pay_until", "choose_until", "reminded")


class DueIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Orders whose payment is still open, by the time of the next look."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class FollowUpIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Orders whose guest hears of her visit by itself, by when."""

    class Meta:
        index_name = "follow_up"
        projection = KeysOnlyProjection()

    follow_up = UnicodeAttribute(hash_key=True)
    follow_up_at = NumberAttribute(range_key=True)


class CardsIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Orders that buy gift cards, or are paid by some, by month."""

    class Meta:
        index_name = "cards"
        projection = KeysOnlyProjection()

    cards_month = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class OrderRecord(BaseTable):
    """The stored form of an `Order`."""

    class Meta:
        area = "orders"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=SK)
    state = UnicodeAttribute()
    total = NumberAttribute()
    lines = JSONAttribute()
    cancelled = JSONAttribute(null=True)
    guest = JSONAttribute()
    consent = JSONAttribute()
    language = UnicodeAttribute()
    notes = UnicodeAttribute(null=True)
    cart = UnicodeAttribute()
    payments = JSONAttribute()
    cards = JSONAttribute(null=True)
    kept = NumberAttribute(default=0)
    version = NumberAttribute()
    trace = UnicodeAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    pay_until = UnicodeAttribute(null=True)
    choose_until = UnicodeAttribute(null=True)
    account = JSONAttribute(null=True)
    due = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    due_index = DueIndex()
    reminded = UnicodeAttribute(null=True)
    thanked = BooleanAttribute(null=True)
    follow_up = UnicodeAttribute(null=True)
    follow_up_at = NumberAttribute(null=True)
    follow_up_index = FollowUpIndex()
    cards_month = UnicodeAttribute(null=True)
    cards_index = CardsIndex()


class FactRecord(StoredFact):
    """The stored form of a `Fact` of an order."""

    class Meta:
        area = "orders"
        table_name = None


def load(order_id: str) -> Order:
    """Return an order as it is now. One consistent read. Raises NotFound("order_not_found")."""
    try:
        return order_of(OrderRecord.get(order_id, SK, consistent_read=True))
    except DoesNotExist:
        raise NotFound("order_not_found") from None


def load_all(orders: Iterable[str]) -> list[Order]:
    """Return several orders as they are now, those that exist. One BatchGetItem per hundred, eventually consistent."""
    keys = [(order, SK) for order in orders]
    return [order_of(record) for record in OrderRecord.batch_get(keys)] if keys else []


def with_cards(month: str) -> Iterator[str]:
    """Yield the numbers of the orders of a month that buy gift cards or are paid by some. One query per 1 MB."""
    for record in OrderRecord.cards_index.query(month):
        yield record.pk


def payments_of(order: Order) -> list[Payment]:
    """Return an order's payments, oldest first. One read each."""
    return [payments.load(PaymentId(payment)) for payment in order.payments]


def history(order_id: str) -> list[Fact]:
    """Return an order's facts, oldest first. One query."""
    found = FactRecord.query(order_id, FactRecord.sk.startswith(FACT_PREFIX), consistent_read=True)
    return sorted((record.fact() for record in found), key=lambda fact: (fact.at, fact.id))


def due_before(at: datetime, limit: int) -> Iterator[str]:
    """Yield the numbers of at most `limit` orders whose next look is due, the longest waiting first. One query."""
    for record in OrderRecord.due_index.query(OPEN, DueIndex.due_at <= epoch(at), limit=limit):
        yield record.pk


def follow_ups_before(at: datetime, limit: int) -> Iterator[str]:
    """Yield the numbers of at most `limit` orders whose guest is to hear of her visit, by when. One query."""
    index = OrderRecord.follow_up_index
    for record in index.query(OPEN, FollowUpIndex.follow_up_at <= epoch(at), limit=limit):
        yield record.pk


def saved(tx: Transaction, order: Order, *facts: Fact) -> None:
    """Write the order's next version and its facts as part of `tx`.

    Whatever makes it fully paid, its gift cards follow: that there are some to issue is one more fact.
    The commit raises Retryable("order_changed") when somebody else wrote in between: load, decide, try again.
    """
    first = order.version == 1
    condition = OrderRecord.pk.does_not_exist() if first else OrderRecord.version == order.version - 1
    tx.put(_record(order), condition=condition, otherwise=Retryable("order_changed"))
    paid_gifts = [fact(order, GIFTS_PAID, _LAST)] if order.to_issue else []
    for one in (*facts, *paid_gifts):
        tx.put(FactRecord.of(one), condition=FactRecord.pk.does_not_exist(), otherwise=Retryable("order_changed"))


def fact(order: Order, type: str, /, nth: int = 0, **data: Any) -> Fact:
    """Return the `nth` fact of this version of the order; the same step gives the same id."""
    return Fact(id=f"{order.id}.{order.version:06d}.{nth}", type=type, at=order.updated_at, order=order.id,
                trace=order.trace, data=data)


def _record(order: Order) -> OrderRecord:
    values = order.model_dump(mode="json", exclude={"id", "due_at", "state"})
    values |= {name: values[name] or None for name in ("cancelled", "cards", "thanked")}
    follow_up = next_follow_up(order)
    return OrderRecord(
        pk=order.id, sk=SK, state=order.state.value, total=order.total,
        due=OPEN if order.due_at else None, due_at=epoch(order.due_at) if order.due_at else None,
        cards_month=f"{spa_date(order.created_at):%Y-%m}" if order.cards or gifts(order.lines) else None,
        follow_up=OPEN if follow_up else None, follow_up_at=epoch(follow_up.at) if follow_up else None, **values)


def order_of(record: OrderRecord) -> Order:
    """Return the order that is stored."""
    return Order.model_validate({
        "id": record.pk, "state": OrderState(record.state), "lines": record.lines,
        "cancelled": record.cancelled or (), "guest": record.guest,
        "consent": record.consent, "language": record.language, "notes": record.notes or "", "cart": record.cart,
        "payments": record.payments, "cards": record.cards or (), "account": record.account, "kept": int(record.kept),
        "version": int(record.version), "trace": record.trace, "thanked": bool(record.thanked),
        "due_at": datetime.fromtimestamp(record.due_at, UTC) if record.due_at else None,
        **{name: getattr(record, name) for name in _TIMES},
    })
