"""A card's way to whom it is for: what its mail does to it. Pure; docs/giftcards.md, Delivery.

    waiting ─ time has come, printed ─► asked for ─ mail went out ─► sent ─ asked for once more ─► …
       ▲                                  │                           │
       └── blocked meanwhile: void ───────┘                           └─ came back ─► bounced ─ corrected ─► asked for
"""

from datetime import datetime

from ..core.errors import Conflict
from .model import Card, CardState, Delivery, EntryKind, Face, Way, changed


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
    if told != card.delivery.told or card.delivery.sent == told or card.delivery.bounced:
        return None
    return changed(_with(card, sent=told, sent_at=now, void=min(card.delivery.void, told - 1)), now)


def bounced(card: Card, told: int, now: datetime) -> Card | None:
    """Return the card as one whose mail number `told` came back; None if that is known, or has been overtaken."""
    if told != card.delivery.told or card.delivery.bounced:
        return None
    return changed(_with(card, sent=told, sent_at=None, returned=told), now)


def rewritten(card: Card, face: Face, delivery: Delivery, now: datetime) -> Card:
    """Return the card with other words, or for another person, to be printed anew.

    Raises Conflict("gift_card_blocked"); Conflict("gift_card_delivered") once its mail was asked for or it was used:
    a card is not changed in somebody's hands.
    """
    if card.state is CardState.BLOCKED:
        raise Conflict("gift_card_blocked")
    if not changeable(card):
        raise Conflict("gift_card_delivered")
    return changed(card, now, face=face, delivery=delivery, printed=0)


def changeable(card: Card) -> bool:
    """Tell whether its buyer may change what is written on a card, and where it goes."""
    used = bool(card.holds) or any(entry.kind is EntryKind.REDEEM for entry in card.entries)
    return card.state is CardState.ACTIVE and not card.delivery.told and not used


def now_and_not_later(card: Card) -> Card:
    """Return the same version of a card as one that does not wait for a day."""
    return _with(card, way=Way.NOW, at=None) if card.delivery.way is Way.LATER else card


def corrected(card: Card, email: str) -> Card:
    """Return the same version of a card as one that goes to another address."""
    return _with(card, email=email)


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
