"""A gift card, its value and its way to whom it is for. Pure; docs/giftcards.md.

Money has two sides. What the card is worth moves by single steps that the table guards (`table.py`), each written down
in the ledger, which only grows: `balance` is the sum of its entries, `free` what of it no order holds. What the card
looks like and where it goes, its paper side, is written on the condition that its `version` has not moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from pydantic import AwareDatetime

from ..core.clock import spa_date
from ..core.money import Clp
from ..core.shapes import Value
from ..core.texts import Lang

VALID_DAYS = 365
"""A card is good until the end of this day after its issue (DOMAIN.md, Gift cards)."""
BACK_FOR_DAYS = 30
"""Value that comes back can be used for at least so many days more."""
MOST_AT_ONCE = 5
"""Cards that pay one order."""
MOST_ENTRIES = 400
"""Of a ledger before the card takes no more payments: an item has room for 400 KB (PROVIDERS.md §F.1)."""


class EntryKind(StrEnum):
    """Why a balance changed."""

    ISSUE = "issue"
    REDEEM = "redeem"
    REFUND = "refund"
    EXPIRE = "expire"
    ADJUST = "adjust"


class Entry(Value):
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


class Delivery(Value):
    """How a card gets there, and how far it has got; `at` is set for LATER.

    `told` counts the mails that were asked for. `sent` is the last of them that went out, at `sent_at`; `void` the last
    that must not go out any more, so that another has to be asked for; `returned` the last that came back. `renewed`:
    it has another code than the one that was sent first. `asked_at`: when its buyer had it sent, of late.
    """

    way: Way
    email: str | None = None
    at: AwareDatetime | None = None
    told: int = 0
    void: int = 0
    sent: int = 0
    sent_at: AwareDatetime | None = None
    returned: int = 0
    renewed: bool = False
    asked_at: tuple[AwareDatetime, ...] = ()

    @property
    def bounced(self) -> bool:
        """Whether the last mail that was asked for has come back, and no other is wanted yet."""
        return self.void < self.returned == self.told


class Face(Value):
    """What is written on a card. `amount` (CLP) is what it was bought for, `title` the experience in its language."""

    experience: str
    title: str
    amount: int
    recipient: str
    sender: str
    message: str
    design: str
    language: Lang


class Card(Value):
    """A gift card as it is stored; money in CLP.

    `printed` is the version whose PDFs lie in the bucket and show the card as it is, 0 while there are none: whatever
    changes its face or its code takes it back to 0. `blocked_because` is the reason of `blocked_by`, a member of
    staff, or of the system if that is None. `month` is the local month of its issue, `reminded` the last day of which
    its holder was reminded.
    """

    id: str
    version: int = 1
    state: CardState = CardState.ACTIVE
    blocked_because: str | None = None
    blocked_by: str | None = None
    reminded: date | None = None
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
        """When its mail is to be asked for; None as long as it can't be sent, and once it was asked for."""
        ready = self.state is CardState.ACTIVE and self.printed > 0 and self.delivery.way is not Way.SELF
        if not ready or self.delivery.told > self.delivery.void:
            return None
        return self.delivery.at or self.created_at


class UseState(StrEnum):
    """Whether an order keeps the value of a card while it is being paid, has spent it, or has let go of it."""

    HELD = "held"
    SPENT = "spent"
    RELEASED = "released"


class Use(Value):
    """What an order has of a card: `amount` in CLP, less what went back to it (`returned`)."""

    card: str
    ending: str
    amount: int
    state: UseState
    returned: int = 0


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


def changed(card: Card, now: datetime, **update: object) -> Card:
    """Return the card's next version."""
    return card.model_copy(update={**update, "version": card.version + 1, "updated_at": now})


class Money(Protocol):
    """The money side of a card, whether all of it was read or only this."""

    @property
    def id(self) -> str: ...
    @property
    def order(self) -> str: ...
    @property
    def issued(self) -> int: ...
    @property
    def ceiling(self) -> int: ...
    @property
    def balance(self) -> int: ...
    @property
    def free(self) -> int: ...
    @property
    def holds(self) -> Mapping[str, int]: ...
    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def last_day(self) -> date: ...


def differences(card: Money) -> list[str]:
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
