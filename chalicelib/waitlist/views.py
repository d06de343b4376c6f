"""An entry of the waitlist as its guest sees it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from ..catalog.model import Catalogue
from ..core.clock import spa_time
from ..core.errors import NotFound
from ..core.shapes import View
from ..core.texts import Lang
from .model import Entry, EntryState, Offered


class WaitedFor(View):
    """A service by its name."""

    slug: str
    name: str


class OfferView(View):
    """An hour that is kept for the guest until `until`, at its price in CLP."""

    service: str
    name: str
    start: datetime
    end: datetime
    price: int
    until: datetime


class EntryView(View):
    """An entry. `from` and `to` are spa days, both included; `ahead` counts who is before it while it waits.

    `offer` is the hour that is kept, or was taken; `now` lets the page count down by our clock.
    """

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    id: str
    state: EntryState
    services: list[WaitedFor]
    from_: Annotated[date, Field(alias="from")]
    to: date
    guests: int
    ahead: int | None
    offer: OfferView | None
    now: datetime


class JoinedView(View):
    """A new entry and the token that opens it."""

    entry: EntryView
    token: str


class HeldCart(View):
    """The cart that keeps an offered hour."""

    id: str


class OpenedOffer(View):
    """The cart to check out, and the token that opens it."""

    cart: HeldCart
    token: str


def entry_view(entry: Entry, catalogue: Catalogue, ahead: int | None, lang: Lang, now: datetime) -> EntryView:
    """Return the entry in the guest's language."""
    kept = entry.state in (EntryState.OFFERED, EntryState.TAKEN)
    return EntryView(id=entry.id, state=entry.state, services=[_named(slug, catalogue, lang) for slug in
                                                               entry.wanted.services],
                     from_=entry.wanted.first, to=entry.wanted.last, guests=entry.wanted.guests, ahead=ahead,
                     offer=_offer(entry.offer, lang) if entry.offer and kept else None, now=spa_time(now))


def _named(slug: str, catalogue: Catalogue, lang: Lang) -> WaitedFor:
    try:
        return WaitedFor(slug=slug, name=catalogue.service(slug).name.say(lang))
    except NotFound:  # not sold any more
        return WaitedFor(slug=slug, name=slug)


def _offer(offer: Offered, lang: Lang) -> OfferView:
    return OfferView(service=offer.service, name=offer.name_en if lang == "en" else offer.name_es,
                     start=spa_time(offer.start), end=spa_time(offer.end), price=offer.price,
                     until=spa_time(offer.until))
