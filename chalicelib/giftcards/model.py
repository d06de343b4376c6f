"""A gift card, its value and its way to whom it is for. Pure; docs/giftcards.md.

Money has two sides. What the card is worth moves by single steps that the table guards (`table.py`), each written down
in the ledger, which only grows: `balance` is the sum of its entries, `free` what of it no order holds. What the card
looks like and where it goes, its paper side, is written on the condition that its `version` has not moved.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from ..core.clock import spa_date
from ..core.errors import Conflict
from ..core.money import Clp
from ..core.texts import Lang

VALID_DAYS = 365
"""A card is good until the end of this day after its issue (DOMAIN.md, Gift cards)."""
BACK_FOR_DAYS = 30
"""Value that comes back can be used for at least so many days more."""
MOST_AT_ONCE = 5
"""Cards that pay one order."""
MOST_ENTRIES = 400
"""Of a ledger before the card takes no more payments: an item has room for 400 KB (PROVIDERS.md §F.1)."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class EntryKind(StrEnum):
    """Why a balance changed."""

    ISSUE = "issue"
    REDEEM = "redeem"
    REFUND = "refund"
    EXPIRE = "expire"
    ADJUST = "adjust"


class Entry(_Value):
    """One line of the ledger: `amount` in CLP, negative when the balance fell. `by` is a member of staff."""

    kind: EntryKind
    amount: int
    at: AwareDatetime
    order: str | None = None
    by: str | None = None
    reason: str | None = None


class CardState(StrEnum):
    """Whether a card can be used at all. That it is spent or has expired, its amounts and its last day say."""

    ACTIVE = "active"
    BLOCKED = "blocked"


class Way(StrEnum):
    """How a card comes to whom it is for."""

    NOW = "now"
    LATER = "later"
    SELF = "self"


class Delivery(_Value):
    """`at` is set for LATER. `told` counts the mails that were asked for, `sent_at` is the last that went out."""

    way: Way
    email: str | None = None
    at: AwareDatetime | None = None
    told: int = 0
    sent_at: AwareDatetime | None = None
    bounced: bool = False


class Face(_Value):
    """What is written on a card. `amount` (CLP) is what it was bought for, `title` the experience in its language."""

    experience: str
    title: str
    amount: int
    recipient: str
    sender: str
    message: str
    design: str
    language: Lang


class Card(_Value):
    """A gift card as it is stored. `printed` is the version whose PDFs lie in the bucket; money in CLP.

    `blocked_because` is a person's or the system's reason. `month` is the local month of its issue.
    """

    id: str
    version: int = 1
    state: CardState = CardState.ACTIVE
    blocked_because: str | None = None
    face: Face
    delivery: Delivery
    order: str
    line: str
    buyer_language: Lang
    code_hash: str
    sealed: str
    ending: str
    printed: int = 0
    issued: int
    ceiling: int
    balance: int
    free: int
    holds: Mapping[str, int] = {}
    entries: tuple[Entry, ...] = ()
    last_day: date
    month: str
    created_at: AwareDatetime
    updated_at: AwareDatetime
    trace: str

    def good(self, today: date) -> bool:
        """Tell whether it can be used on a local day."""
        return self.state is CardState.ACTIVE and today <= self.last_day

    @property
    def delivered(self) -> bool:
        """Whether it has reached whom it is for, as far as we know: from then on only its code can be replaced."""
        return self.delivery.sent_at is not None

    @property
    def due_at(self) -> datetime | None:
        """When its mail is to be sent; None when nothing is to be sent by itself any more."""
        if self.delivery.told or self.delivery.way is Way.SELF:
            return None
        return self.delivery.at or self.created_at


class UseState(StrEnum):
    """Whether an order keeps the value of a card while it is being paid, has spent it, or has let go of it."""

    HELD = "held"
    SPENT = "spent"
    RELEASED = "released"


class Use(_Value):
    """What an order has of a card: `amount` in CLP, less what went back to it."""

    card: str
    ending: str
    amount: int
    state: UseState


class Share(NamedTuple):
    """So much of one card pays for an order."""

    card: Card
    amount: Clp


def shares(cards: Iterable[Card], due: int, today: date) -> list[Share]:
    """Return how much each good card pays of what is due, in CLP: the one that ends soonest first, all it can."""
    found = []
    for card in sorted(cards, key=lambda card: (card.last_day, card.free, card.id)):
        part = min(card.free, due) if card.good(today) else 0
        if part > 0:
            found.append(Share(card, Clp(part)))
            due -= part
    return found


def last_day_of(issued_at: datetime) -> date:
    """Return the last local day of a card issued at an instant."""
    return spa_date(issued_at) + timedelta(days=VALID_DAYS)


def last_day_after_refund(last_day: date, today: date) -> date:
    """Return until when a card is good to which value came back today."""
    return max(last_day, today + timedelta(days=BACK_FOR_DAYS))


def sent_on(card: Card, now: datetime) -> Card:
    """Return the card as one whose mail is asked for, once more if it was before."""
    delivery = card.delivery.model_copy(update={"told": card.delivery.told + 1, "bounced": False})
    return changed(card, now, delivery=delivery)


def with_face(card: Card, face: Face, delivery: Delivery, now: datetime) -> Card:
    """Return the card with other words, or for another person, to be printed anew.

    Raises Conflict("gift_card_delivered") once it is there, or on its way: a card is not changed in somebody's hands.
    """
    if card.delivered or card.delivery.told:
        raise Conflict("gift_card_delivered")
    return changed(card, now, face=face, delivery=delivery)


def changed(card: Card, now: datetime, **update: object) -> Card:
    """Return the card's next version."""
    return card.model_copy(update={**update, "version": card.version + 1, "updated_at": now})


def differences(card: Card) -> list[str]:
    """Return what of a card's amounts contradicts its ledger; nothing, as long as every step was right."""
    total = sum(entry.amount for entry in card.entries)
    raised = sum(entry.amount for entry in card.entries if entry.kind is EntryKind.ADJUST and entry.amount > 0)
    found = []
    if card.balance != total:
        found.append(f"balance {card.balance}, entries {total}")
    if card.free != card.balance - sum(card.holds.values()):
        found.append(f"free {card.free}, balance {card.balance} less holds {sum(card.holds.values())}")
    if not 0 <= card.free <= card.balance <= card.ceiling:
        found.append(f"free {card.free}, balance {card.balance}, ceiling {card.ceiling} out of order")
    if card.ceiling != card.issued + raised:
        found.append(f"ceiling {card.ceiling}, issued {card.issued} and raised by {raised}")
    if [entry.amount for entry in card.entries if entry.kind is EntryKind.ISSUE] != [card.issued]:
        found.append(f"issued {card.issued}, not what the ledger begins with")
    return found
