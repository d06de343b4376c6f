"""What a person has to look at. Pure; no personal data: `about` has identifiers, amounts and codes.

    (nothing) ─ opened ─► open ─┬─ resolve ─► resolved   (a person says so)
        │                       └─ settled ─► settled    (it put itself right)
        └─ settled ───────────────────────────► settled  (put right before it was ever opened: it stays closed)
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$")

About = dict[str, str | int]


class ItemKind(StrEnum):
    """What is the matter. `item.<kind>` is its title in the texts, `item.<kind>.todo` what to do."""

    REFUND_REJECTED = "refund_rejected"
    REFUND_CANCELLED = "refund_cancelled"
    REFUND_UNCLEAR = "refund_unclear"
    REFUND_BY_HAND = "refund_by_hand"
    PAYMENT_MISSING = "payment_missing"  # ours, and the provider does not know it
    PAYMENT_UNKNOWN = "payment_unknown"  # the provider's, and we do not know it
    AMOUNT_DIFFERS = "amount_differs"
    CURRENCY_DIFFERS = "currency_differs"
    FEE_DIFFERS = "fee_differs"
    PROVIDER_REFUND = "provider_refund"  # made in the provider's panel
    CHARGEBACK = "chargeback"
    DAY_DOES_NOT_TIE = "day_does_not_tie"
    GIFT_CARDS_UNPAID = "gift_cards_unpaid"  # blocked by itself: a bank or a provider took the money back
    GIFT_CARD_DIFFERS = "gift_card_differs"  # ledger, order and payments do not say the same
    GIFT_CARD_MISSING = "gift_card_missing"  # paid for, and not there
    GIFT_CARD_BOUNCED = "gift_card_bounced"
    FEED_CLASH = "feed_clash"
    FEED_FAILING = "feed_failing"


class ItemState(StrEnum):
    """Whether anything is left to do."""

    OPEN = "open"
    RESOLVED = "resolved"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of them. `key` names what it is about, so that whoever finds the same again opens nothing new."""

    key: str
    kind: ItemKind
    about: About
    state: ItemState
    opened_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None  # the id of a member of staff
    note: str | None = None


def is_key(text: str) -> bool:
    """Tell whether a text can be an item's key: it stands in a path as it is.

    >>> is_key("chargeback.pay_x.17"), is_key("a#b"), is_key("")
    (True, False, False)
    """
    return _KEY.match(text) is not None
