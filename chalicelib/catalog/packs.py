"""Which packs a cart earns, and which it nearly earns. Pure; rules, guarantees and an example: docs/pricing.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from ..core.money import Clp
from .combine import Draw, Group, Unit, accepts, best, grouped, pool_of, ranked, takes_lines
from .offers import Pack
from .services import Kind

__all__ = ["Earned", "Missing", "Unit", "earned", "missing"]

MOST_DAYS = 3
"""Days on which a guest is told what a pack lacks: more would be tiring to read, and slow to find."""

Needs = tuple[tuple[Kind, int], ...]


class Earned(NamedTuple):
    """One application of a pack: the lines that serve it, and what they cost less together, in CLP."""

    pack: Pack
    lines: tuple[str, ...]
    discount: Clp


class Missing(NamedTuple):
    """What would earn a pack once more on a day: so many guests (or units) of a kind; and what that saves, in CLP."""

    pack: Pack
    needs: Needs
    discount: Clp
    day: date


def earned(packs: Sequence[Pack], units: Sequence[Unit]) -> list[Earned]:
    """Return the applications of packs that save the most, each guest of a line serving one at most.

    Of equal totals the one that applies the pack of highest priority most often wins, then the next pack's, in the
    catalogue's order. The order of `units` does not matter. Source: DOMAIN.md, Catalogue (Pack).
    """
    return _Assignment(packs, units).earned


def missing(
    packs: Sequence[Pack], units: Sequence[Unit], offered: Callable[[Kind, date], bool] = lambda kind, day: True
) -> list[Missing]:
    """Return what would earn more: one addition per pack and day at most, in the order of priority, then of days.

    Only for packs of which the cart holds something, and only when the pack would then be applied once more and the
    cart as it is would cost less. A pack of one day is looked at on the first MOST_DAYS days that it could use, one of
    any days on the first. Whoever knows the schedule says with `offered` whether a kind can be had on a day.
    """
    advice = _Advice(packs, units)
    found = []
    for number in ranked(packs):
        days = sorted({unit.day for unit in units if accepts(packs[number], unit)})
        for day in days[: MOST_DAYS if packs[number].same_day else 1]:
            lacking = advice.on(number, day)
            if lacking and all(offered(kind, day) for kind, _ in lacking.needs):
                found.append(lacking)
    return found


class _Shelf:
    """The lines of one group: untouched ones, the smallest first, and the guests left of those begun."""

    def __init__(self, units: Sequence[Unit] = ()) -> None:
        self.whole = list(units)
        self.loose: list[Unit] = []

    def take(self, draw: Draw) -> list[Unit]:
        """Take what the search took: the smallest lines, or guests of lines already begun, then of the largest."""
        if draw.whole:
            taken, self.whole = self.whole[: draw.amount], self.whole[draw.amount :]
            return taken
        while len(self.loose) < draw.amount:
            largest = self.whole.pop()
            self.loose += [largest] * largest.guests
        taken, self.loose = self.loose[: draw.amount], self.loose[draw.amount :]
        return taken

    def receive(self, other: _Shelf) -> None:
        """Take over everything from another shelf."""
        self.whole = sorted([*self.whole, *other.whole], key=lambda unit: (unit.guests, unit.day, unit.line))
        self.loose += other.loose
        other.whole, other.loose = [], []


class _Assignment:
    """The best plan, followed once more with the lines themselves: what serves what, and what serves nothing."""

    def __init__(self, packs: Sequence[Pack], units: Sequence[Unit]) -> None:
        self.packs = packs
        self.shelves: dict[Group, _Shelf] = {group: _Shelf(found) for group, found in grouped(packs, units).items()}
        self.plan = best(packs, units)
        order = {number: rank for rank, number in enumerate(ranked(packs))}
        applied = []
        for step in self.plan.steps:
            taken = [unit for draw in step.draws for unit in self._shelf(draw.group).take(draw)]
            lines = tuple(dict.fromkeys(unit.line for unit in taken))
            applied.append((order[step.pack], min(unit.day for unit in taken), lines))
        found = [(packs[ranked(packs)[rank]], lines) for rank, _, lines in sorted(applied)]
        self.earned = [Earned(pack, lines, Clp(pack.discount)) for pack, lines in found]

    def _shelf(self, group: Group) -> _Shelf:
        """Return a group's shelf; that of a pool is filled, when first asked for, with what the days left over."""
        if group not in self.shelves:
            pool = _Shelf()
            for of_day, shelf in self.shelves.items():
                if of_day.day is not None and pool_of(self.packs, of_day) == group:
                    pool.receive(shelf)
            self.shelves[group] = pool
        return self.shelves[group]

    def unused(self) -> list[tuple[Unit, int, int]]:
        """Return what serves no pack: units with the guests and the whole lines (1 or 0) they still offer."""
        left = [(unit, unit.guests, 1) for shelf in self.shelves.values() for unit in shelf.whole]
        return left + [(unit, 1, 0) for shelf in self.shelves.values() for unit in shelf.loose]


class _Advice:
    """Finds what one pack lacks on one day. Days that hold the like are looked at once."""

    def __init__(self, packs: Sequence[Pack], units: Sequence[Unit]) -> None:
        self.packs, self.units = packs, units
        assignment = _Assignment(packs, units)
        self.now = assignment.plan
        self.everything = [(unit, unit.guests, 1) for unit in units]
        self.unused = assignment.unused()
        self.shapes: dict[date, list[tuple[object, ...]]] = defaultdict(list)
        for group, found in grouped(packs, units).items():
            if group.day:
                self.shapes[group.day].append((group.kind, group.packs, *(unit.guests for unit in found)))
        self.known: dict[object, Clp] = {}

    def on(self, number: int, day: date) -> Missing | None:
        """Return the smaller addition, which takes units from other packs; the larger one if that saves nothing."""
        for offer in (self.everything, self.unused):
            needs = _lacking(self.packs[number], day, offer)
            saving = self._saving(number, day, needs) if needs else 0
            if saving > 0:
                return Missing(self.packs[number], needs, Clp(saving), day)
        return None

    def _saving(self, number: int, day: date, needs: Needs) -> Clp:
        key = (number, needs, tuple(self.shapes[day]))
        if key not in self.known:
            self.known[key] = self._saved_by(number, day, needs)
        return self.known[key]

    def _saved_by(self, number: int, day: date, needs: Needs) -> Clp:
        """Return what an addition saves; 0 unless it makes the pack apply once more."""
        then = best(self.packs, [*self.units, *_added(self.packs[number], day, needs)])
        before, after = (Counter(step.pack for step in plan.steps) for plan in (self.now, then))
        if after[number] <= before[number]:
            return Clp(0)
        return Clp(sum((after[n] - before[n]) * self.packs[n].discount for n in after | before))


def _lacking(pack: Pack, day: date, offer: Sequence[tuple[Unit, int, int]]) -> Needs:
    """Return what a pack lacks on a day; empty if it lacks nothing, or everything."""
    usable = [
        (unit.kind, guests, lines)
        for unit, guests, lines in offer
        if accepts(pack, unit) and (unit.day == day or not pack.same_day)
    ]
    if not usable:
        return ()
    lacks = []
    for need in pack.needs:
        held = sum(lines if takes_lines(need) else guests for kind, guests, lines in usable if kind == need.kind)
        lacks.append((need.kind, need.at_least - held))
    return tuple((kind, lack) for kind, lack in lacks if lack > 0)


def _added(pack: Pack, day: date, needs: Needs) -> list[Unit]:
    """Return the units of an addition: one line for so many guests, or so many lines."""
    whole = {need.kind for need in pack.needs if takes_lines(need)}
    nights = max(pack.min_nights, 1)
    return [
        Unit(f"added-{kind}-{number}", kind, day, 1 if kind in whole else lack, nights if kind == "cabin" else 0)
        for kind, lack in needs
        for number in range(lack if kind in whole else 1)
    ]
