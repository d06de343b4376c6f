"""Who serves several bookings of one party on one day, so that nothing is taken twice at one time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product
from operator import or_
from typing import NamedTuple

from ..catalog.model import Service
from .look import Look
from .model import Slot
from .spot import mask_for


class Booking(NamedTuple):
    """A free slot of a service for so many guests: `slot.resources` would serve it if it stood alone."""

    service: Service
    guests: int
    slot: Slot

    @property
    def mask(self) -> int:
        return mask_for(self.service, self.slot.start)


Options = Sequence[Booking]
"""What one thing could be: any of these bookings, the preferred first."""


class _Demand(NamedTuple):
    booking: int
    mask: int
    choices: Sequence[str]


def seated(look: Look, things: Sequence[Options]) -> list[Booking] | None:
    """Return one of its bookings for each thing, with resources so that all can be; None when nothing serves them all.

    Mostly that is the first of each, served as it would be alone. Only what shares half hours, because of buffers or
    because it is at one time, is arranged anew; found whenever there is a way, and always the same one.
    """
    found: list[Booking] = [options[0] for options in things]
    for group in _groups([reduce(or_, (booking.mask for booking in options)) for options in things]):
        if len(group) > 1:
            arranged = _first_served(look, [things[number] for number in group])
            if arranged is None:
                return None
            for number, booking in zip(group, arranged, strict=True):
                found[number] = booking
    return found


def _groups(masks: Sequence[int]) -> list[list[int]]:
    """Sort numbers into groups: what shares half hours with one of a group belongs to it."""
    groups: list[list[int]] = []
    for number, mask in enumerate(masks):
        near = [group for group in groups if any(masks[other] & mask for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append(sorted([number, *(other for group in near for other in group)]))
    return groups


def _first_served(look: Look, things: Sequence[Options]) -> list[Booking] | None:
    for bookings in product(*things):
        if not _clash(bookings):
            return list(bookings)
        arranged = _arranged(look, bookings)
        if arranged is not None:
            return arranged
    return None


def _clash(bookings: Sequence[Booking]) -> bool:
    return any(
        one.mask & other.mask and not set(one.slot.resources).isdisjoint(other.slot.resources)
        for place, one in enumerate(bookings)
        for other in bookings[:place]
    )


def _arranged(look: Look, bookings: Sequence[Booking]) -> list[Booking] | None:
    demands = [
        _Demand(number, booking.mask, choices)
        for number, booking in enumerate(bookings)
        for choices in look.choices(booking.service, booking.slot.start, booking.guests)
    ]
    chosen: list[str] = []
    if not _share_out(demands, chosen):
        return None
    served = [
        tuple(name for demand, name in zip(demands, chosen, strict=True) if demand.booking == number)
        for number in range(len(bookings))
    ]
    return [
        booking._replace(slot=booking.slot._replace(resources=resources))
        for booking, resources in zip(bookings, served, strict=True)
    ]


def _share_out(demands: Sequence[_Demand], chosen: list[str]) -> bool:
    """Give each demand one of its choices that no overlapping one has, by trying; `chosen` grows to be the answer."""
    if len(chosen) == len(demands):
        return True
    demand = demands[len(chosen)]
    taken = {name for other, name in zip(demands, chosen, strict=False) if other.mask & demand.mask}
    for name in demand.choices:
        if name not in taken:
            chosen.append(name)
            if _share_out(demands, chosen):
                return True
            chosen.pop()
    return False
