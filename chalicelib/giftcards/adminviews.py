"""A gift card as staff see it: in a list, and whole, with its ledger and all that happened to it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from itertools import accumulate
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from ..core.clock import spa_date, spa_time
from ..core.events import Fact
from ..core.ids import ALPHABET, read_gift_code
from ..core.shapes import View
from ..core.texts import Lang, sentence
from ..web.fields import Text
from .listing import Listed
from .model import Card, CardState, EntryKind, Way
from .way import Stage, stage

_OF_CARD = ("id", "ending", "blocked_because", "blocked_by", "issued", "balance", "free", "last_day", "month", "order",
            "line")
_OF_FACE = ("title", "design", "language", "recipient", "sender", "message")
_CODE = re.compile(rf"(?:[{ALPHABET}][ -]?){{16}}[{ALPHABET}]", re.IGNORECASE)


class Standing(StrEnum):
    """What can be done with a card, in a word: it says the first of these that is true, `active` if none is."""

    BLOCKED = "blocked"
    EXPIRED = "expired"
    SPENT = "spent"
    ACTIVE = "active"


def tells_nothing(reason: str) -> str:
    """Refuse a reason with a code or an address in it: reasons stand in the history, where neither may."""
    if "@" in reason or any(read_gift_code(found) for found in _CODE.findall(reason)):
        raise PydanticCustomError("reason_tells_too_much", "no code, no address")
    return reason


Reason = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=3, max_length=200),
                   AfterValidator(tells_nothing)]


class ListedCard(View):
    """A card in a list. `ending` is all that is shown of its code; money in CLP; `held` is kept by unpaid orders."""

    id: str
    ending: str
    state: Standing
    blocked_because: str | None
    issued: int
    balance: int
    held: int
    last_day: date
    month: str
    order: str
    created_at: datetime


class ListedCards(View):
    """A page of cards; `next` is the cursor of the following one."""

    items: list[ListedCard]
    next: str | None


class LedgerLine(View):
    """A line of the ledger: what moved and why, and the balance it left, in CLP. `by` is a member of staff's id."""

    kind: EntryKind
    title: str
    amount: int
    balance: int
    at: datetime
    order: str | None
    by: str | None
    reason: str | None


class CardHold(View):
    """What an order that is being paid keeps of a card."""

    order: str
    amount: int


class CardFact(View):
    """Something that happened to a card, in words; by whom and why, if a member of staff did it."""

    at: datetime
    type: str
    detail: str
    amount: int | None
    by: str | None
    reason: str | None


class CardView(ListedCard):
    """A card whole. Without `blocked_by` it was the system that blocked it.

    `way` and `email` say how it gets there, `deliver_at` when, `sent_at` when its last mail went, `stage` how
    far it has got.
    """

    blocked_by: str | None
    line: str
    title: str
    design: str
    language: Lang
    recipient: str
    sender: str
    message: str
    way: Way
    email: str | None
    deliver_at: datetime | None
    sent_at: datetime | None
    stage: Stage
    free: int
    holds: list[CardHold]
    ledger: list[LedgerLine]
    history: list[CardFact]


def standing(card: Card | Listed, today: date) -> Standing:
    """Return what can be done with a card on a local day."""
    if card.state is CardState.BLOCKED:
        return Standing.BLOCKED
    if today > card.last_day:
        return Standing.EXPIRED
    return Standing.ACTIVE if card.balance else Standing.SPENT


def listed_view(card: Listed, today: date) -> ListedCard:
    """Return a card as a list shows it."""
    return ListedCard(
        id=card.id, ending=card.ending, state=standing(card, today), blocked_because=card.blocked_because,
        issued=card.issued, balance=card.balance, held=card.balance - card.free, last_day=card.last_day,
        month=card.month, order=card.order, created_at=spa_time(card.created_at))


def card_view(card: Card, facts: Iterable[Fact], now: datetime, lang: Lang) -> CardView:
    """Return a card whole, with its facts."""
    face, delivery = card.face, card.delivery
    return CardView(
        **{name: getattr(card, name) for name in _OF_CARD}, **{name: getattr(face, name) for name in _OF_FACE},
        state=standing(card, spa_date(now)), held=card.balance - card.free, created_at=spa_time(card.created_at),
        way=delivery.way, email=delivery.email, deliver_at=_local(delivery.at), sent_at=_local(delivery.sent_at),
        stage=stage(card, now), holds=[CardHold(order=order, amount=held) for order, held in card.holds.items()],
        ledger=list(_ledger(card, lang)), history=[_fact(fact, lang) for fact in facts])


def _ledger(card: Card, lang: Lang) -> Iterator[LedgerLine]:
    balances = accumulate(entry.amount for entry in card.entries)
    for entry, balance in zip(card.entries, balances, strict=True):
        yield LedgerLine(kind=entry.kind, title=sentence(f"giftcard.entry.{entry.kind}", lang), amount=entry.amount,
                        balance=balance, at=spa_time(entry.at), order=entry.order, by=entry.by, reason=entry.reason)


def _fact(fact: Fact, lang: Lang) -> CardFact:
    return CardFact(at=spa_time(fact.at), type=fact.type, detail=sentence(f"fact.{fact.type}", lang),
                    amount=fact.data.get("amount"), by=fact.data.get("by"), reason=fact.data.get("reason"))


def _local(at: datetime | None) -> datetime | None:
    return spa_time(at) if at else None
