"""A card's way to whom it is for: what its mail does to it. Pure; docs/giftcards.md, Delivery.

    waiting ─ time has come, printed ─► asked for ─ mail went out ─► sent ─ asked for once more ─► …
       ▲                                  │                           │
       └── blocked meanwhile: void ───────┘                           └─ came back ─► bounced ─ corrected ─► asked for
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ..core.clock import spa_date
from ..core.errors import Conflict, TooMany
from .model import Card, CardState, Delivery, EntryKind, Face, Way, changed

SENDS_A_DAY = 3
"""How often a buyer may have a card sent within A_DAY."""
A_DAY = timedelta(hours=24)


class Stage(StrEnum):
    """How far a gift card has got, as its buyer is told; YOURS is hers to hand over."""

    UNPAID = "unpaid"
    PRINTING = "printing"
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    YOURS = "yours"
    BLOCKED = "blocked"
    BOUNCED = "bounced"


def is_due(card: Card, now: datetime) -> bool:
    """Tell whether a card's mail is to be asked for: its time has come, and it is printed as it is."""
    return card.due_at is not None and card.due_at <= now


def is_awaited(card: Card, told: int) -> bool:
    """Tell whether the mail that was asked for as number `told` may go out: no later one was, and none is void."""
    return card.state is CardState.ACTIVE and card.delivery.void < told == card.delivery.told


def asked(card: Card) -> Card:
    """Return the same version of a card as one whose mail is asked for, once more if it was before."""
    return _with(card, told=card.delivery.told + 1)


def sent(card: Card, told: int, now: datetime) -> Card | None:
    """Return the card as one whose mail number `told` went out; None if that is known, or has been overtaken."""
    if told != card.delivery.told or told in (card.delivery.sent, card.delivery.returned):
        return None
    return changed(_with(card, sent=told, sent_at=now, void=min(card.delivery.void, told - 1)), now)


def bounced(card: Card, told: int, now: datetime) -> Card | None:
    """Return the card as one whose mail number `told` came back; None if that is known, or has been overtaken."""
    if told != card.delivery.told or told == card.delivery.returned:
        return None
    return changed(_with(card, sent=told, sent_at=None, returned=told), now)


def rewritten(card: Card, face: Face, delivery: Delivery, now: datetime) -> Card:
    """Return the card with other words, or for another person, to be printed anew and then sent in its time.

    Raises Conflict("gift_card_blocked"); Conflict("gift_card_delivered") while it is on its way, is there, or was used:
    a card is not changed in somebody's hands.
    """
    if card.state is CardState.BLOCKED:
        raise Conflict("gift_card_blocked")
    if not changeable(card):
        raise Conflict("gift_card_delivered")
    before = card.delivery
    anew = delivery.model_copy(update={"told": before.told, "void": before.told, "sent": before.sent,
                                       "returned": before.returned, "asked_at": before.asked_at})
    return changed(card, now, face=face, delivery=anew, printed=0)


def changeable(card: Card) -> bool:
    """Tell whether its buyer may change what is written on a card, and where it goes."""
    used = bool(card.holds) or any(entry.kind is EntryKind.REDEEM for entry in card.entries)
    out = card.delivery.told > 0 and not card.delivery.bounced
    return card.state is CardState.ACTIVE and not used and not out


def resendable(card: Card, now: datetime) -> bool:
    """Tell whether its buyer may have a card sent now."""
    there = card.good(spa_date(now)) and card.printed > 0 and len(_asked_lately(card, now)) < SENDS_A_DAY
    return there and stage(card, now) in (Stage.WAITING, Stage.DELIVERED, Stage.BOUNCED)


def stage(card: Card, now: datetime) -> Stage:
    """Return how far a card has got, as its buyer is told."""
    to = card.delivery
    if card.state is CardState.BLOCKED:
        return Stage.BLOCKED
    if not card.printed:
        return Stage.PRINTING
    if to.way is Way.SELF:
        return Stage.YOURS
    if to.bounced:
        return Stage.BOUNCED
    if card.due_at is not None:
        return Stage.WAITING if card.due_at > now else Stage.SENDING
    return Stage.DELIVERED if card.delivered and to.told == to.sent else Stage.SENDING


def sent_for(card: Card, now: datetime, email: str | None = None) -> Card:
    """Return the same version of a card as one that its buyer wants to have sent now, perhaps to a corrected address.

    It is for whoever writes it to ask for the mail (`deliver.ask`), or to leave that to its printer.
    Raises Conflict("gift_card_blocked"), ("gift_card_over"); Conflict("gift_card_on_its_way") while a mail is out;
    Conflict("gift_card_delivered") for another address once it is there; Conflict("gift_card_without_address");
    TooMany("gift_card_sent_often") after SENDS_A_DAY of them.
    """
    to, lately = card.delivery, _asked_lately(card, now)
    if card.state is CardState.BLOCKED:
        raise Conflict("gift_card_blocked")
    if not card.good(spa_date(now)):
        raise Conflict("gift_card_over")
    if to.told > max(to.sent, to.void):
        raise Conflict("gift_card_on_its_way")
    if email not in (None, to.email) and not changeable(card):
        raise Conflict("gift_card_delivered")
    if (email or to.email) is None:
        raise Conflict("gift_card_without_address")
    if len(lately) >= SENDS_A_DAY:
        raise TooMany("gift_card_sent_often", retry_after_seconds=ceil((lately[0] + A_DAY - now).total_seconds()))
    return _with(card, way=Way.NOW, at=None, email=email or to.email, asked_at=(*lately, now))


def _asked_lately(card: Card, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in card.delivery.asked_at if at > now - A_DAY)


def mailed_anew(card: Card, email: str | None) -> Card:
    """Return the same version of a card as one that is mailed once it is printed anew, to another address if given.

    A mail that is under way is overtaken: what it brings is not the card any more. One that was not sent yet waits for
    its time; one that its buyer prints is mailed only if there is an address.
    """
    before = card.delivery
    way = Way.NOW if email and before.way is Way.SELF else before.way
    overtaken = before.told + 1 if before.told else 0
    return _with(card, way=way, email=email or before.email, told=overtaken, void=overtaken,
                 renewed=before.renewed or (before.told > 0 and not before.bounced))


def blocked(card: Card, because: str, now: datetime, *, by: str | None = None) -> Card:
    """Return the card as one that nobody can use; a mail that is under way must not go out."""
    under_way = card.delivery.told > card.delivery.sent
    held_back = _with(card, void=card.delivery.told) if under_way else card
    return changed(held_back, now, state=CardState.BLOCKED, blocked_because=because, blocked_by=by)


def unblocked(card: Card, now: datetime) -> Card:
    """Return the card as one that can be used again; what was held back of its mail is due again."""
    return changed(card, now, state=CardState.ACTIVE, blocked_because=None, blocked_by=None)


def _with(card: Card, **update: object) -> Card:
    return card.model_copy(update={"delivery": card.delivery.model_copy(update=update)})
