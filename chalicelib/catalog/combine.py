"""The search for the packs that save the most. Pure; rules, guarantees and an example: docs/pricing.md.

It goes forward over what is left of each group of like units: day by day for packs that want one day, then over what
the days left over, pooled, for packs that take any days. Of plans that leave the same behind only the best goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from .offers import Pack, PackNeed
from .services import Kind
from .values import weekday_of

_RADIX = 10_000
"""More than one cart can earn of one pack: keeps the digits of `_worths` apart."""


class Unit(NamedTuple):
    """What one cart line offers to packs. `nights`: the length of its stay; 0 unless it is a night in a cabin."""

    line: str
    kind: Kind
    day: date
    guests: int
    nights: int = 0


class Group(NamedTuple):
    """Units that the same packs may use: `packs` are their numbers, `day` is None once days no longer matter."""

    kind: Kind
    day: date | None
    packs: tuple[int, ...]


class Draw(NamedTuple):
    """So many guests, or whole lines, taken from one group for one need."""

    group: Group
    whole: bool
    amount: int


class Step(NamedTuple):
    """One application: the pack's number and what it takes."""

    pack: int
    draws: tuple[Draw, ...]


class Plan(NamedTuple):
    """Applications in the order of the search, and their worth."""

    worth: int
    steps: tuple[Step, ...]


class _Held(NamedTuple):
    """What is left of a group: guests of lines already begun, and the sizes of untouched lines, smallest first."""

    loose: int
    whole: tuple[int, ...]


_State = tuple[_Held, ...]
_NOTHING = Plan(0, ())


def takes_lines(need: PackNeed) -> bool:
    """Tell whether a need takes whole lines; a unit of massage is one guest's massage, so massages never do."""
    return need.counted == "units" and need.kind != "massage"


def accepts(pack: Pack, unit: Unit) -> bool:
    """Tell whether a unit may serve a pack at all: its kind, its day, and for a night the length of its stay."""
    return (
        any(need.kind == unit.kind for need in pack.needs)
        and (not pack.weekdays or weekday_of(unit.day) in pack.weekdays)
        and (pack.dates is None or unit.day in pack.dates)
        and (unit.kind != "cabin" or unit.nights >= pack.min_nights)
    )


def ranked(packs: Sequence[Pack]) -> list[int]:
    """Return the numbers of the packs that save anything, highest priority first, then in the catalogue's order."""
    return sorted((n for n, pack in enumerate(packs) if pack.discount and pack.needs), key=lambda n: -packs[n].priority)


def _worths(packs: Sequence[Pack]) -> dict[int, int]:
    """Return what one application is worth: its discount, and as smaller digits its rank, which decides ties."""
    order = ranked(packs)
    count = len(order)
    return {n: packs[n].discount * _RADIX**count + _RADIX ** (count - 1 - rank) for rank, n in enumerate(order)}


def grouped(packs: Sequence[Pack], units: Sequence[Unit]) -> dict[Group, list[Unit]]:
    """Return the units by day and by the packs that accept them, in a fixed order; useless ones are left out."""
    groups: dict[Group, list[Unit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: (unit.day, unit.kind, unit.guests, unit.line)):
        able = tuple(n for n in ranked(packs) if accepts(packs[n], unit))
        if able and unit.guests > 0:
            groups[Group(unit.kind, unit.day, able)].append(unit)
    return groups


def pool_of(packs: Sequence[Pack], group: Group) -> Group | None:
    """Return where the leftovers of a day's group go; None when no pack takes them together with other days'."""
    able = tuple(n for n in group.packs if not packs[n].same_day)
    return Group(group.kind, None, able) if able else None


def best(packs: Sequence[Pack], units: Sequence[Unit]) -> Plan:
    """Return the plan of the highest worth."""
    groups = grouped(packs, units)
    pools = sorted({pool for group in groups if (pool := pool_of(packs, group))})
    worths = _worths(packs)
    lined = {need.kind for pack in packs for need in pack.needs if takes_lines(need)}
    states: dict[_State, Plan] = {tuple(_Held(0, ()) for _ in pools): _NOTHING}
    for day in sorted({unit.day for units_of in groups.values() for unit in units_of}):
        of_day = [group for group in groups if group.day == day]
        full = tuple(_held([unit.guests for unit in groups[g]], whole=g.kind in lined) for g in of_day)
        outcomes = {full: _NOTHING}
        for number, worth in worths.items():
            if packs[number].same_day:
                outcomes = _applied(outcomes, packs[number], number, worth, of_day)
        states = _joined(states, _pooled(packs, outcomes, of_day, pools))
    for number, worth in worths.items():
        if not packs[number].same_day:
            states = _applied(states, packs[number], number, worth, pools)
    return max(states.values(), key=lambda plan: plan.worth)


def _held(sizes: list[int], *, whole: bool) -> _Held:
    """Lines count one by one only where some pack takes whole ones; elsewhere their guests are all that matters."""
    return _Held(0, tuple(sorted(sizes))) if whole else _Held(sum(sizes), ())


def _keep(states: dict[_State, Plan], state: _State, plan: Plan) -> bool:
    """Remember a plan if it is the first or a better one to leave `state` behind."""
    known = states.get(state)
    if known is not None and known.worth >= plan.worth:
        return False
    states[state] = plan
    return True


def _applied(
    states: dict[_State, Plan], pack: Pack, number: int, worth: int, groups: Sequence[Group]
) -> dict[_State, Plan]:
    """Return the states after any number of further applications of one pack."""
    places = [[i for i, g in enumerate(groups) if g.kind == need.kind and number in g.packs] for need in pack.needs]
    if not all(places):
        return states
    found, level = dict(states), states
    while level:
        following: dict[_State, Plan] = {}
        for state, plan in level.items():
            for left, draws in _drawn(state, list(zip(pack.needs, places, strict=True)), groups):
                further = Plan(plan.worth + worth, (*plan.steps, Step(number, draws)))
                if _keep(found, left, further):
                    following[left] = further
        level = following
    return found


def _drawn(
    state: _State, needs: list[tuple[PackNeed, list[int]]], groups: Sequence[Group]
) -> Iterator[tuple[_State, tuple[Draw, ...]]]:
    """Yield every way to take all of `needs` from a state: what is left, and what was taken where."""
    if not needs:
        yield state, ()
        return
    (need, places), *others = needs
    for left, draws in _split(state, places, need.at_least, takes_lines(need), groups):
        for rest, further in _drawn(left, others, groups):
            yield rest, draws + further


def _split(
    state: _State, places: list[int], amount: int, whole: bool, groups: Sequence[Group]
) -> Iterator[tuple[_State, tuple[Draw, ...]]]:
    """Yield every way to take an amount from several groups. Within a group one way is as good as any: see `_less`."""
    if not amount:
        yield state, ()
    if not amount or not places:
        return
    first, *others = places
    for part in range(amount, 0, -1) if others else (amount,):
        if (held := _less(state[first], part, whole)) is not None:
            left = (*state[:first], held, *state[first + 1 :])
            for rest, further in _split(left, others, amount - part, whole, groups):
                yield rest, (Draw(groups[first], whole, part), *further)
    if others:
        yield from _split(state, others, amount, whole, groups)


def _less(held: _Held, amount: int, whole: bool) -> _Held | None:
    """Take lines from the smallest on, or guests from lines already begun, then from the largest; None: too few.

    Nothing better can be left behind: exchanging a larger line for a smaller one only frees guests, and the other way
    round only keeps more lines whole.
    """
    loose, sizes = held
    if whole:
        return _Held(loose, sizes[amount:]) if len(sizes) >= amount else None
    while loose < amount and sizes:
        loose, sizes = loose + sizes[-1], sizes[:-1]
    return _Held(loose - amount, sizes) if loose >= amount else None


def _pooled(
    packs: Sequence[Pack], outcomes: dict[_State, Plan], groups: list[Group], pools: list[Group]
) -> dict[_State, Plan]:
    """Return the outcomes of a day by what they leave to packs that take any days."""
    homes = [pool_of(packs, group) for group in groups]
    left: dict[_State, Plan] = {}
    for state, plan in outcomes.items():
        _keep(left, tuple(_sum(h for h, home in zip(state, homes, strict=True) if home == p) for p in pools), plan)
    return left


def _joined(states: dict[_State, Plan], outcomes: dict[_State, Plan]) -> dict[_State, Plan]:
    """Return the states before a day, each followed by each outcome of the day."""
    joined: dict[_State, Plan] = {}
    for state, plan in states.items():
        for left, of_day in outcomes.items():
            merged = tuple(_sum(pair) for pair in zip(state, left, strict=True))
            _keep(joined, merged, Plan(plan.worth + of_day.worth, plan.steps + of_day.steps))
    return joined


def _sum(parts: Iterable[_Held]) -> _Held:
    loose, sizes = 0, list[int]()
    for held in parts:
        loose += held.loose
        sizes += held.whole
    return _Held(loose, tuple(sorted(sizes)))
