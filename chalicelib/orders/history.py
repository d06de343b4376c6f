"""Everything that happened to an order, in words."""

from datetime import datetime
from typing import Any

from ..core.clock import spa_time
from ..core.events import Fact
from ..core.shapes import View
from ..core.texts import Lang, sentence

_REFUND_REASONS = {"paid_twice": "fact.paid_twice", "order_expired": "fact.credit_returned",
                   "cancelled": "fact.refund_cancelled", "changed": "fact.refund_changed",
                   "requested": "fact.refund_on_request", "gift_card_short": "fact.refund_card_short"}


class CardAmount(View):
    """So much of a gift card, in CLP, or back on it."""

    ending: str
    amount: int


class Happened(View):
    """One thing that was changed: when it was and is now; neither of what has no hour, no `now` of what is given up."""

    name: str
    was: datetime | None
    now: datetime | None


class HistoryEntry(View):
    """Something that happened, in the reader's language; what it did, and about how much money it was (CLP).

    `cards` are the gift cards that paid, or to which something of it went back.
    """

    at: datetime
    type: str
    detail: str
    what: list[Happened]
    amount: int | None
    cards: list[CardAmount]


def entry_of(fact: Fact, lang: Lang) -> HistoryEntry:
    """Return a fact as the guest reads it."""
    return HistoryEntry(at=spa_time(fact.at), type=fact.type, detail=_told(fact, lang),
                        what=[_happened(one, lang) for one in fact.data.get("what", ())], amount=_amount(fact),
                        cards=_cards(fact))


def _happened(one: dict[str, Any], lang: Lang) -> Happened:
    was, now = (spa_time(datetime.fromisoformat(at)) if at else None for at in (one["from"], one["to"]))
    return Happened(name=one["name_en"] if lang == "en" else one["name_es"], was=was, now=now)


def _cards(fact: Fact) -> list[CardAmount]:
    if fact.type == "order.cards_issued":  # it names cards by their ids, which no page shows
        return []
    return [CardAmount(**one) for one in fact.data.get("cards", ())]


def _amount(fact: Fact) -> int | None:
    """Return the money of a refund, of a payment, or of what a change gave back."""
    amount = fact.data.get("amount") or fact.data.get("surplus")
    return int(amount) if amount else None


def _told(fact: Fact, lang: Lang) -> str:
    if fact.type == "payment.refund_requested" and fact.data.get("by_hand"):
        return sentence("fact.refund_by_hand", lang)
    if fact.type == "order.confirmed" and fact.data.get("chosen"):
        return sentence("fact.order.chosen", lang)
    if fact.type == "order.confirmed" and fact.data.get("cards") and not fact.data.get("payment"):
        return sentence("fact.order.confirmed_by_card", lang)
    action = "by_us" if fact.data.get("by") else fact.data.get("action")
    if fact.type == "order.changed" and action:
        return sentence(f"fact.changed.{action}", lang)
    reason = _REFUND_REASONS.get(fact.data.get("reason", ""))
    return sentence(reason if reason and fact.type == "payment.refund_due" else f"fact.{fact.type}", lang)
