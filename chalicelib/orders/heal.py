"""What a provider lists of a day, brought into our books: a payment nobody told us of, its fee, its net, its day."""

from dataclasses import replace
from datetime import date

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import NotFound, Retryable
from ..items import table as items
from ..items.model import ItemKind
from ..payments import table as payments
from ..payments.entry import Entry
from ..payments.gateway import Gateway, PaymentReport, Reason, Refused, Reported
from ..payments.model import Payment, PaymentId
from ..payments.signals import is_payment_id
from .returned import payment_of
from .settle import settle, settle_payment

TRIES = 5


def hear(report: PaymentReport, day: date, gateway: Gateway, clock: Clock) -> None:
    """Receive a listed payment of ours as any signal of it would be, and keep its fee, net and day as they are listed.

    What is nobody's, or another amount, stays as it is. Two provider's calls at most, and what `settle` costs.
    Raises Retryable.
    """
    payment = payment_of(report.payment, report.provider_ref)
    if payment is None or payment.received is None:
        payment = _received(report, gateway, clock)
    if payment is None or (payment.provider_ref, payment.received) != (report.provider_ref, report.amount):
        return
    _as_listed(payment, report, day, clock)


def listed_elsewhere(entry: Entry, gateway: Gateway, clock: Clock) -> bool:
    """Ask about a payment that its day's list lacks; tell whether the provider has it all the same.

    One of another day is moved there. Raises Retryable, and Refused when the provider does not accept our keys.
    """
    payment = payments.load(PaymentId(entry.payment))
    try:
        report = gateway.fetch(payment.token or payment.provider_ref or "")
    except Refused as refusal:
        if refusal.reason is Reason.CREDENTIALS:
            raise
        return False
    if report.state is not Reported.PAID or report.provider_ref != payment.provider_ref:
        return False
    if report.day and report.day != entry.day:
        _as_listed(payment, report, report.day, clock)
    return True


def _received(report: PaymentReport, gateway: Gateway, clock: Clock) -> Payment | None:
    """Receive a payment that we count as unpaid: as it is told now, or, if it has gone back since, as it came."""
    if not is_payment_id(report.payment):
        return None
    try:
        settle_payment(report.payment, gateway, clock)
        payment = payment_of(report.payment, report.provider_ref)
        if payment is not None and payment.received is None:
            payment = settle(payment.id, report, clock)
    except NotFound:
        return None
    if payment is not None and payment.received is not None:
        logs.info("payment heard of by its list", payment=payment.id, order=payment.order)
    return payment


def _as_listed(payment: Payment, report: PaymentReport, day: date, clock: Clock) -> None:
    """Keep what a list says of a payment's fee, net and day; a person hears of another net than we were told before."""
    for _ in range(TRIES):
        wanted = replace(payment, value_day=day, fee=payment.fee if report.fee is None else report.fee,
                         net=payment.net if report.net is None else report.net)
        if wanted == payment:
            return None
        tx = Transaction()
        payments.moved(tx, replace(wanted, updated_at=clock.now()))
        if payment.net is not None and wanted.net != payment.net:
            about: dict[str, str | int] = {"order": payment.order, "payment": payment.id, "method": payment.method,
                                           "day": day.isoformat(), "ours": payment.net, "theirs": wanted.net or 0}
            items.opened(tx, kind=ItemKind.FEE_DIFFERS, key=f"{ItemKind.FEE_DIFFERS}.{payment.id}", about=about,
                         now=clock.now())
        try:
            return tx.commit()
        except Retryable:
            payment = payments.load(payment.id)
    raise Retryable("payment_moved")
