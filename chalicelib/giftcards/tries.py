"""Opening a card by its code: the only door, with a limit on wrong tries (DOMAIN.md, Gift cards).

Whoever guesses is stopped by the caller's network, and whoever spreads guesses over many networks by how the codes
begin. A try is counted before the card is looked for, so that many at once are no way around; a right one is not
counted in the end, so that a guest with five cards is no guesser.
"""

from ..aws.limits import Limit
from ..core.clock import Clock, spa_date
from . import table
from .codes import prefix_key
from .model import Card

PER_CALLER = Limit(10, per_seconds=900)
PER_BEGINNING = Limit(30, per_seconds=3600)
_CALLERS, _BEGINNINGS = "wrong codes", "wrong codes that begin"


def opened(typed: str, caller: str, clock: Clock) -> Card:
    """Return the good card that a code opens; `caller` is the hash of a network address.

    Two writes and two reads, whatever is wrong with a code; two more writes for a right one. Raises
    NotFound("gift_card_not_found"), TooMany after PER_CALLER or PER_BEGINNING wrong tries, for right codes too.
    """
    now, begins = clock.now(), prefix_key(typed)
    PER_CALLER.count_exactly(_CALLERS, caller, now)
    PER_BEGINNING.count_exactly(_BEGINNINGS, begins, now)
    card = table.good_card(typed, spa_date(now))
    PER_CALLER.take_back(_CALLERS, caller, now)
    PER_BEGINNING.take_back(_BEGINNINGS, begins, now)
    return card
