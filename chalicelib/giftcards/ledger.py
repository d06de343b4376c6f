"""What moves a card's value: one step of a transaction each, on one item, guarded by its condition.

    free ──hold──► held ──redeem──► gone            balance = free + held
      ▲             │                 │             0 ≤ free ≤ balance ≤ ceiling
      └──release────┘                 │             ceiling = issued + what staff added
      ▲                               │
      └───────────refund──────────────┘

Nothing is read to hold, redeem or release, so any number may run at once: each either finds the value there or its
transaction does not happen; whoever does not get a turn in many tries is told so, Retryable("gift_card_busy"). The
ledger is a list that these steps only append to. A hold is no entry, because the value is still the holder's. A
transaction may touch a card once.
"""

from datetime import date, datetime

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from ..aws.transactions import Transaction
from ..core.clock import spa_date
from ..core.errors import Conflict, Retryable
from .model import MOST_ENTRIES, Card, CardState, Entry, EntryKind, last_day_after_refund
from .records import CARD, LIVE, CardRecord, as_stored

SHORT = "gift_card_short"
"""The card has less than was asked of it by now, or can't be used any more, or not by that code."""


def hold(tx: Transaction, card: str, order: str, amount: int, now: datetime, ending: str | None = None) -> None:
    """Keep value of a card for an order that is being paid; the commit raises Conflict("gift_card_short").

    `ending` is that of the code by which the order has it: a card that was given another since is not had by it.
    """
    _step(tx, card, [_held(order).set(amount), CardRecord.free.set(CardRecord.free - amount)],
          _usable(amount, spa_date(now), ending) & _held(order).does_not_exist(), Conflict(SHORT))


def release(tx: Transaction, card: str, order: str, amount: int) -> None:
    """Give the value that is kept for an order back to its holder; the commit raises Retryable when it is not kept."""
    _step(tx, card, [_held(order).remove(), CardRecord.free.set(CardRecord.free + amount)],
          _held(order) == amount, Retryable("gift_card_changed"))


def redeem_held(tx: Transaction, card: str, order: str, amount: int, now: datetime) -> None:
    """Spend the value that is kept for an order; the commit raises Retryable when it is not kept.

    Also after the card's last day: what was held in time is the order's.
    """
    entry = Entry(kind=EntryKind.REDEEM, amount=-amount, at=now, order=order)
    _step(tx, card, [_held(order).remove(), CardRecord.balance.set(CardRecord.balance - amount), _appended(entry)],
          _held(order) == amount, Retryable("gift_card_changed"))


def redeem(tx: Transaction, card: str, order: str, amount: int, now: datetime, by: str | None = None,
           ending: str | None = None) -> None:
    """Spend value of a card that nobody holds; the commit raises Conflict("gift_card_short"). `ending` as in `hold`."""
    entry = Entry(kind=EntryKind.REDEEM, amount=-amount, at=now, order=order, by=by)
    _step(tx, card, [CardRecord.free.set(CardRecord.free - amount), CardRecord.balance.set(CardRecord.balance - amount),
                     _appended(entry)], _usable(amount, spa_date(now), ending), Conflict(SHORT))


def refund(tx: Transaction, card: Card, order: str, amount: int, now: datetime, reason: str) -> None:
    """Put value back on a card, as it was just read, that an order had spent.

    A blocked card gets it too, and an expired one is good again for BACK_FOR_DAYS. The commit raises Retryable when the
    card's last day or ceiling has moved; StepFailed if it would hold more than was ever put on it.
    """
    entry = Entry(kind=EntryKind.REFUND, amount=amount, at=now, order=order, reason=reason)
    last_day = last_day_after_refund(card.last_day, spa_date(now))
    _step(tx, card.id, [*_raised(amount), _appended(entry), CardRecord.live.set(LIVE),
                        CardRecord.last_day.set(last_day.isoformat())],
          (CardRecord.last_day == card.last_day.isoformat()) & (CardRecord.ceiling == card.ceiling)
          & (CardRecord.balance <= card.ceiling - amount), Retryable("gift_card_changed"))


def adjust(tx: Transaction, card: Card, amount: int, now: datetime, *, by: str, reason: str) -> None:
    """Add value to a card, as it was just read, or take it off, as a member of staff says.

    What is added can be used for BACK_FOR_DAYS at least, also on a card that was over. The commit raises
    Conflict("gift_card_short") when so much is not there to be taken off, Retryable when the last day has moved.
    """
    entry = Entry(kind=EntryKind.ADJUST, amount=amount, at=now, by=by, reason=reason)
    actions: list[Action] = [*_raised(amount), _appended(entry)]
    if amount <= 0:
        _step(tx, card.id, actions, CardRecord.free >= -amount, Conflict(SHORT))
        return
    last_day = last_day_after_refund(card.last_day, spa_date(now))
    actions += [CardRecord.ceiling.set(CardRecord.ceiling + amount), CardRecord.live.set(LIVE),
                CardRecord.last_day.set(last_day.isoformat())]
    _step(tx, card.id, actions, CardRecord.last_day == card.last_day.isoformat(), Retryable("gift_card_changed"))


def expire(tx: Transaction, card: Card, now: datetime) -> None:
    """Write off what a card, as it was just read, is still worth after its last day; what an order holds stays.

    The commit raises Retryable when its amounts or its last day have moved.
    """
    entry = Entry(kind=EntryKind.EXPIRE, amount=-card.free, at=now)
    actions: list[Action] = [CardRecord.free.set(0), CardRecord.balance.set(CardRecord.balance - card.free)]
    if card.free:
        actions.append(_appended(entry))
    if not card.holds:
        actions.append(CardRecord.live.remove())
    _step(tx, card.id, actions, (CardRecord.free == card.free) & (CardRecord.balance == card.balance)
          & (CardRecord.last_day == card.last_day.isoformat()), Retryable("gift_card_changed"))


def _step(tx: Transaction, card: str, actions: list[Action], condition: Condition,
          otherwise: Conflict | Retryable) -> None:
    tx.update(CardRecord(card, CARD), actions=actions, condition=condition, otherwise=otherwise,
              contended=Retryable("gift_card_busy"))


def _usable(amount: int, today: date, ending: str | None) -> Condition:
    has_it: Condition = CardRecord.free >= amount
    may_be_used: Condition = (CardRecord.state == CardState.ACTIVE.value) & (CardRecord.last_day >= today.isoformat())
    has_room: Condition = size(Path("entries")) < MOST_ENTRIES  # type: ignore[no-untyped-call]
    usable: Condition = has_it & may_be_used & has_room
    return usable if ending is None else usable & (CardRecord.ending == ending)


def _held(order: str) -> Path:
    return Path(["holds", order])


def _raised(amount: int) -> list[Action]:
    return [CardRecord.free.set(CardRecord.free + amount), CardRecord.balance.set(CardRecord.balance + amount)]


def _appended(entry: Entry) -> Action:
    return Path("entries").set(Path("entries").append([as_stored(entry)]))
