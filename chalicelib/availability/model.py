"""The one availability function: which starts of a service are free on which days, at what price, and why not. Pure.

The site, the cart and the tests all ask `availability` or, for one start, `slot_at`; docs/availability.md explains
the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from ..catalog.model import Catalogue, Need, Service, price_of
from ..catalog.values import weekday_of
from ..core.clock import epoch
from ..core.money import Clp
from .assign import assign, demands_of, working_spans
from .days import Start, day_of
from .reasons import Reason, closed_weekday, guests_refused, taken
from .sheets import EMPTY, FREE, Masks, Occupied, Sheets, masks_of
from .spot import mask_for, occupied, offered_starts

State = Literal["free", "few", "full", "closed"]


class ProposedPart(NamedTuple):
    """One service of several that fit together: when, for how many, at what price by itself, and what it would take."""

    service: Service
    start: Start
    end: datetime
    guests: int
    price: Clp
    resources: tuple[str, ...] = ()


class Slot(NamedTuple):
    """One start of a day. Free: `resources` says what it would take. Not free: `reason` says why.

    That of a programme stands for all its `parts`, each with resources of its own.
    """

    start: Start
    price: Clp
    resources: tuple[str, ...] = ()
    reason: Reason | None = None
    parts: tuple[ProposedPart, ...] = ()

    @property
    def free(self) -> bool:
        return self.reason is None


class DayAvailability(NamedTuple):
    """A day of a service: `free`, `few` (fewer than half of its starts are left), `full`, or `closed`."""

    date: date
    state: State
    price: Clp | None
    slots: tuple[Slot, ...] = ()
    reason: Reason | None = None


def availability(
    catalogue: Catalogue,
    service: Service,
    days: Iterable[date],
    guests: int,
    sheets: Sheets,
    now: datetime,
    own: str = "",
) -> list[DayAvailability]:
    """Return each day's starts with their price, and the reason of every one that is not free.

    `sheets` are those of `assign.resources_of(catalogue, service)`; ticks of the claim `own` don't count as occupied.
    No rule for a day means closed (DOMAIN.md, Availability and stays).
    """
    view = _View(catalogue, service, guests, sheets, now, own)
    return [view.day(day) for day in days]


def slot_at(
    catalogue: Catalogue,
    service: Service,
    start: datetime,
    guests: int,
    sheets: Sheets,
    now: datetime,
    own: str = "",
) -> Slot | Reason:
    """Return the slot that begins at an instant, free or not, or the reason why no start of the service does."""
    day = availability(catalogue, service, [day_of(start)], guests, sheets, now, own)[0]
    for slot in day.slots:
        if slot.start.at == start:
            return slot
    if day.reason is not None and not day.slots:
        return day.reason
    return Reason("off_schedule", {"service": service.slug})


def spot_of(catalogue: Catalogue, service: Service, slot: Slot) -> Occupied:
    """Return what a free slot takes, ready to be claimed."""
    return occupied(catalogue, slot.resources, day_of(slot.start.at), mask_for(service, slot.start))


def choices_at(
    catalogue: Catalogue, service: Service, start: Start, guests: int, sheets: Sheets, now: datetime, own: str = ""
) -> list[list[str]]:
    """Return, for each resource that a booking takes, all that could serve it at a start, the least busy first."""
    board = _Board(_View(catalogue, service, guests, sheets, now, own), day_of(start.at))
    return board.choices(start, mask_for(service, start), board.busy)


class _View:
    """One service and party, looked at at one moment; each sheet is sorted into masks once."""

    def __init__(
        self, catalogue: Catalogue, service: Service, guests: int, sheets: Sheets, now: datetime, own: str
    ) -> None:
        self.catalogue, self.service, self.guests, self.sheets, self.own = catalogue, service, guests, sheets, own
        self.now, self.today = epoch(now), day_of(now)
        self.demands = demands_of(service, guests)
        self.need_of = [service.needs.index(need) for need in self.demands]
        self.candidates = [catalogue.candidates(need) for need in service.needs]
        self.resources = {r.slug: r for found in self.candidates for r in found}.values()

    def day(self, day: date) -> DayAvailability:
        refused = self._day_refused(day)
        starts = () if refused else offered_starts(self.catalogue, self.service, day)
        if refused or not starts:
            return DayAvailability(day, "closed", None, (), refused or Reason("no_rule"))
        price = price_of(self.service, day, self.guests, self.catalogue.holiday_dates)
        board = _Board(self, day)
        slots = tuple(self._slot(board, start, price) for start in starts)
        return _summed_up(day, price, slots)

    def _day_refused(self, day: date) -> Reason | None:
        service = self.service
        if refused := guests_refused(service, self.guests):
            return refused
        if day < self.today:
            return Reason("in_the_past")
        if day > self.today + timedelta(days=service.horizon_days):
            return Reason("beyond_horizon", {"days": service.horizon_days})
        schedule = self.catalogue.schedule_of(service)
        if schedule is not None and weekday_of(day) in schedule.closed:
            return closed_weekday(day)
        return None

    def _slot(self, board: _Board, start: Start, price: Clp) -> Slot:
        if start.epoch <= self.now:
            return Slot(start, price, reason=Reason("in_the_past"))
        if start.epoch < self.now + self.service.notice_minutes * 60:
            return Slot(start, price, reason=Reason("too_short_notice", {"minutes": self.service.notice_minutes}))
        mask = mask_for(self.service, start)
        chosen = board.assigned(start, mask, board.busy)
        if isinstance(chosen, int):
            return Slot(start, price, reason=board.why_not(start, mask, chosen))
        return Slot(start, price, chosen)


class _Board:
    """The sheets of one day: what is occupied, who works, and who could take a booking, the least busy first."""

    def __init__(self, view: _View, day: date) -> None:
        self.view, self.date, self.minutes = view, day, view.service.minutes
        self.masks: dict[str, Masks] = {}
        self.spans: dict[str, Sequence[tuple[int, int]] | None] = {}
        for resource in view.resources:
            sheet = view.sheets.get((resource.slug, day))
            self.masks[resource.slug] = masks_of(sheet, view.now, view.own) if sheet else FREE
            self.spans[resource.slug] = working_spans(resource, day)
        self.busy = {name: masks.busy for name, masks in self.masks.items()}
        load = {name: mask.bit_count() for name, mask in self.busy.items()}
        self.options = [sorted((r.slug for r in found), key=load.__getitem__) for found in view.candidates]

    def assigned(self, start: Start, mask: int, occupied: dict[str, int]) -> tuple[str, ...] | int:
        """Return the resources that would serve a start, or the number of a demand that none is left for."""
        return assign(self.choices(start, mask, occupied))

    def choices(self, start: Start, mask: int, occupied: dict[str, int]) -> list[list[str]]:
        """Return what could serve each demand of a start."""
        first, last = start.epoch, start.epoch + self.minutes * 60
        free = [
            [name for name in names if not occupied[name] & mask and self._works(name, first, last)]
            for names in self.options
        ]
        return [free[number] for number in self.view.need_of]

    def why_not(self, start: Start, mask: int, missing: int) -> Reason:
        """Say why a start is not free: what would have to go for it to be.

        Only holds → `held` (they may lapse); holds and blocks → `blocked`; else the need that a booking, or the
        roster, leaves unanswered.
        """
        if any(masks.held & mask for masks in self.masks.values()):
            lasting = {name: masks.sold | masks.blocked for name, masks in self.masks.items()}
            if not isinstance(self.assigned(start, mask, lasting), int):
                return Reason("held", competition=True)
        sold = {name: masks.sold for name, masks in self.masks.items()}
        if sold != self.busy:
            chosen = self.assigned(start, mask, sold)
            if not isinstance(chosen, int):
                return Reason("blocked")
            missing = chosen
        at_all = not isinstance(self.assigned(start, mask, dict.fromkeys(self.masks, 0)), int)
        need, view = self.view.demands[missing], self.view
        if need.resource and at_all:
            sheet = view.sheets.get((need.resource, self.date), EMPTY)
            return taken(view.service, self.date, sheet, mask, view.now, view.own)
        return Reason(f"no_{self._kind(need)}", competition=at_all)

    def _works(self, name: str, first: int, last: int) -> bool:
        spans = self.spans[name]
        if spans is None:
            return True
        for since, until in spans:  # noqa: SIM110  asked for every start of a month: the loop costs less than any()
            if since <= first and last <= until:
                return True
        return False

    def _kind(self, need: Need) -> str:
        catalogue = self.view.catalogue
        return catalogue.pool(need.pool or catalogue.resource(need.resource or "").pool).kind


def _summed_up(day: date, price: Clp, slots: tuple[Slot, ...]) -> DayAvailability:
    """Give the day its state, and when nothing is free the one reason that says most."""
    free = sum(1 for slot in slots if slot.free)
    if free:
        return DayAvailability(day, "few" if 2 * free < len(slots) else "free", price, slots)
    reasons = [slot.reason for slot in slots if slot.reason is not None]
    full = any(reason.competition for reason in reasons)
    if len({reason.code for reason in reasons}) == 1:
        said = reasons[0]
    elif full:
        held = any(reason.code == "held" for reason in reasons)
        said = Reason("held" if held else "day_full", competition=True)
    else:
        said = reasons[-1]
    return DayAvailability(day, "full" if full else "closed", price if full else None, slots, said)
