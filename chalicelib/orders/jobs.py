"""Workers and jobs of orders: signals from providers, money to give back, the minute's look at open payments, and the
night's looks at the providers' lists and at gift cards.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import product
from typing import Any

from chalice.app import Blueprint, SQSEvent

from ..aws import logs, metrics, queues
from ..core.clock import Clock, SystemClock, spa_date
from ..core.errors import DomainError
from ..core.events import Fact
from ..payments import table as payments
from ..payments.gateways import METHODS, gateway
from ..payments.model import UNHEARD, PaymentId
from ..payments.signals import Signal, SignalKind
from . import expire, settle, table
from .audit_cards import audit
from .follow_up import follow_up
from .give_back import give_back, hear_of_refund
from .hold_back import hold_back
from .issue import issue
from .reconcile import LAST_LOOK, reconcile

jobs = Blueprint(__name__)
clock: Clock = SystemClock()

LISTED = tuple(method for method in METHODS if method not in UNHEARD)  # whose providers list their days
LOOKS_PER_RUN = 100
TIME_FOR_A_LOOK_MS = 20_000  # what one order may take when its provider is slow
TIME_FOR_A_DAY_MS = 60_000
TIME_FOR_A_PAGE_MS = 30_000  # a hundred gift cards or orders, and what is told of them


@jobs.on_sqs_message(queue="payment-signals", batch_size=2)
def settle_signals(event: SQSEvent) -> dict[str, Any]:
    """Ask the provider about each payment we got a signal of, and settle it."""
    return queues.work_through(event.to_dict(), _settle, queue="payment-signals")


@jobs.on_sqs_message(queue="refunds", batch_size=1)
def refund_late_money(event: SQSEvent) -> dict[str, Any]:
    """Give back the refund that each `payment.refund_due` fact names."""
    return queues.work_through(event.to_dict(), _give_back, queue="refunds")


@jobs.on_sqs_message(queue="giftcards", batch_size=1)
def issue_cards(event: SQSEvent) -> dict[str, Any]:
    """Issue the gift cards of each order that a fact says is fully paid; block those whose money went back."""
    return queues.work_through(event.to_dict(), _hear_of_cards, queue="giftcards")


@jobs.lambda_function()
def poll_payments(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Look after the orders whose payment is open and due: the lost webhook's remedy. Runs every minute.

    The longest waiting come first; whom there is no time left for comes first in the next run.
    """
    due = table.due_before(clock.now(), LOOKS_PER_RUN)
    return _each(due, lambda order: expire.look_after(order, gateway, clock), "poll_payments", "PollFailed", context)


@jobs.lambda_function()
def follow_up_visits(event: dict[str, Any], context: Any) -> dict[str, int]:
    """State which visits are near and which are over, so that their guests hear of it. Runs every 15 minutes.

    What an outage left undone is done by the next run, as far as it is still worth telling (visit_mails.py).
    """
    due = table.follow_ups_before(clock.now(), LOOKS_PER_RUN)
    return _each(due, lambda order: follow_up(order, clock), "follow_up_visits", "FollowUpFailed", context)


def _each(orders: Iterable[str], look_after: Callable[[str], object], job: str, failures: str,
          context: Any) -> dict[str, int]:
    """Look after each order while there is time, whatever becomes of the others; count those that failed."""
    looked = failed = 0
    for order in orders:
        if context and context.get_remaining_time_in_millis() < TIME_FOR_A_LOOK_MS:
            break
        logs.bind(order, job=job, order=order)
        looked += 1
        try:
            look_after(order)
        except DomainError as error:
            failed += 1
            logs.warning("order could not be looked after", order=order, code=error.code)
        except Exception:  # noqa: BLE001  the outermost handler: one order's fault must not hold up the others
            failed += 1
            logs.exception("order could not be looked after", order=order)
    if failed:
        metrics.count(failures, failed)
    return {"looked": looked, "failed": failed}


@jobs.lambda_function()
def reconcile_days(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Compare the last days with what the providers list of them, yesterday first, or the one that `day` names.

    Lists change for some days, because settlements come later. A day that fails is compared in the next run.
    """
    today = spa_date(clock.now())
    only = event.get("day")
    wanted = [date.fromisoformat(only)] if only else [
        today - timedelta(days=back) for back in range(1, LAST_LOOK.days + 1)]
    counts = {"closed": 0, "open": 0, "failed": 0}
    for day, method in product(wanted, LISTED):
        if context and context.get_remaining_time_in_millis() < TIME_FOR_A_DAY_MS:
            break
        logs.bind(f"{method}.{day}", job="reconcile_days")
        counts[_compare(day, method)] += 1
    if counts["failed"]:
        metrics.count("ReconcileFailed", counts["failed"])
    return counts


@jobs.lambda_function()
def check_cards(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Look whether gift cards' ledgers, their orders and payments agree. Runs each night, after `expire-cards`."""
    logs.bind("check_cards", job="check_cards")
    report = audit(clock, lambda: not context or context.get_remaining_time_in_millis() >= TIME_FOR_A_PAGE_MS)
    return {"cards": report.cards, "orders": report.orders, "differ": report.count, "whole": int(report.whole)}


def _compare(day: date, method: str) -> str:
    """Compare a day with its provider; return what became of it."""
    try:
        return "closed" if reconcile(day, gateway(method), clock).closed_at else "open"
    except DomainError as error:
        logs.warning("day could not be compared", provider=method, day=day.isoformat(), code=error.code)
        return "failed"


def _settle(body: queues.Message) -> None:
    signal = Signal.from_message(body)
    port = gateway(signal.provider)
    if signal.kind is SignalKind.CONFIRMATION and signal.token:
        settle.settle_token(signal.token, port, clock)
    elif signal.kind is SignalKind.REFUND and signal.payment:
        hear_of_refund(signal.payment, signal.refund, signal.token, port, clock)
    elif signal.payment:
        settle.settle_payment(signal.payment, port, clock)


def _hear_of_cards(body: queues.Message) -> None:
    fact = Fact.from_message(body)
    if fact.type == table.GIFTS_PAID:
        issue(fact.order, clock)
    else:
        hold_back(fact, clock)


def _give_back(body: queues.Message) -> None:
    owed = Fact.from_message(body).data
    payment = payments.load(PaymentId(owed["payment"]))
    give_back(payment.id, int(owed.get("refund", 1)), gateway(payment.method), clock)
