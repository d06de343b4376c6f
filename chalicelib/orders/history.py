"""Everything that happened to an order, in words."""

from datetime import datetime

from pydantic import BaseModel

from ..core.clock import spa_time
from ..core.events import Fact
from ..core.texts import Lang, sentence

_REFUND_REASONS = {"paid_twice": "fact.paid_twice", "order_expired": "fact.credit_returned",
                   "cancelled": "fact.refund_cancelled", "changed": "fact.refund_changed",
                   "requested": "fact.refund_on_request"}


class HistoryEntry(BaseModel):
    """Something that happened, in the reader's language."""

    at: datetime
    type: str
    detail: str


def entry_of(fact: Fact, lang: Lang) -> HistoryEntry:
    """Return a fact as the guest reads it."""
    return HistoryEntry(at=spa_time(fact.at), type=fact.type, detail=_told(fact, lang))


def _told(fact: Fact, lang: Lang) -> str:
    if fact.type == "payment.refund_requested" and fact.data.get("by_hand"):
        return sentence("fact.refund_by_hand", lang)
    if fact.type == "order.confirmed" and fact.data.get("chosen"):
        return sentence("fact.order.chosen", lang)
    reason = _REFUND_REASONS.get(fact.data.get("reason", ""))
    return sentence(reason if reason and fact.type == "payment.refund_due" else f"fact.{fact.type}", lang)
