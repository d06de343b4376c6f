"""The payments table: one item per payment, one per signal heard. Written whole, on the condition that nobody
wrote in between (`version`), because every change is a pure function of the whole payment (`model.py`,
`verdict.py`).

| pk | sk | what |
|---|---|---|
| `payment#pay_…` | `payment` | the ledger line |
| `signal#<provider>#<sha256 of the token>` | its kind: `confirmation`, `return` … | a signal, counted; kept 30 days |

The ledger by day stands beside them (`ledger_table.py`).

How orders uses it::

    payment = open_payment(...); table.opened(tx, payment); tx.commit()   # check-out, then ask the provider
    table.save(hosted(payment, url=…, token=…, provider_ref=…, now=…))
    ...
    payment = table.load(payment_id)   # settling, from any signal
    found = verdict(payment, report, now=clock.now())
    if found.changed:
        table.moved(tx, found.payment)   # with the steps of the order, one commit
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.clock import epoch
from ..core.errors import Conflict, NotFound, Retryable
from . import ledger_table
from .model import UNHEARD, Payment, PaymentId, PaymentState, Problem, Purpose
from .refund_model import Origin, Refund, RefundState
from .signals import Signal

SIGNALS_KEPT = timedelta(days=30)  # longer than any provider repeats itself (PROVIDERS.md §G 2)
SK = "payment"


class AwaitingIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Open payments of the methods of which no provider tells us anything, the oldest first."""

    class Meta:
        index_name = "awaiting"
        projection = AllProjection()

    awaiting = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class PaymentRecord(BaseTable):
    """The stored form of a `Payment`; same names, `refunds` as JSON."""

    class Meta:
        area = "payments"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=SK)
    order = UnicodeAttribute()
    order_number = UnicodeAttribute()
    method = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    purpose = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    expires_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    version = NumberAttribute()
    token = UnicodeAttribute(null=True)
    provider_ref = UnicodeAttribute(null=True)
    url = UnicodeAttribute(null=True)
    received = NumberAttribute(null=True)
    paid_at = UTCDateTimeAttribute(null=True)
    media = UnicodeAttribute(null=True)
    fee = NumberAttribute(null=True)
    net = NumberAttribute(null=True)
    installments = NumberAttribute(null=True)
    problems = JSONAttribute(null=True)
    refunds = JSONAttribute(null=True)
    entries = JSONAttribute(null=True)
    value_day = UnicodeAttribute(null=True)
    awaiting = UnicodeAttribute(null=True)
    awaiting_index = AwaitingIndex()


class SignalRecord(BaseTable):
    """Something a provider, or a browser coming from it, told us: raw, stored once, counted."""

    class Meta:
        area = "payments"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    provider = UnicodeAttribute(null=True)
    token = UnicodeAttribute(null=True)
    payment = UnicodeAttribute(null=True)
    first_at = UTCDateTimeAttribute(null=True)
    last_at = UTCDateTimeAttribute(null=True)
    heard = NumberAttribute(null=True)
    expires = NumberAttribute(null=True)


def load(payment_id: PaymentId) -> Payment:
    """Return a payment as it is now. One consistent read. Raises NotFound("payment_not_found")."""
    try:
        return payment_of(PaymentRecord.get(key_of(payment_id), SK, consistent_read=True))
    except DoesNotExist:
        raise NotFound("payment_not_found") from None


def load_all(payments: Iterable[str]) -> list[Payment]:
    """Return several payments, those that exist. One BatchGetItem per hundred, eventually consistent."""
    keys = [(key_of(PaymentId(payment)), SK) for payment in payments]
    return [payment_of(record) for record in PaymentRecord.batch_get(keys)] if keys else []


def awaited(method: str, *, limit: int, after: Any = None) -> tuple[list[Payment], Any]:
    """Return a page of the open payments of an unheard method, oldest first, and where the next one begins.

    One Query of a sparse index, eventually consistent; `after` is what the page before returned, None at the end.
    """
    found = PaymentRecord.awaiting_index.query(method, limit=limit, last_evaluated_key=after)
    return [payment_of(record) for record in found], found.last_evaluated_key


def opened(tx: Transaction, payment: Payment) -> None:
    """Write a new payment as part of `tx`; the commit raises Conflict("payment_exists") if its id is taken."""
    unknown = PaymentRecord.pk.does_not_exist()
    tx.put(_record(ledger_table.entered(tx, payment)), condition=unknown, otherwise=Conflict("payment_exists"))


def moved(tx: Transaction, payment: Payment) -> Payment:
    """Write a changed payment as part of `tx`, with what the ledger by day says of it; return its new version.

    `payment` carries the version it was loaded with; the commit raises Retryable("payment_moved") if it has
    been written since: load, decide and try again.
    """
    after = ledger_table.entered(tx, _next(payment))
    tx.put(_record(after), condition=_unmoved(payment), otherwise=Retryable("payment_moved"))
    return after


def save(payment: Payment) -> Payment:
    """Write a changed payment by itself, as `moved`. One write. Raises Retryable("payment_moved")."""
    after = _next(payment)
    try:
        _record(after).save(condition=_unmoved(payment))
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            raise Retryable("payment_moved") from error
        raise
    return after


def heard(signal: Signal, *, at: datetime) -> int:
    """Store a signal once and return how often it has been heard, this time included. One write."""
    record = SignalRecord(f"signal#{signal.provider}#{signal.fingerprint}", signal.kind.value)
    record.update(
        actions=[
            SignalRecord.heard.add(1),
            SignalRecord.provider.set(signal.provider),
            SignalRecord.first_at.set(SignalRecord.first_at | at),
            SignalRecord.last_at.set(at),
            SignalRecord.expires.set(epoch(at + SIGNALS_KEPT)),
            *([SignalRecord.token.set(signal.token)] if signal.token else []),
            *([SignalRecord.payment.set(signal.payment)] if signal.payment else []),
        ]
    )
    return int(record.heard or 1)


def key_of(payment_id: PaymentId) -> str:
    """Return the partition of a payment."""
    return f"payment#{payment_id}"


def _unmoved(payment: Payment) -> Condition:
    return PaymentRecord.version == payment.version


def _next(payment: Payment) -> Payment:
    return replace(payment, version=payment.version + 1)


def _record(payment: Payment) -> PaymentRecord:
    values = {name: getattr(payment, name) for name in _PLAIN}
    return PaymentRecord(
        pk=key_of(payment.id),
        sk=SK,
        **values,
        purpose=payment.purpose.value,
        state=payment.state.value,
        problems=sorted(payment.problems) or None,
        refunds=[_json(refund) for refund in payment.refunds] or None,
        entries=ledger_table.as_json(payment.entries),
        value_day=payment.value_day.isoformat() if payment.value_day else None,
        awaiting=payment.method if payment.method in UNHEARD and payment.state.open else None,
    )


def payment_of(record: PaymentRecord) -> Payment:
    """Return the payment that is stored."""
    values = {name: getattr(record, name) for name in _PLAIN}
    for name in _NUMBERS:
        values[name] = None if values[name] is None else int(values[name])
    return Payment(
        id=PaymentId(record.pk.removeprefix("payment#")),
        **values,
        purpose=Purpose(record.purpose),
        state=PaymentState(record.state),
        problems=frozenset(Problem(problem) for problem in record.problems or ()),
        refunds=tuple(_refund(stored) for stored in record.refunds or ()),
        value_day=date.fromisoformat(record.value_day) if record.value_day else None,
        entries=ledger_table.from_json(record.entries, record.pk.removeprefix("payment#"), record.order),
    )


_NUMBERS = ("amount", "version", "received", "fee", "net", "installments")
_PLAIN = (*_NUMBERS, "order", "order_number", "method", "currency", "created_at", "expires_at", "updated_at", "token",
          "provider_ref", "url", "paid_at", "media")
_REFUND_TIMES = ("due_at", "lease_until", "requested_at", "settled_at")
_REFUND_DAYS = ("day", "reversed_day")


def _json(refund: Refund) -> dict[str, Any]:
    values = {name: value for name, value in asdict(refund).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _refund(stored: dict[str, Any]) -> Refund:
    values = dict(stored)
    for name in _REFUND_TIMES:
        if name in values:
            values[name] = datetime.fromisoformat(values[name]).astimezone(UTC)
    for name in _REFUND_DAYS:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    values["state"], values["origin"] = RefundState(values["state"]), Origin(values["origin"])
    return Refund(**values)
