"""What gift cards do by themselves: they are printed, their mails asked for when their time has come, their holders
reminded before their last day, and what is left of them after it written off.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from chalice.app import Blueprint, SQSEvent

from ..aws import logs, metrics, queues
from ..core.clock import Clock, SystemClock, spa_date
from ..core.errors import DomainError
from ..core.events import Fact
from . import table
from .deliver import deliver
from .expire import expire
from .print_card import print_card
from .remind import remind, soon_over

jobs = Blueprint(__name__)
clock: Clock = SystemClock()

CARDS_PER_RUN = 200
TIME_FOR_A_CARD_MS = 5_000


@jobs.on_sqs_message(queue="giftcard-prints", batch_size=5)
def print_cards(event: SQSEvent) -> dict[str, Any]:
    """Print each card that a fact says is new, or looks different, or has another code."""
    return queues.work_through(event.to_dict(), _print, queue="giftcard-prints")


@jobs.lambda_function()
def deliver_cards(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Ask for the mails of the cards whose time has come and that are printed. Runs every minute.

    The longest waiting come first; what an outage left undone, or there is no time left for, the next run does.
    """
    due = table.due_before(clock.now(), CARDS_PER_RUN)
    return _each(due, lambda card: deliver(card, clock), "deliver_cards", context)


@jobs.lambda_function()
def expire_cards(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Write off what is free of the cards whose last day is over. Runs each night, in the spa's hours.

    Those that ended first come first, however long ago: a run after an outage catches up, and what there is no time
    left for, the next run does.
    """
    over = table.live_until(spa_date(clock.now()) - timedelta(days=1), None)
    return _each(over, lambda card: expire(card, clock), "expire_cards", context)


@jobs.lambda_function()
def remind_cards(event: dict[str, Any], context: Any) -> dict[str, int]:
    """State which cards are over in 30 days and still worth something, so that their holders hear of it. Runs daily.

    What an outage left undone, the runs of the following week do.
    """
    return _each(soon_over(clock.now()), lambda card: remind(card, clock), "remind_cards", context)


def _print(body: queues.Message) -> None:
    print_card(Fact.from_message(body).order, clock)


def _each(cards: Iterable[str], look_after: Callable[[str], object], job: str, context: Any) -> dict[str, int]:
    """Look after each card while there is time, whatever becomes of the others; count those that failed."""
    looked = failed = 0
    for card in cards:
        if context and context.get_remaining_time_in_millis() < TIME_FOR_A_CARD_MS:
            break
        logs.bind(card, job=job, card=card)
        looked += 1
        try:
            look_after(card)
        except DomainError as error:
            failed += 1
            logs.warning("gift card could not be looked after", card=card, code=error.code)
        except Exception:  # noqa: BLE001  the outermost handler: one card's fault must not hold up the others
            failed += 1
            logs.exception("gift card could not be looked after", card=card)
    if failed:
        metrics.count("GiftCardFailed", failed)
    return {"looked": looked, "failed": failed}
