"""The worker of the queue `notifications`.

Queue numbers (infra sets them, send.LEASE depends on them): time-out 60 s, visibility 360 s (six time-outs,
PROVIDERS.md §F.2), five receives, then the dead letters. A mail in doubt is decided by the second receive.
"""

from typing import Any

from chalice.app import Blueprint, SQSEvent

from ..aws.queues import Message, work_through
from ..core.clock import Clock, SystemClock
from ..core.errors import Terminal
from ..core.events import Fact
from ..giftcards.deliver import DUE
from ..giftcards.posted import went_out
from . import table
from .send import send_mail

jobs = Blueprint(__name__)
clock: Clock = SystemClock()


@jobs.on_sqs_message(queue="notifications", batch_size=5)
def send_mails(event: SQSEvent) -> dict[str, Any]:
    """Send the mail of each fact in the batch; those that failed come again by themselves.

    A gift that went out is noted on its card. If that fails the message comes again, and only that is done then.
    """
    return work_through(event.to_dict(), _send, queue="notifications")


def _send(message: Message) -> None:
    try:
        fact = Fact.from_message(message)
    except (KeyError, TypeError, ValueError) as error:
        raise Terminal("mail_unreadable_fact") from error
    sent = send_mail(fact, clock=clock)
    if fact.type == DUE and (sent or table.has_sent(fact)):
        went_out(fact, clock)
