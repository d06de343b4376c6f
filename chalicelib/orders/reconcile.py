"""A day of a provider's list against our ledger: what can be healed is, the rest waits for a person, the day closes.

Nothing is written before the whole list has been read, so a list that fails changes nothing. Every step may be
repeated: a second run finds what the first has left, and opens nothing new.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ..aws import logs
from ..aws.transactions import Transaction
from ..core.clock import Clock, spa_date
from ..items import table as items
from ..items.model import ItemKind
from ..payments import days, ledger_table
from ..payments.days import Day
from ..payments.entry import Entry, EntryKind
from ..payments.gateway import DayList, Gateway
from ..payments.tally import Difference, differences, does_not_tie, odd, sums, theirs_of
from . import heal
from .returned import record_all

LAST_LOOK = timedelta(days=7)  # by then everything is settled; what still differs will not put itself right
_KNOWN_AT_ONCE = (ItemKind.PAYMENT_UNKNOWN, ItemKind.AMOUNT_DIFFERS, ItemKind.CURRENCY_DIFFERS)
_STEPS = 25  # items opened or closed in one transaction
_ODD = re.compile(r"[^A-Za-z0-9]+")


def reconcile(day: date, gateway: Gateway, clock: Clock) -> Day:
    """Compare a day with its provider, heal what can be, and return it as it then stands.

    The list's calls, two Queries and two reads, and for each movement that is not as listed what `heal` and
    `record_all` cost. Raises Retryable, Refused.
    """
    theirs = gateway.list_day(day)
    before = days.load(day, gateway.name)
    compared = _compared(day, theirs, gateway, clock)
    after = days.closed(compared, before)
    _written(after, before, clock.now())
    logs.info("day compared", provider=gateway.name, day=day.isoformat(), count=len(after.differences),
              state="closed" if after.closed_at else "open")
    return after


def _compared(day: date, theirs: DayList, gateway: Gateway, clock: Clock) -> Day:
    """Heal, and return what differs all the same."""
    known = _came(ledger_table.of_day(day, gateway.name))
    for report in theirs.payments:
        if known.get(report.provider_ref) != (report.amount, report.fee, report.net):
            heal.hear(report, day, gateway, clock)
    owners = record_all(theirs.back, clock, dated=True)
    listed = theirs_of(day, theirs.payments, owners)
    whole = theirs.whole
    for entry in _unlisted(ledger_table.of_day(day, gateway.name), listed):
        if heal.listed_elsewhere(entry, gateway, clock):
            whole = False
    ours = ledger_table.of_day(day, gateway.name)
    whole = whole or not (ours or listed)  # nothing moved, so nothing will be settled
    found = [one for one in differences(ours, listed) if whole or not _only_late(one) or _last_look(day, clock.now())]
    found += odd(theirs.payments)
    if not whole and not found and _last_look(day, clock.now()):
        found.append(does_not_tie(ours, listed))
    return Day(day=day, method=gateway.name, ours=sums(ours), theirs=sums(listed), differences=tuple(found),
               whole=whole, looked_at=clock.now())


def _came(entries: list[Entry]) -> dict[str, tuple[int, int | None, int | None]]:
    return {entry.ref: (entry.amount, entry.fee, entry.net) for entry in entries if entry.kind is EntryKind.IN}


def _unlisted(ours: list[Entry], listed: list[Entry]) -> Iterator[Entry]:
    known = _came(listed)
    return (entry for entry in ours if entry.kind is EntryKind.IN and entry.ref not in known)


def _only_late(one: Difference) -> bool:
    """Tell whether a difference may vanish when the list is whole: what it lacks, it may yet bring."""
    return one.kind not in _KNOWN_AT_ONCE


def _last_look(day: date, now: datetime) -> bool:
    return spa_date(now) - day >= LAST_LOOK


def item_key(one: Difference, day: Day) -> str:
    """Return the key of the item about a difference: of a payment if it is of one, else of the provider's number."""
    if one.kind is ItemKind.DAY_DOES_NOT_TIE or not (one.payment or one.ref):
        return ".".join(filter(None, (ItemKind.DAY_DOES_NOT_TIE, day.method, day.day.isoformat(), one.payment)))
    ours = one.payment and one.kind is not ItemKind.PAYMENT_UNKNOWN
    return f"{one.kind}.{one.payment}" if ours else f"{one.kind}.{day.method}.{_ODD.sub('-', one.ref)[:80]}"


def _written(after: Day, before: Day | None, now: datetime) -> None:
    """Open what differs now, close what did and no longer does, and keep the day."""
    open_now = {item_key(one, after): one for one in after.differences}
    gone = {item_key(one, before) for one in before.differences} - open_now.keys() if before else set()
    steps = [*open_now.items(), *((key, None) for key in sorted(gone))]
    for start in range(0, max(len(steps), 1), _STEPS):
        tx = Transaction()
        for key, one in steps[start : start + _STEPS]:
            if one is None:
                items.settled(tx, key, now)
            else:
                items.opened(tx, kind=one.kind, key=key, about=_about(one, after), now=now)
        if start + _STEPS >= len(steps):
            days.written(tx, after)
        tx.commit()


def _about(one: Difference, day: Day) -> dict[str, str | int]:
    told: dict[str, str | int] = {"day": day.day.isoformat(), "method": day.method, "of": one.of.value,
                                  "ours": one.ours, "theirs": one.theirs}
    names = {"payment": one.payment, "order": one.order, "ref": one.ref[:80]}
    return told | {name: value for name, value in names.items() if value}
