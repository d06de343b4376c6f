"""When a programme can be had: hours for all its parts, over the days of its stay. Pure.

docs/availability.md (Programmes) says which hours go together and which come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from typing import NamedTuple

from ..catalog.model import Service, price_of
from ..catalog.values import weekday_of
from ..core.clock import epoch
from ..core.money import Clp
from .addons import addon_refused, addon_times
from .days import day_of, start_at
from .fit import Fit, Hour, Rank, fits
from .look import Look
from .model import DayAvailability, ProposedPart, Slot, availability
from .plan import Piece, Plan, plan_of
from .propose import MOST, Proposal, hours_of, proposed_part, reason_why_none
from .reasons import Reason, closed_weekday, guests_refused
from .spot import ends_at
from .together import Booking, seated

EARLY_SECONDS = 7 * 24 * 3600
"""What an hour before check-in counts as waiting: any proposal without one comes first."""


def days_of(look: Look, service: Service, days: Iterable[date], guests: int) -> list[DayAvailability]:
    """Return the days of any service: `availability`, or of a programme its proposals as the slots of each day.

    A programme's day is `few` when fewer than half as many proposals are left as the house would make without bookings.
    """
    if service.kind != "programme":
        return availability(look.catalogue, service, days, guests, look.sheets, look.now, look.own)
    plan = plan_of(look.catalogue, service)
    return [_day(look, plan, day, guests) for day in days]


class Nights(NamedTuple):
    """A stay: its cabin's nights one after the other. Without a cabin there are none."""

    nights: tuple[Booking, ...] = ()

    @property
    def check_in(self) -> int | None:
        return self.nights[0].slot.start.epoch if self.nights else None

    @property
    def check_out(self) -> int | None:
        if not self.nights:
            return None
        return epoch(ends_at(self.nights[-1].service, self.nights[-1].slot.start.at))

    def penalty(self, day: int, first: int, last: int) -> int | None:
        """Return what an hour on a day of the stay (0 is the first) counts; None when it can't be.

        Between check-in and check-out: nothing. Over before check-in: possible, but last choice.
        """
        if self.check_in is None or self.check_out is None:
            return 0
        if day == 0 and first < self.check_in:
            return EARLY_SECONDS if last <= self.check_in else None
        return 0 if last <= self.check_out else None


def programme_refused(look: Look, service: Service, day: date, guests: int) -> Reason | None:
    """Say what the programme's own rules have against a first day: its party, horizon and weekday."""
    today = day_of(look.now)
    if refused := guests_refused(service, guests):
        return refused
    if day < today:
        return Reason("in_the_past")
    if day > today + timedelta(days=service.horizon_days):
        return Reason("beyond_horizon", {"days": service.horizon_days})
    schedule = look.catalogue.schedule_of(service)
    return closed_weekday(day) if schedule and weekday_of(day) in schedule.closed else None


def start_refused(look: Look, service: Service, first: int) -> Reason | None:
    """Say whether a programme whose first part begins then (epoch seconds) is too soon."""
    if first <= epoch(look.now):
        return Reason("in_the_past")
    if first < epoch(look.now) + service.notice_minutes * 60:
        return Reason("too_short_notice", {"minutes": service.notice_minutes})
    return None


def _day(look: Look, plan: Plan, day: date, guests: int) -> DayAvailability:
    if refused := programme_refused(look, plan.service, day, guests):
        return DayAvailability(day, "closed", None, (), refused)
    price = price_of(plan.service, day, guests, look.catalogue.holiday_dates)
    found = programme_proposals(look, plan, day, price)
    slots = tuple(Slot(start_at(one.start), price, parts=one.parts) for one in found)
    if len(found) == MOST:
        return DayAvailability(day, "free", price, slots)
    if found:
        possible = programme_proposals(look.only_blocked, plan, day, price)
        return DayAvailability(day, "few" if 2 * len(found) < len(possible) else "free", price, slots)
    reason = _why_none(look, plan, day, price)
    return DayAvailability(
        day, "full" if reason.competition else "closed", price if reason.competition else None, (), reason
    )


def programme_proposals(look: Look, plan: Plan, day: date, price: Clp, most: int = MOST) -> list[Proposal]:
    """Return the best ways to have a programme from a day on; as `propose.proposals`, over all days of the stay."""
    stay = _stay(look, plan, day)
    if stay is None:
        return []
    best: dict[tuple[int, ...], Fit] = {}
    known: dict[tuple[int, tuple[int, ...]], list[Fit]] = {}
    for chosen in product(*(piece.days for piece in plan.pieces)):
        for fit in _over_days(look, plan, day, stay, chosen, known, most):
            starts = tuple(booking.slot.start.epoch for booking in fit.bookings)
            if starts not in best or fit.rank < best[starts].rank:
                best[starts] = fit
    ranked = sorted(best.values(), key=lambda fit: fit.rank)
    proposals = (_proposal(look, plan, stay, fit.bookings, price) for fit in ranked)
    return [proposal for proposal in proposals if proposal is not None][:most]


def _stay(look: Look, plan: Plan, day: date) -> Nights | None:
    """Return the nights in the first cabin, in the programme's order, that is free for all of them."""
    if plan.cabin is None:
        return Nights()
    for service in plan.cabin.any_of:
        for first in look.day(service, plan.cabin.guests, day).slots:
            nights = [
                next((slot for slot in look.day(service, plan.cabin.guests, day + timedelta(days=number)).slots
                      if slot.free and slot.start.wall == first.start.wall), None)
                for number in range(plan.nights)
            ]  # fmt: skip
            free = [Booking(service, plan.cabin.guests, slot) for slot in nights if slot is not None]
            if len(free) == plan.nights and not start_refused(look, plan.service, first.start.epoch):
                return Nights(tuple(free))
    return None


def _over_days(
    look: Look, plan: Plan, day: date, stay: Nights, chosen: Sequence[int],
    known: dict[tuple[int, tuple[int, ...]], list[Fit]], most: int,
) -> list[Fit]:  # fmt: skip
    """Return the best fits when each piece is on its chosen day: the best of each day, joined."""
    joined = [(Rank(0), dict[int, Booking]())]
    for offset in sorted(set(chosen)):
        numbers = tuple(number for number, on in enumerate(chosen) if on == offset)
        if (offset, numbers) not in known:
            hours = [_hours(look, plan, plan.pieces[number], day, offset, stay) for number in numbers]
            known[offset, numbers] = fits(hours, (), most, lambda things: seated(look, things))
        joined = sorted(
            ((rank.then(fit.rank), {**placed, **dict(zip(numbers, fit.bookings, strict=True))})
             for rank, placed in joined for fit in known[offset, numbers]),
            key=lambda one: one[0],
        )[:most]  # fmt: skip
    return [Fit(rank, tuple(placed[number] for number in range(len(chosen)))) for rank, placed in joined]


def _hours(look: Look, plan: Plan, piece: Piece, day: date, offset: int, stay: Nights) -> list[Hour]:
    hours = hours_of(
        look, piece.part, day + timedelta(days=offset), lambda first, last: stay.penalty(offset, first, last)
    )
    return [hour for hour in hours if not start_refused(look, plan.service, hour.first)]


def extras_of(
    plan: Plan, stay: Nights, pieces: Sequence[Booking]
) -> list[tuple[Service, datetime, datetime, int]] | None:
    """Return each add-on with its times and guests; None when there is no such host."""
    found = []
    for extra in plan.extras:
        hosts = [one for one in (*stay.nights, *pieces) if one.service.kind == extra.host]
        hosts.sort(key=lambda one: one.slot.start.epoch)
        if extra.nth >= len(hosts):
            return None
        host, service = hosts[extra.nth], extra.part.any_of[0]
        times = addon_times(service, host.slot.start.at, ends_at(host.service, host.slot.start.at))
        found.append((service, *times, extra.part.guests))
    return found


def _proposal(look: Look, plan: Plan, stay: Nights, pieces: Sequence[Booking], price: Clp) -> Proposal | None:
    extras = extras_of(plan, stay, pieces)
    if extras is None or any(addon_refused(one, start, guests, look.now) for one, start, _, guests in extras):
        return None
    parts = [proposed_part(booking) for booking in (*stay.nights, *pieces)]
    parts += [
        ProposedPart(
            service, start_at(start), end, guests,
            price_of(service, day_of(start), guests, look.catalogue.holiday_dates),
        )
        for service, start, end, guests in extras
    ]  # fmt: skip
    parts.sort(key=lambda part: part.start.epoch)
    return Proposal(tuple(parts), parts[0].start.at, max(part.end for part in parts), price)


def _why_none(look: Look, plan: Plan, day: date, price: Clp) -> Reason:
    wanted = [(plan.cabin, day + timedelta(days=number)) for number in range(plan.nights) if plan.cabin]
    wanted += [(piece.part, day + timedelta(days=piece.days[0])) for piece in plan.pieces if len(piece.days) == 1]
    return reason_why_none(look, wanted, lambda one: bool(programme_proposals(one, plan, day, price, 1)))
