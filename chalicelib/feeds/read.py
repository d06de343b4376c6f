"""Read a channel's calendar and block here what it has taken: as a whole, or not at all."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ..availability.block import cover_holds
from ..availability.claim import release
from ..availability.days import NIGHT, NIGHT_INDEX
from ..availability.sheets import EMPTY, Occupied, Place, Sheets
from ..availability.table import read_nights
from ..aws import logs
from ..aws.transactions import Transaction, decided_again
from ..core.clock import Clock, spa_date
from ..core.errors import Retryable
from ..items import table as items
from ..items.model import ItemKind
from . import model, table
from .fetch import Bounds, Reach, fetch
from .model import Feed
from .nights import NOTHING, Heard, nights_in
from .problem import FeedProblem, Unreadable
from .share import AHEAD_DAYS

NIGHTS_PER_TRANSACTION = 60
CLASHES_PER_RUN = 15
"""Clashes told of, and settled, in one run, so that a transaction keeps below its 100 items; the next does the rest."""


class Plan(NamedTuple):
    """What a reading changes: nights to close and to open again, nights that we have sold too, nights blocked then."""

    close: list[date]
    open: list[date]
    clashing: set[date]
    nights: int


def read(feed: Feed, clock: Clock, reach: Reach | None = None, bounds: Bounds | None = None) -> Feed:
    """Read a channel's calendar, replace its blocks, and return the channel as it is then.

    A calendar that can't be read changes nothing but the channel's own record: what it said before stays in force. A
    channel without an address, or one that is leaving, has no nights. A hold is overridden, as by a forced block; a
    booking of ours never is: the night becomes an item. Requests: the fetch, a GetItem, a Query, and one transaction
    for every NIGHTS_PER_TRANSACTION nights that changed; nights are closed before others are opened.
    """
    first, last = _window(clock)
    try:
        said = nights_in(fetch(feed.url, reach, bounds), first, last) if feed.url and not feed.leaving else NOTHING
    except Unreadable as error:
        logs.warning("calendar could not be read", resource=feed.cabin, provider=feed.channel, code=error.code)
        problem = error.problem
        return decided_again(lambda: _failed(feed, problem, clock))
    return decided_again(lambda: _replaced(feed, said, clock))


def plan(feed: Feed, said: Heard, sheets: Sheets) -> Plan:
    """Return what has to change so that a channel blocks exactly the nights it says, as far as they are not ours."""
    marks = {day: sheet[NIGHT_INDEX] for (_, day), sheet in sheets.items() if NIGHT_INDEX in sheet}
    ours = {day for day, mark in marks.items() if mark.claim == feed.claim}
    free = {day for day in said.nights if day not in marks or marks[day].until is not None}
    clashing = {day for day in said.sold - ours - free if not marks[day].is_block}
    return Plan(sorted(free), sorted(ours - said.nights), clashing, len(free) + len(ours & said.nights))


def _replaced(feed: Feed, said: Heard, clock: Clock) -> Feed:
    now = table.load(feed.cabin, feed.channel)
    if (now.url, now.leaving) != (feed.url, feed.leaving):
        return now  # staff changed it while we read: the next run reads what it is now
    sheets = read_nights(feed.cabin, *_window(clock), consistent=True)
    todo = plan(now, said, sheets)
    *before, final = _batches(todo)
    for batch in before:
        tx = Transaction()
        _change(tx, now, batch)
        tx.commit()
    tx = Transaction()
    _change(tx, now, final)
    after = model.heard(now, clock.now(), nights=todo.nights, clashes=model.clashes_after(
        now, todo.clashing, clock.now(), most=CLASHES_PER_RUN))
    _tell(tx, now, after, sheets, clock)
    if after.leaving and not after.clashes:
        table.removed(tx, after)
    else:
        table.saved(tx, after)
    tx.commit()
    return after


def _failed(feed: Feed, problem: FeedProblem, clock: Clock) -> Feed:
    now = table.load(feed.cabin, feed.channel)
    if (now.url, now.leaving) != (feed.url, feed.leaving):
        return now
    after = model.failed(now, clock.now(), problem)
    tx = Transaction()
    if after.failing:
        items.opened(tx, kind=ItemKind.FEED_FAILING, key=after.failing, now=clock.now(),
                     about={"resource": feed.cabin, "channel": feed.channel, "problem": problem.value})
    table.saved(tx, after)
    tx.commit()
    return after


def _tell(tx: Transaction, before: Feed, after: Feed, sheets: Sheets, clock: Clock) -> None:
    """Open an item for each new clash, and settle those of clashes and failures that are over."""
    for day, key in after.clashes.items():
        if day not in before.clashes:
            items.opened(tx, kind=ItemKind.FEED_CLASH, key=key, now=clock.now(), about={
                "resource": after.cabin, "channel": after.channel, "day": day.isoformat(),
                "line": sheets.get((after.cabin, day), EMPTY)[NIGHT_INDEX].claim})
    over = [key for day, key in before.clashes.items() if day not in after.clashes]
    for key in [*over, *([before.failing] if before.failing else [])]:
        items.settled(tx, key, clock.now())


def _batches(todo: Plan) -> Iterator[list[tuple[date, bool]]]:
    """Yield the nights that change, each with whether it closes, as many as go into a transaction; at least a batch."""
    steps = [(day, True) for day in todo.close] + [(day, False) for day in todo.open]
    for begin in range(0, max(len(steps), 1), NIGHTS_PER_TRANSACTION):
        yield steps[begin : begin + NIGHTS_PER_TRANSACTION]


def _change(tx: Transaction, feed: Feed, steps: Iterable[tuple[date, bool]]) -> None:
    moved = Retryable("channel_changed")
    for day, closes in steps:
        place = Place(resource=feed.cabin, day=day, ticks=(NIGHT,))
        if closes:
            cover_holds(tx, feed.claim, place, moved)
        else:
            release(tx, feed.claim, Occupied(places=(place,)), moved)


def _window(clock: Clock) -> tuple[date, date]:
    today = spa_date(clock.now())
    return today - timedelta(days=1), today + timedelta(days=AHEAD_DAYS)
