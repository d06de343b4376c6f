"""Close a resource, a pool or everything for a time: a block is a claim `block:<slug>` on the day sheets it covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from ..aws.transactions import Transaction
from ..catalog.model import Block, Catalogue, Resource, Service
from ..core.clock import SPA_ZONE, Clock, epoch
from ..core.errors import Conflict, DomainError
from .claim import expires_of, release, take
from .days import NIGHT_INDEX, TICK_SECONDS, Tick, day_of, labels_of, mask_of, spa_day, starts_of
from .sheets import BLOCK_PREFIX, EMPTY, Mark, Occupied, Place, Sheets
from .spot import ends_at
from .table import Sheet, read_days

TICKS_PER_STEP = 24
"""A day sheet's ticks go in steps of so many: a condition may hold 300 operators (PROVIDERS.md §F.1)."""
STEPS_PER_TRANSACTION = 50


class Covered(NamedTuple):
    """A booking in the way of a block: whose claim it is, and where."""

    resource: str
    day: date
    claim: str


def place(block: Block, catalogue: Catalogue, clock: Clock, *, forced: bool = False) -> list[Covered]:
    """Place a block and return the confirmed bookings that it covers and leaves alone: none, unless forced.

    Unforced, it refuses with Conflict("block_covers_bookings", covered=[…]) when a confirmed booking or a living hold
    is in the way, and nothing stays blocked. Forced, holds are overridden (their payment will find the slot gone) and
    confirmed bookings keep their ticks: somebody has to speak with those guests. Placing it again changes nothing.
    Requests: those of `read_days`, and one transaction for each 50 steps of at most 24 ticks.
    """
    now = clock.now()
    places = places_of(block, catalogue)
    sheets = _read(block, catalogue)
    covered = _covered(places, sheets, epoch(now), block, holds_count=not forced)
    if covered and not forced:
        raise Conflict("block_covers_bookings", covered=covered)
    try:
        for steps in _transactions(_without(places, sheets, covered)):
            tx = Transaction()
            for step in steps:
                _cover(tx, block, step, now, forced=forced)
            tx.commit()
    except Conflict:
        lift(block, catalogue)
        raise
    return covered


def lift(block: Block, catalogue: Catalogue) -> None:
    """Lift a block wherever it stands; lifting it again changes nothing. Requests as `place`."""
    sheets = _read(block, catalogue)
    ours = []
    for at in places_of(block, catalogue):
        sheet = sheets.get((at.resource, at.day), EMPTY)
        mask = sum(1 << index for index, mark in sheet.items() if mark.claim == claim_of(block))
        ours.append(at.model_copy(update={"ticks": labels_of(mask)}))
    for steps in _transactions([at for at in ours if at.ticks]):
        tx = Transaction()
        for step in steps:
            release(tx, claim_of(block), Occupied(places=(step,)))
        tx.commit()


def claim_of(block: Block) -> str:
    """Return the claim under which a block stands on the sheets."""
    return BLOCK_PREFIX + block.slug


def places_of(block: Block, catalogue: Catalogue) -> list[Place]:
    """Return the half hours (and nights) that a block touches, by resource and day."""
    first, last = (wall.replace(tzinfo=SPA_ZONE) for wall in (block.first, block.last))
    found = []
    for resource in _resources(block, catalogue):
        for day in _days(day_of(first), day_of(last)):
            ticks = _ticks(catalogue, resource, day, int(first.timestamp()), int(last.timestamp()))
            if ticks:
                calendar = catalogue.calendar_of(resource.slug)
                found.append(Place(resource=resource.slug, day=day, ticks=ticks, calendar=calendar))
    return found


def _resources(block: Block, catalogue: Catalogue) -> Sequence[Resource]:
    if block.resource:
        return (catalogue.resource(block.resource),)
    return catalogue.members(block.pool) if block.pool else catalogue.resources


def _days(first: date, last: date) -> Iterator[date]:
    """Yield the spa's days from the night before the first: a night begun then may still be going on."""
    for number in range(-1, (last - first).days + 1):
        yield first + timedelta(days=number)


def _ticks(catalogue: Catalogue, resource: Resource, day: date, first: int, last: int) -> tuple[Tick, ...]:
    if resource.by_night:
        spans = [span for service in catalogue.services for span in _nights(catalogue, service, resource, day)]
        touched = any(since < last and first < until for since, until in spans)
        return labels_of(1 << NIGHT_INDEX) if touched else ()
    sheet = spa_day(day)
    mask = 0
    for index in range(sheet.ticks):
        since = sheet.opens + index * TICK_SECONDS
        if since < last and first < since + TICK_SECONDS:
            mask |= 1 << index
    return labels_of(mask)


def _nights(catalogue: Catalogue, service: Service, resource: Resource, day: date) -> Iterator[tuple[int, int]]:
    """Yield from when to when (epoch seconds) a night of `day` lasts on a resource."""
    if any(resource in catalogue.candidates(need) for need in service.needs):
        for start in starts_of(day, catalogue.starts_on(service, day)):
            yield start.epoch, epoch(ends_at(service, start.at))


def _read(block: Block, catalogue: Catalogue) -> Sheets:
    names = [resource.slug for resource in _resources(block, catalogue)]
    first, last = (day_of(wall.replace(tzinfo=SPA_ZONE)) for wall in (block.first, block.last))
    return read_days(catalogue, names, first - timedelta(days=1), last)


def _covered(places: list[Place], sheets: Sheets, now: int, block: Block, *, holds_count: bool) -> list[Covered]:
    found: dict[Covered, None] = {}
    for at in places:
        mask = mask_of(at.ticks)
        for index, mark in sheets.get((at.resource, at.day), EMPTY).items():
            if mask >> index & 1 and _is_booking(mark, now, holds_count=holds_count):
                found[Covered(at.resource, at.day, mark.claim)] = None
    return list(found)


def _is_booking(mark: Mark, now: int, *, holds_count: bool) -> bool:
    if mark.is_block:
        return False
    return mark.until is None or (holds_count and mark.lives(now))


def _without(places: list[Place], sheets: Sheets, covered: list[Covered]) -> list[Place]:
    """Leave out the ticks that covered bookings, or other blocks, already have."""
    keep = {(c.resource, c.day, c.claim) for c in covered}
    found = []
    for at in places:
        mask = mask_of(at.ticks)
        for index, mark in sheets.get((at.resource, at.day), EMPTY).items():
            if mark.is_block or (at.resource, at.day, mark.claim) in keep:
                mask &= ~(1 << index)
        if mask:
            found.append(at.model_copy(update={"ticks": labels_of(mask)}))
    return found


def _transactions(places: list[Place]) -> Iterator[list[Place]]:
    """Cut places into steps of few ticks, and those into transactions that touch no item twice."""
    steps = [
        (number, at.model_copy(update={"ticks": at.ticks[number : number + TICKS_PER_STEP]}))
        for at in places
        for number in range(0, len(at.ticks), TICKS_PER_STEP)
    ]
    for number in sorted({number for number, _ in steps}):
        group = [step for of, step in steps if of == number]
        for begin in range(0, len(group), STEPS_PER_TRANSACTION):
            yield group[begin : begin + STEPS_PER_TRANSACTION]


def _cover(tx: Transaction, block: Block, step: Place, now: datetime, *, forced: bool) -> None:
    refusal = Conflict("block_covers_bookings", covered=[])
    if forced:
        cover_holds(tx, claim_of(block), step, refusal)
    else:
        take(tx, claim_of(block), Occupied(places=(step,)), None, now, refusal)


def cover_holds(tx: Transaction, claim: str, place: Place, otherwise: DomainError) -> None:
    """Add the step that blocks ticks of a day under a claim, over holds but not over what is confirmed.

    Whoever held them finds them gone when paying. The commit raises `otherwise` if a tick is another's for good.
    """
    may_have = [_free_or_hold(tick, claim) for tick in place.ticks]
    actions: list[Action] = [Path(tick).set({"h": claim}) for tick in place.ticks]
    actions.append(Sheet.expires.set(expires_of(place.day)))
    tx.update(Sheet(*place.key), actions=actions, condition=reduce(and_, may_have), otherwise=otherwise)


def _free_or_hold(tick: Tick, claim: str) -> Condition:
    absent, ours = Path(tick).does_not_exist(), Path([tick, "h"]) == claim
    free: Condition = absent | Path([tick, "u"]).exists() | ours
    return free
