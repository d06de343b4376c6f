"""The arrival code: what reception reads off a guest's phone and can check without a connection. Pure.

    A1.<what it says, base64url JSON>.<Ed25519 signature of all that stands before, base64url>

It says the order's number, the days on which its guests are expected, how many they are and the name's initials, and
nothing else of a person. Ed25519 because browsers check it themselves (WebCrypto) with a key that anybody may know.
"""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..carts.visits import visits
from ..core.clock import spa_date, spa_time
from ..core.errors import Conflict
from .model import Order, OrderState

VERSION = "A1"
EXPECTED = (OrderState.CONFIRMED, OrderState.CHECKED_IN)


@dataclass(frozen=True)
class Arrival:
    """Who is expected when: from the first visit's beginning to the last one's end, on `days` in between."""

    order: str
    first: datetime
    last: datetime
    days: tuple[date, ...]
    guests: int
    initials: str


def arrival_of(order: Order) -> Arrival:
    """Return when an order's guests are expected.

    Raises Conflict("order_not_confirmed") when they are not, ("order_without_hours") when there is no hour to come at.
    """
    if order.state not in EXPECTED:
        raise Conflict("order_not_confirmed")
    found = visits(order.lines)
    if not found:
        raise Conflict("order_without_hours")
    days = {spa_date(visit.start) + timedelta(days=number) for visit in found
            for number in range((spa_date(visit.end) - spa_date(visit.start)).days + 1)}
    return Arrival(
        order=order.id, first=spa_time(min(visit.start for visit in found)), days=tuple(sorted(days)),
        last=spa_time(max(visit.end for visit in found)), guests=max(visit.guests for visit in found),
        initials="".join(f"{word[0].upper()}." for word in order.guest.name.split()[:3]))


def code_of(arrival: Arrival, seed: bytes) -> str:
    """Return the signed code; the same arrival and key (32 bytes) give the same code."""
    says = {"o": arrival.order, "d": [day.isoformat() for day in arrival.days], "p": arrival.guests,
            "i": arrival.initials}
    content = json.dumps(says, separators=(",", ":"), ensure_ascii=False).encode()
    signed = f"{VERSION}.{_text(content)}"
    return f"{signed}.{_text(Ed25519PrivateKey.from_private_bytes(seed).sign(signed.encode()))}"


def public_key(seed: bytes) -> str:
    """Return what a code is checked with: the public half of the key, base64url."""
    return _text(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
