"""An entry of the waitlist, as a value; docs/waitlist.md explains the rule. Pure.

    waiting ─ offered ─► offered ─┬─ taken ──► taken     (its cart became an order)
       ▲                          ├─ left ───► left      (so may whoever waits)
       └─ lapsed: to the end ─────┴─ lapsed ─► ended     (the second time, or when its days are over)
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, Field

from ..core.errors import Conflict
from ..core.ids import random_id
from ..core.shapes import Value
from ..core.texts import Lang

OFFER = timedelta(minutes=60)
"""How long an hour is kept for whom it was offered to; the night does not count (`match.offered_until`)."""
MOST_LAPSES = 2
"""So many offers that nobody answers end an entry."""
MOST_DAYS, MOST_SERVICES, MOST_ENTRIES = 31, 5, 5
KEPT_AFTER = timedelta(days=30)
"""How long an entry, with its guest's data, is kept after it ended."""
_PREFIX, _CART = "esp_", "crt_"


class EntryState(StrEnum):
    """Where an entry stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LEFT = "left"
    ENDED = "ended"

    @property
    def open(self) -> bool:
        return self in (EntryState.WAITING, EntryState.OFFERED)


class Joiner(Value):
    """Who waits. Nothing of it ever stands in a fact or a log."""

    name: str
    email: str
    phone: str | None = None
    country: str = "CL"


class Wanted(Value):
    """Any of these services, on any spa day from `first` to `last` (both included), for so many guests."""

    services: tuple[str, ...]
    first: date
    last: date
    guests: int

    @property
    def days(self) -> list[date]:
        """Its days, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def meets(self, other: "Wanted") -> bool:
        """Tell whether both may be after the same hour."""
        return bool(set(self.services) & set(other.services)) and self.first <= other.last and other.first <= self.last


class Offered(Value):
    """What is kept for an entry, in a cart of its own, until when. `opened` once it was looked at to be paid."""

    cart: str
    line: str
    service: str
    name_es: str
    name_en: str
    start: AwareDatetime
    end: AwareDatetime
    price: int
    until: AwareDatetime
    freed: dict[str, tuple[str, ...]] = Field({})
    opened: bool = False


class Entry(Value):
    """An entry. `since` is its place in the line.

    `known` are the hours (`key_of`) that are no news to it, `declined` those it let lapse and is never offered again.
    """

    id: str
    state: EntryState = EntryState.WAITING
    wanted: Wanted
    guest: Joiner
    language: Lang
    since: AwareDatetime
    known: frozenset[str] = frozenset()
    declined: tuple[str, ...] = ()
    offer: Offered | None = None
    offers: int = 0
    lapses: int = 0
    version: int = 1
    trace: str
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def turn(self) -> tuple[datetime, str]:
        """What the line is sorted by: who came first, or came back first, is served first."""
        return (self.since, self.id)

    @property
    def last_cart(self) -> str:
        """The id of the cart of its latest offer: it tells whose it is, and which of its offers."""
        return f"{_CART}{self.id.removeprefix(_PREFIX)}_{self.offers}"

    def over(self, now: datetime) -> bool:
        """Tell whether its offer may not be taken any more; as on the day sheet, the last second counts."""
        return self.offer is not None and int(self.offer.until.timestamp()) < int(now.timestamp())


def key_of(service: str, start: datetime) -> str:
    """Return the name of an hour of a service.

    >>> from datetime import UTC
    >>> key_of("tina-hornopiren", datetime(2026, 12, 2, 20, 0, tzinfo=UTC))
    'tina-hornopiren 29937360'
    """
    return f"{service} {int(start.timestamp()) // 60}"


def joined(wanted: Wanted, guest: Joiner, known: frozenset[str], *, language: Lang, trace: str, now: datetime) -> Entry:
    """Return a new entry at the end of the line. What is free already is no news: she did not want it."""
    return Entry(id=random_id("esp"), wanted=wanted, guest=guest, language=language, since=now,
                 known=known, trace=trace, created_at=now, updated_at=now)


def next_cart(entry: Entry) -> str:
    """Return the id of the cart of the next offer."""
    return entry.model_copy(update={"offers": entry.offers + 1}).last_cart


def entry_of(cart: str) -> str | None:
    """Return whose offer a cart was made for; None for the cart of a guest who came by herself.

    >>> entry_of("crt_abc_2"), entry_of("crt_abc")
    ('esp_abc', None)
    """
    id, _, number = cart.removeprefix(_CART).partition("_")
    return f"{_PREFIX}{id}" if number else None


def seen(entry: Entry, free: frozenset[str], now: datetime) -> Entry:
    """Return the entry after a look at what is free: an hour that somebody took will be news when it comes back."""
    known = entry.known & free
    return entry if known == entry.known else _changed(entry, now, known=known)


def offered(entry: Entry, offer: Offered, now: datetime) -> Entry:
    """Return the entry with an hour that is kept for it. Raises Conflict("waitlist_changed") unless it waits."""
    if entry.state is not EntryState.WAITING:
        raise Conflict("waitlist_changed")
    return _changed(entry, now, state=EntryState.OFFERED, offer=offer, offers=entry.offers + 1)


def opened(entry: Entry, until: datetime, now: datetime) -> Entry:
    """Return the entry once its offer was opened: from then on there is at least time to check out, once.

    Raises Conflict("no_offer"), Conflict("offer_lapsed").
    """
    offer = current_offer(entry, now)
    return _changed(entry, now, offer=offer.model_copy(update={"until": max(until, offer.until), "opened": True}))


def current_offer(entry: Entry, now: datetime) -> Offered:
    """Return the offer that can be taken. Raises Conflict("no_offer"), Conflict("offer_lapsed")."""
    if entry.offer is None or entry.state is not EntryState.OFFERED:
        raise Conflict("no_offer")
    if entry.over(now):
        raise Conflict("offer_lapsed")
    return entry.offer


def lapsed(entry: Entry, now: datetime) -> Entry:
    """Return the entry after nobody took its offer: at the end of the line, or ended."""
    assert entry.offer is not None
    lapses = entry.lapses + 1
    state = EntryState.ENDED if lapses >= MOST_LAPSES else EntryState.WAITING
    declined = (*entry.declined, key_of(entry.offer.service, entry.offer.start))
    return _changed(entry, now, state=state, offer=None, lapses=lapses, since=now, declined=declined)


def taken(entry: Entry, now: datetime) -> Entry:
    """Return the entry once the cart of its offer has become an order."""
    return _changed(entry, now, state=EntryState.TAKEN)


def left(entry: Entry, now: datetime) -> Entry:
    """Return the entry of a guest who waits no more."""
    return _changed(entry, now, state=EntryState.LEFT, offer=None)


def ended(entry: Entry, now: datetime) -> Entry:
    """Return the entry once all its days are over."""
    return _changed(entry, now, state=EntryState.ENDED, offer=None)


def _changed(entry: Entry, now: datetime, **update: object) -> Entry:
    return entry.model_copy(update={**update, "version": entry.version + 1, "updated_at": now})
