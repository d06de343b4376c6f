"""What a fact says happened, in a guest's words: what changed from when to when, and what it means in money.

What a mail shows of the order itself is the order as it is when the mail is written; this is only what the fact says.
"""

from datetime import datetime
from typing import Any, NamedTuple

from ..carts.lines import TimedLine
from ..carts.visits import Visit, visits
from ..core.events import Fact
from ..core.money import format_clp
from ..core.texts import Lang
from ..orders.model import Order
from ..payments.model import Payment, Purpose
from . import wording

CHANGED, CANCELLED, ALTERNATIVES = "order.changed", "order.cancelled", "order.alternatives_offered"
NEWS = {"payment.refund_accepted": "accepted", "payment.refund_rejected": "rejected",
        "payment.refund_cancelled": "cancelled"}
_REASONS = {"slot_lost", "paid_twice", "order_expired", "cancelled", "changed", "requested"}
_NO_FAULT_OF_HERS = {"slot_lost", "paid_twice", "order_expired"}  # she did not ask for it
BY_HAND = "transfer"


class Told(NamedTuple):
    """One thing that changed: its name, and when it was, is now, or what became of it."""

    name: str
    about: tuple[str, ...]


def what_changed(fact: Fact, lang: Lang) -> list[Told]:
    """Return what an order's change did, thing by thing."""
    return [Told(one["name_en"] if lang == "en" else one["name_es"], _about(one, fact, lang))
            for one in fact.data.get("what", ())]


def _about(one: dict[str, Any], fact: Fact, lang: Lang) -> tuple[str, ...]:
    was, now = (wording.moment(datetime.fromisoformat(at), lang) if at else "" for at in (one["from"], one["to"]))
    if was and now:
        return wording.text("told.was", lang, when=was), wording.text("told.now", lang, when=now)
    end = wording.text("told.added" if fact.data.get("action") == "add" else "told.given_up", lang)
    return (was, end) if was else (end,)


def hours_changed(fact: Fact) -> bool:
    """Tell whether a calendar would have to change: not for more products, nor for what never was confirmed."""
    never_paid = fact.type == CANCELLED and not any(fact.data.get(one) for one in ("surplus", "credited", "total"))
    return fact.data.get("action") != "add" and not never_paid


def money(fact: Fact, order: Order, lang: Lang) -> list[str]:
    """Say what a change or a cancellation means in money: what goes back, what stays as credit, what is left to pay.

    What is left is the order's as it is now: it may have been paid since.
    """
    to_cards = [(str(one["ending"]), int(one["amount"])) for one in fact.data.get("cards", ())]
    back = int(fact.data.get("surplus", 0)) - sum(amount for _, amount in to_cards)
    credit = int(fact.data.get("credited", 0))
    due = order.due(Purpose.BALANCE) if order.state.alive else 0
    found = [("money.late", 0)] if fact.data.get("late") else []
    found += [("money.back", back)] if back else []
    found += [("money.credit", credit)] if credit else []
    found += [("money.due", due)] if due else []
    if not found and not to_cards:
        found = [("money.settled" if order.state.alive else "money.nothing", 0)]
    cards = [wording.text("money.card", lang, amount=format_clp(amount), ending=ending) for ending, amount in to_cards]
    return [*cards, *(wording.text(code, lang, amount=format_clp(amount)) for code, amount in found)]


def refund(fact: Fact, order: Order, payment: Payment | None, *, home: str, link: str) -> dict[str, str]:
    """Return what a mail about a refund turns on: why, how the money goes back, what the guest may do about it."""
    reason, news = str(fact.data.get("reason", "")), NEWS.get(fact.type, "")
    method = BY_HAND if fact.data.get("by_hand") or payment is None else payment.method
    how = "transfer_told" if method == BY_HAND and order.account else method
    button = "account" if how == BY_HAND else "home" if reason in _NO_FAULT_OF_HERS else "booking"
    return {"reason": reason if reason in _REASONS else "other", "news": news, "method": method, "how": how,
            "mood": "sorry" if reason in _NO_FAULT_OF_HERS else "asked",
            "next": f"refund_moved.{news}.next" + ("_transfer" if method == BY_HAND and news == "rejected" else ""),
            "button": button, "to": home if button == "home" else link}


def choose_until(order: Order) -> str:
    """Say until when other hours may be chosen for late money; nothing when they may not."""
    if order.choose_until is None:
        return ""
    return wording.text("until", order.language, when=wording.moment(order.choose_until, order.language))


def given_up(order: Order) -> list[Visit]:
    """Return the visits that were given up, in time or too late: nobody comes to them any more."""
    late = [line.model_copy(update={"forfeited": False}) for line in order.lines
            if isinstance(line, TimedLine) and line.forfeited]
    return visits([*order.cancelled, *late])
