"""Taking and letting go of slots: steps of a transaction that belongs to a cart or an order.

A claim is a cart or order line's id, and its own fencing token: what is not ours can't be confirmed or released.

    time ──────────────────────────────────────────────────────►
    hold        ├── ours until u ──┤ lapsed: anybody's by condition
    confirmed   ├── ours, no u: until released ─────────────────►
    take wins   where the tick is   absent │ lapsed (u < now) │ already ours (h = claim)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from ..aws.transactions import Transaction
from ..core.clock import at_spa, epoch
from ..core.errors import Conflict, DomainError
from .days import Tick
from .sheets import Claimed, Occupied
from .table import KEPT_DAYS, Sheet


def take(
    tx: Transaction,
    claim: str,
    spot: Occupied,
    until: datetime | None,
    now: datetime,
    otherwise: DomainError | None = None,
) -> None:
    """Add the steps that take a spot: held until `until`, or confirmed when that is None.

    Taking what is already ours renews, extends or confirms it. One step per day sheet; the commit raises `otherwise`
    (default Conflict("slot_taken")) if any tick is another's.
    """
    take_all(tx, [Claimed(claim, spot)], until, now, otherwise)


def take_all(
    tx: Transaction,
    claims: Iterable[Claimed],
    until: datetime | None,
    now: datetime,
    otherwise: DomainError | None = None,
) -> None:
    """Add the steps that take the spots of several claims together, as `take` does for one.

    Claims on one day sheet share a step, since a transaction may touch an item only once. Raises `otherwise` at once
    when two of the claims are after the same tick, as a lapsed line and the one picked in its stead may be.
    """
    refusal = otherwise or Conflict("slot_taken")
    for (partition, sort), (day, wanted) in _by_sheet(claims).items():
        if len({tick for tick, _ in wanted}) < len(wanted):
            raise refusal
        actions: list[Action] = [Path(tick).set(_mark(claim, until)) for tick, claim in wanted]
        actions.append(Sheet.expires.set(expires_of(day)))
        may_have = [_absent(tick) | _lapsed(tick, now) | _ours(tick, claim) for tick, claim in wanted]
        tx.update(
            Sheet(partition, sort),
            actions=actions,
            condition=reduce(and_, may_have),
            otherwise=refusal,
        )


def release(tx: Transaction, claim: str, spot: Occupied, otherwise: DomainError | None = None) -> None:
    """Add the steps that let go of a spot; the commit raises `otherwise` (default Conflict("not_held")) if a tick is
    not, or no longer, ours. A lapsed hold needs no release: it loses by condition.
    """
    release_all(tx, [Claimed(claim, spot)], otherwise)


def release_all(tx: Transaction, claims: Iterable[Claimed], otherwise: DomainError | None = None) -> None:
    """Add the steps that let go of the spots of several claims together, as `release` does for one."""
    for (partition, sort), (_, wanted) in _by_sheet(claims).items():
        tx.update(
            Sheet(partition, sort),
            actions=[Path(tick).remove() for tick, _ in wanted],
            condition=reduce(and_, [_ours(tick, claim) for tick, claim in wanted]),
            otherwise=otherwise or Conflict("not_held"),
        )


def exchange(
    tx: Transaction,
    released: Iterable[Claimed],
    taken: Iterable[Claimed],
    now: datetime,
    otherwise: DomainError | None = None,
) -> None:
    """Add the steps that give up confirmed spots for others, which are confirmed at once: all of it or nothing.

    One step per day sheet, also when both are on it. A tick may go from one of the claims to another. The commit raises
    `otherwise` (default Conflict("slot_taken")) when a new tick is another's, or an old one no longer ours.
    """
    refusal = otherwise or Conflict("slot_taken")
    old, new = _by_sheet(released), _by_sheet(taken)
    for partition, sort in old.keys() | new.keys():
        day, wanted = new.get((partition, sort)) or (old[partition, sort][0], [])
        had = dict(old[partition, sort][1]) if (partition, sort) in old else {}
        have = dict(wanted)
        if len(have) < len(wanted):
            raise refusal
        actions: list[Action] = [Path(tick).set(_mark(claim, None)) for tick, claim in have.items()]
        actions += [Path(tick).remove() for tick in had if tick not in have]
        if have:
            actions.append(Sheet.expires.set(expires_of(day)))
        conditions = [_ours(tick, claim) for tick, claim in had.items()]
        conditions += [_absent(tick) | _lapsed(tick, now) | _ours(tick, claim)
                       for tick, claim in have.items() if tick not in had]
        tx.update(Sheet(partition, sort), actions=actions, condition=reduce(and_, conditions), otherwise=refusal)


def _by_sheet(claims: Iterable[Claimed]) -> dict[tuple[str, str], tuple[date, list[tuple[Tick, str]]]]:
    """Sort the ticks of all claims by the item they are on."""
    sheets: dict[tuple[str, str], tuple[date, list[tuple[Tick, str]]]] = {}
    for claim, spot in claims:
        for place in spot.places:
            _, wanted = sheets.setdefault(place.key, (place.day, []))
            wanted.extend((tick, claim) for tick in place.ticks)
    return sheets


def _mark(claim: str, until: datetime | None) -> dict[str, Any]:
    return {"h": claim} if until is None else {"h": claim, "u": epoch(until)}


def _absent(tick: Tick) -> Condition:
    return Path(tick).does_not_exist()


def _lapsed(tick: Tick, now: datetime) -> Condition:
    return Path([tick, "u"]) < epoch(now)


def _ours(tick: Tick, claim: str) -> Condition:
    return Path([tick, "h"]) == claim


def expires_of(day: date) -> int:
    """Return when a day's sheet may be forgotten (epoch seconds)."""
    return epoch(at_spa(day + timedelta(days=KEPT_DAYS), time(6)))
