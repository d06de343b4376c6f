"""Requests, units and time of each journey, with little and with much in the tables."""

import time
from collections.abc import Callable
from typing import Any

from infra.bench import load
from infra.bench.report import Part, Row
from tests.support import bills, journey
from tests.support.meter import Bill
from tests.support.promise import Promise

FEW = 2_000
SHEETS_FROM = "2026-12-21"
ROUNDS = 40
MASSAGE_MONTH_MS = 60
_GROWTH = ("The emulator walks through a tub's whole partition for each Query: that is how the time of a day and of a "
           "month grows. DynamoDB seeks by the sort key for the same units (not measured here), and TTL keeps about "
           "580 sheets of a tub.")


def part(order: dict[str, Any], *, orders: int, seconds: float) -> Part:
    """Measure everything with FEW orders loaded and again with `orders`, or as many as `seconds` allow."""
    few = load.load(order["order"], orders=FEW, seconds=seconds)
    before, quick = _bills("2026-12-09"), _times(order)
    many = few + load.load(order["order"], orders=orders, seconds=seconds, skip=FEW)
    after, slow = _bills("2026-12-13"), _times(order)
    rows = [_row(name, promise, before[name], after[name]) for name, promise in bills.PROMISES.items()]
    rows.append(Row("scans on a request path", "0", str(sum(bill.scans for bill in after.values())),
                    not any(bill.scans for bill in after.values())))
    rows.append(Row(f"requests and units with {many:,} orders, against {few:,}", "the same",
                    "the same" if _same(before, after) else "differ", _same(before, after)))
    rows += [Row(f"time of {name}, the least of {ROUNDS} on the emulator", "the same",
                 f"{quick[name]:.1f} ms → {slow[name]:.1f} ms", slow[name] <= 1.5 * quick[name] + 1) for name in quick]
    cpu = _cpu_of_massages()
    rows.append(Row(f"CPU of a massage over a month, the least of {ROUNDS}", f"≤ {MASSAGE_MONTH_MS} ms",
                    f"{cpu:.1f} ms", cpu <= MASSAGE_MONTH_MS))
    wanted = "" if many >= orders else f" (of {orders:,} wanted: the emulator took no more in {seconds:.0f} s)"
    how = ("Counted at the botocore layer in a warm container; one that has not asked for 60 s adds one GetItem "
           "(≤ 2 units) for the catalogue. Units as the emulator reports them; those of BatchGetItem by the "
           f"documented formula. The second figure is with {many:,} orders loaded{wanted}: with their facts, "
           f"payments and the day sheets of {many // load.PER_DAY:,} sold-out days; the month looked "
           "at is sold out in both. " + _GROWTH)
    return Part("journeys", "Requests and units", how, rows)


def _bills(day: str) -> dict[str, Bill]:
    with journey.world() as world:
        return bills.bills(world, book_on=day, look_from=SHEETS_FROM)


def _same(before: dict[str, Bill], after: dict[str, Bill]) -> bool:
    return all([(r.operation, r.units) for r in before[name].requests] ==
               [(r.operation, r.units) for r in after[name].requests] for name in before)


def _row(name: str, promise: Promise, before: Bill, after: Bill) -> Row:
    bar = [f"≤ {promise.reads} reads"]
    bar += [f"≤ {promise.read_units:g} units"] if promise.read_units else []
    bar += [f"{promise.transactions} transaction"] if promise.transactions else []
    bar += [f"≤ {promise.write_units:g} write units"] if promise.write_units else []
    bar += [f"{promise.writes} writes beside it"] if promise.writes else []
    return Row(name, ", ".join(bar), f"{_said(before)} → {_said(after)}",
               promise.kept_by(before) and promise.kept_by(after))


def _said(bill: Bill) -> str:
    said = [f"{bill.reads} reads ({bill.read_units:g} RU)"]
    if bill.transactions:
        said.append(f"{bill.transactions} transaction")
    if bill.writes:
        said.append(f"{bill.writes} writes")
    return ", ".join(said) + (f" ({bill.write_units:g} WU)" if bill.write_units else "")


def _times(order: dict[str, Any]) -> dict[str, float]:
    """Return the least milliseconds of three reading requests."""
    with journey.world():
        asks: dict[str, Callable[[], journey.Reply]] = {
            "a day": lambda: journey.send("GET", bills.day_path(SHEETS_FROM)),
            "a month": lambda: journey.send("GET", bills.month_path(SHEETS_FROM)),
            "an order": lambda: journey.send("GET", f"/api/reservas/{order['order']}", token=order["token"]),
        }
        return {name: _least(ask) for name, ask in asks.items()}


def _cpu_of_massages() -> float:
    """Return the least CPU milliseconds of a month of massages, edge and all (sold out: tests/budgets)."""
    path = bills.LOOKS["availability of a massage over a month"](SHEETS_FROM)
    spent = []
    with journey.world():
        for _ in range(ROUNDS):
            begun = time.process_time()
            journey.send("GET", path)
            spent.append(1000 * (time.process_time() - begun))
    return min(spent)


def _least(ask: Callable[[], journey.Reply]) -> float:
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - begun))
    return min(spent)
