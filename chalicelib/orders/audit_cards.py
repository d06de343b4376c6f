"""The night's audit of gift cards: what a lost message left unissued is issued, what else does not agree is told.

Each finding is an item for staff, opened once and closed by itself when the books agree again.
"""

from collections.abc import Callable
from datetime import datetime

from ..aws import logs, metrics
from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import DomainError
from ..items import table as items
from ..items.model import About, ItemKind
from .card_books import Odd, What
from .check_cards import Report, check
from .issue import issue

_MISSING = (What.LOST, What.NOT_ISSUED)
_OURS = (ItemKind.GIFT_CARD_DIFFERS, ItemKind.GIFT_CARD_MISSING)
_PAGE = 100


def audit(clock: Clock, enough_time: Callable[[], bool]) -> Report:
    """Look at everything there is time for, and return what does not agree and could not be mended.

    The requests of `check`; one write for each finding, and a Query of the items' index `open` per hundred of them.
    """
    report = check(clock, enough_time)
    for one in [one for one in report.found if one.what is What.NOT_ISSUED and _issued(one.order, clock)]:
        report.found.remove(one)
        report.count -= 1
    _told(report, clock.now())
    if report.count:
        metrics.count("GiftCardsDiffer", report.count)
    if not report.whole:
        logs.warning("gift cards not all checked", count=report.cards)
        metrics.count("GiftCardsUnchecked")
    return report


def kind_of(one: Odd) -> ItemKind:
    """Return the kind of item that tells of a finding."""
    return ItemKind.GIFT_CARD_MISSING if one.what in _MISSING else ItemKind.GIFT_CARD_DIFFERS


def key_of(one: Odd) -> str:
    """Return the key of its item: the same for the same two sides."""
    return ".".join(filter(None, (kind_of(one).value, one.what.value, one.card, one.order)))


def _issued(order: str, clock: Clock) -> bool:
    """Issue an order's cards of which no worker has heard; tell whether that went well."""
    try:
        issue(order, clock)
    except DomainError as error:
        logs.warning("gift cards could not be issued", order=order, code=error.code)
        return False
    return True


def _told(report: Report, now: datetime) -> None:
    """Open an item for each finding, and close those of what agrees; a look that left something out closes none."""
    found = {key_of(one): one for one in report.found}
    for key, one in found.items():
        logs.warning("gift cards do not agree", kind=one.what.value, card=one.card, order=one.order)
        items.open_item(kind=kind_of(one), key=key, about=_about(one), now=now)
    if not report.whole or report.count > len(report.found):
        return
    for key in set(_open_keys()) - set(found):
        tx = Transaction()
        items.settled(tx, key, now)
        tx.commit()


def _about(one: Odd) -> About:
    told: About = {"what": one.what.value, "ours": one.says, "theirs": one.other}
    return told | {name: value for name, value in (("card", one.card), ("order", one.order)) if value}


def _open_keys() -> list[str]:
    found, after = [], None
    while True:
        page, after = items.waiting(limit=_PAGE, after=after)
        found += [item.key for item in page if item.kind in _OURS]
        if after is None:
            return found
