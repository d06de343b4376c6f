"""Sending the mail of one fact: exactly once, whatever dies on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from ..aws import logs, metrics
from ..core.clock import Clock
from ..core.errors import DomainError, Retryable, Terminal
from ..core.events import Fact
from . import sendgrid, table
from .look_up import KINDS, mail_of
from .model import Mail
from .sendgrid import InDoubt
from .table import Claim

# How long a mail without an answer waits for SendGrid's events before it is sent again: longer than the worker may live
# (60 s) plus SendGrid's batching of events (about 30 s, PROVIDERS.md §C.3), shorter than the queue's visibility time
# (360 s), so that the next delivery of the message already knows.
LEASE = timedelta(seconds=150)


class Ledger(Protocol):
    """Who has been written to. `table` is the real one."""

    def claim(self, fact: Fact, *, now: datetime, lease: timedelta) -> Claim | None: ...
    def sent(self, claimed: Claim, *, provider_id: str | None, now: datetime) -> None: ...
    def refused(self, claimed: Claim) -> None: ...


class Post(Protocol):
    """Hands a mail to the provider. `sendgrid.post` is the real one."""

    def __call__(self, mail: Mail, *, mail_id: str) -> str | None: ...


def send_mail(fact: Fact, *, clock: Clock, ledger: Ledger = table, post: Post = sendgrid.post,
              write: Callable[[Fact, Clock], Mail | None] = mail_of, lease: timedelta = LEASE) -> bool:
    """Write and send the mail that tells of a fact; return False when there is nothing to send any more.

    The claim stands between writing and sending, so a crash before it costs nothing and a crash after it leaves the
    mail in doubt (see table.py). The reads of `write`, two writes to the ledger, one call to SendGrid.

    Raises Terminal for a fact without a mail or a mail SendGrid refuses, Retryable when it should be tried again.
    """
    if fact.type not in KINDS:
        raise Terminal("mail_unknown")
    mail = write(fact, clock)
    if mail is None:
        logs.info("mail has nothing to tell any more", mail=fact.id, kind=KINDS[fact.type])
        return False
    claimed = ledger.claim(fact, now=clock.now(), lease=lease)
    if claimed is None:
        logs.info("mail was sent before", mail=fact.id, kind=mail.kind)
        return False
    provider_id = _posted(mail, claimed, ledger, post)
    ledger.sent(claimed, provider_id=provider_id, now=clock.now())
    logs.info("mail sent", mail=claimed.mail, kind=mail.kind, attempt=claimed.attempt, order=fact.order)
    metrics.count("MailSent", kind=mail.kind)
    return True


def _posted(mail: Mail, claimed: Claim, ledger: Ledger, post: Post) -> str | None:
    """Call SendGrid; on a certain no give the claim back, on no certain answer keep it."""
    try:
        return post(mail, mail_id=claimed.mail)
    except InDoubt as doubt:
        _complain("mail in doubt", doubt, mail, claimed)
        raise
    except (Retryable, Terminal) as refusal:
        _complain("mail refused", refusal, mail, claimed)
        ledger.refused(claimed)
        raise


def _complain(sentence: str, error: DomainError, mail: Mail, claimed: Claim) -> None:
    logs.warning(sentence, mail=claimed.mail, kind=mail.kind, attempt=claimed.attempt, code=error.code,
                 status=error.params.get("status"), reason=error.params.get("reason"))
