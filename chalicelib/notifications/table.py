"""The sending ledger: one item per mail, which says whether SendGrid has taken it.

    (nothing) ─► claimed ─► sent             SendGrid answered 202, or an event of its proved that it has the mail
                    ├► refused ─► claimed    SendGrid said no: the next delivery of the message tries again at once
                    └► (no answer) ─► claimed again only once `until` has passed without proof

Mail/send has no idempotency key (PROVIDERS.md §C.1), so a mail whose answer was lost is in doubt: it waits for
SendGrid's own events, which carry the mail's id, before it is sent again. Items hold no personal data.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from ..aws.tables import BaseTable
from ..core.clock import epoch
from ..core.errors import Retryable
from ..core.events import Fact
from .model import Delivery

KEEP = timedelta(days=90)  # far longer than a message can live in the queue and its dead letters (14 days each)


class State(StrEnum):
    """Where a mail stands."""

    CLAIMED = "claimed"
    REFUSED = "refused"
    SENT = "sent"


class MailItem(BaseTable):
    """One mail. `delivery` and `rank` are what SendGrid's events say of it (model.RANKS)."""

    class Meta:
        area = "notifications"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute()
    attempt = NumberAttribute()
    until = NumberAttribute()
    order = UnicodeAttribute()
    fact_type = UnicodeAttribute()
    trace = UnicodeAttribute()
    expires = NumberAttribute()
    claimed_at = NumberAttribute()
    sent_at = NumberAttribute(null=True)
    provider_id = UnicodeAttribute(null=True)
    delivery = UnicodeAttribute(null=True)
    delivery_at = NumberAttribute(null=True)
    rank = NumberAttribute(null=True)


@dataclass(frozen=True)
class Claim:
    """The right to send one mail; `attempt` counts the claims of it and is the fencing token."""

    mail: str
    attempt: int


def mail_id(fact: Fact) -> str:
    """Return the id under which a fact's mail is known, to us and to SendGrid."""
    return fact.id


def claim(fact: Fact, *, now: datetime, lease: timedelta) -> Claim | None:
    """Take the right to send a fact's mail, or return None when SendGrid already has it. One write; a read if refused.

    Raises Retryable("mail_in_doubt") while another worker's claim is younger than `lease`: it may be at work, or may
    have died right after SendGrid took the mail.
    """
    item = MailItem(_key(mail_id(fact)))
    free = (MailItem.pk.does_not_exist()) | (MailItem.state == State.REFUSED)
    lapsed = (MailItem.state == State.CLAIMED) & (MailItem.until < epoch(now))
    actions: list[Action] = [
        MailItem.state.set(State.CLAIMED),
        MailItem.attempt.set((MailItem.attempt | 0) + 1),
        MailItem.until.set(epoch(now + lease)), MailItem.claimed_at.set(epoch(now)),
        MailItem.order.set(fact.order), MailItem.fact_type.set(fact.type), MailItem.trace.set(fact.trace),
        MailItem.expires.set(epoch(now + KEEP)),
    ]
    if _changed(item, actions, free | lapsed):
        return Claim(mail_id(fact), int(item.attempt))
    if MailItem.get(item.pk, consistent_read=True).state == State.SENT:
        return None
    raise Retryable("mail_in_doubt")


def has_sent(fact: Fact) -> bool:
    """Tell whether SendGrid has a fact's mail. One consistent read."""
    try:
        return MailItem.get(_key(mail_id(fact)), consistent_read=True).state == State.SENT
    except MailItem.DoesNotExist:
        return False


def sent(claimed: Claim, *, provider_id: str | None, now: datetime) -> None:
    """Record that SendGrid took the mail, whoever holds the claim by now. One write."""
    actions: list[Action] = [MailItem.state.set(State.SENT), MailItem.sent_at.set(epoch(now))]
    if provider_id:
        actions.append(MailItem.provider_id.set(provider_id))
    _changed(MailItem(_key(claimed.mail)), actions, MailItem.pk.exists())


def refused(claimed: Claim) -> None:
    """Give the claim back, if it is still ours: SendGrid certainly did not take the mail. One write."""
    mine = (MailItem.state == State.CLAIMED) & (MailItem.attempt == claimed.attempt)
    _changed(MailItem(_key(claimed.mail)), [MailItem.state.set(State.REFUSED)], mine)


def record(delivery: Delivery) -> bool:
    """Note what SendGrid says of a mail and return whether that was news. One write.

    Repeated and late events, and mails we don't know, change nothing.
    """
    actions: list[Action] = [
        MailItem.state.set(State.SENT), MailItem.delivery.set(delivery.event),
        MailItem.delivery_at.set(delivery.at), MailItem.rank.set(delivery.rank),
    ]
    climbs = MailItem.pk.exists() & (MailItem.rank.does_not_exist() | (MailItem.rank < delivery.rank))
    return _changed(MailItem(_key(delivery.mail)), actions, climbs)


def _changed(item: MailItem, actions: list[Action], condition: Condition) -> bool:
    """Update an item and return True, or return False when the condition does not hold."""
    try:
        item.update(actions=actions, condition=condition, add_version_condition=False)
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def _key(mail: str) -> str:
    return f"mail#{mail}"
