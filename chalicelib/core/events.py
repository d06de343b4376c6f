"""Facts: what happened, said once, in the transaction that made it happen (DESIGN.md §2 row 5)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Which queues hear of which fact. The relay reads this and nothing else.
CONSUMERS: dict[str, tuple[str, ...]] = {
    "order.placed": ("waitlist",),
    "order.confirmed": ("notifications",),
    "order.expired": ("waitlist",),
    "order.alternatives_offered": ("notifications",),
    "order.changed": ("waitlist", "notifications"),
    "order.cancelled": ("waitlist", "notifications"),
    "order.no_show": ("waitlist",),
    "order.checked_in": (),
    "order.checked_out": (),
    "order.stage_corrected": (),
    "order.gifts_paid": ("giftcards",),
    "order.cards_issued": ("notifications",),
    "order.card_redeemed": ("notifications",),
    "order.card_refunded": (),
    "order.visit_near": ("notifications",),
    "order.visit_over": ("notifications",),
    "payment.opened": (),
    "payment.transfer_awaited": ("notifications",),
    "payment.received": ("giftcards", "notifications"),
    "payment.rejected": (),
    "payment.annulled": (),
    "payment.mismatch": ("giftcards",),
    "payment.refund_due": ("refunds", "notifications"),
    "payment.refund_requested": (),
    "payment.refund_accepted": ("notifications",),
    "payment.refunded": ("notifications",),
    "payment.refund_rejected": ("giftcards", "notifications"),
    "payment.refund_cancelled": ("giftcards", "notifications"),
    "payment.refund_unclear": (),
    "payment.returned_by_provider": ("giftcards",),
    "payment.charged_back": ("giftcards",),
    "payment.chargeback_reversed": ("giftcards",),
    "waitlist.joined": ("notifications",),
    "waitlist.offered": ("notifications",),
    "waitlist.lapsed": ("waitlist", "notifications"),
    "waitlist.taken": (),
    "waitlist.left": ("waitlist",),
    "waitlist.ended": (),
    "giftcard.issued": ("giftcard-prints",),
    "giftcard.changed": ("giftcard-prints",),
    "giftcard.replaced": ("giftcard-prints", "notifications"),
    "giftcard.resent": (),
    "giftcard.blocked": (),
    "giftcard.unblocked": (),
    "giftcard.adjusted": (),
    "giftcard.expired": (),
    "giftcard.printed": (),
    "giftcard.delivery_due": ("notifications",),
    "giftcard.delivered": ("notifications",),
    "giftcard.sent_again": (),
    "giftcard.bounced": ("notifications",),
    "giftcard.expiring": ("giftcard-prints", "notifications"),
}

FACT_PREFIX = "fact#"
"""What the sort key of a stored fact begins with; the streams' filters let only those through."""


@dataclass(frozen=True)
class Fact:
    """One thing that happened to an order, or to an entry of the waitlist, whose id is then in `order`.

    `id` is unique and repeats when the same step is repeated, so that a fact is written, and heard, once.
    `trace` is the request id of the guest's check-out and follows the order from page to mail.
    """

    id: str
    type: str
    at: datetime
    order: str
    trace: str
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.type not in CONSUMERS:
            raise ValueError(f"unknown fact type {self.type}")

    def as_message(self) -> dict[str, Any]:
        """Return the fact as plain JSON values, the form queues carry."""
        return {"id": self.id, "type": self.type, "at": self.at.isoformat(), "order": self.order,
                "trace": self.trace, "data": self.data}

    @classmethod
    def from_message(cls, body: dict[str, Any]) -> "Fact":
        """Read back what `as_message` wrote."""
        return cls(id=body["id"], type=body["type"], at=datetime.fromisoformat(body["at"]), order=body["order"],
                   trace=body["trace"], data=body.get("data") or {})
