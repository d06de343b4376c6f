"""The waitlist's worker and its minute: hours that became free, offers that were taken, offers that nobody took."""

from datetime import date
from typing import Any

from chalice.app import Blueprint, SQSEvent

from ..aws import logs, metrics, queues
from ..aws.transactions import decided_again
from ..core.clock import Clock, SystemClock
from ..core.errors import DomainError
from ..core.events import Fact
from . import leave, offer, table

jobs = Blueprint(__name__)
clock: Clock = SystemClock()


@jobs.on_sqs_message(queue="waitlist", batch_size=1)
def hear_for_waitlist(event: SQSEvent) -> dict[str, Any]:
    """Offer what a fact says has become free, and close the entry whose cart became an order."""
    return queues.work_through(event.to_dict(), _hear, queue="waitlist")


@jobs.lambda_function()
def look_after_waitlist(event: dict[str, Any], context: Any) -> dict[str, int]:
    """End the offers whose time is over, then offer all that is free. Runs every minute.

    So it also finds what no fact tells of: a hold that lapsed, a block that was lifted, a day that can be booked from
    now on, a fact that was read too early.
    """
    logs.bind("look_after_waitlist", job="look_after_waitlist")
    ended = failed = 0
    for entry in table.lapsing(clock.now()):
        try:
            decided_again(lambda entry=entry: leave.lapse(entry, clock))  # type: ignore[misc]
            ended += 1
        except DomainError as error:
            failed += 1
            logs.warning("offer could not be ended", code=error.code)
    offers = offer.offer_all(clock)
    if failed:
        metrics.count("WaitlistFailed", failed)
    return {"ended": ended, "offers": offers, "failed": failed}


def _hear(body: queues.Message) -> None:
    fact = Fact.from_message(body)
    if cart := fact.data.get("cart"):
        decided_again(lambda: leave.take(cart, clock))
    freed = frozenset(date.fromisoformat(day) for day in fact.data.get("freed") or ())
    if freed:
        offer.offer_all(clock, freed)
