"""A reconciled day as staff see it, on screen and as a sheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ..core.clock import spa_time
from ..core.shapes import View
from ..core.texts import Lang, sentence
from ..items.model import ItemKind
from .days import Day
from .entry import Entry, EntryKind
from .tally import Difference, sums

COLUMNS = ("day", "method", "movement", "order", "payment", "refund", "ref", "amount", "fee", "net")
_FORMULA = ("=", "+", "-", "@")
_BOM = "\ufeff"  # by it a spreadsheet knows that the text is UTF-8


class SumsView(View):
    """What a day's movements come to, CLP; `fees` and `net` are of what was received."""

    received: int
    fees: int
    net: int
    refunded: int
    charged_back: int
    won_back: int


class DifferenceView(View):
    """A movement on which the two sides do not agree: its kind, in words too, which movement, and both amounts."""

    kind: ItemKind
    title: str
    of: EntryKind
    ours: int
    theirs: int
    payment: str | None
    order: str | None
    ref: str | None


class MethodView(View):
    """A day of one method. `theirs` is null while nobody has compared it, and for transfers, which no provider lists.

    `whole`: all of it is listed. `closed_at`: since when it is whole and ties to the peso.
    """

    method: str
    ours: SumsView
    theirs: SumsView | None
    whole: bool
    closed_at: datetime | None
    looked_at: datetime | None
    differences: list[DifferenceView]


class LedgerDayView(View):
    """A day of every method."""

    day: date
    methods: list[MethodView]


class ClosedView(View):
    """A day of one method in the list of days: what it came to, how much differs, since when it is closed."""

    method: str
    received: int
    net: int
    differences: int
    whole: bool
    closed_at: datetime | None


class ListedDay(View):
    """A day in the list of days, with the methods that were compared."""

    day: date
    methods: list[ClosedView]


class LedgerDays(View):
    """The days of a span that were compared, the newest first."""

    days: list[ListedDay]


@dataclass(frozen=True, slots=True)
class Books:
    """What is known of a day of one method: our movements, and the last comparison."""

    method: str
    entries: Sequence[Entry]
    compared: Day | None


def day_view(day: date, books: Iterable[Books], lang: Lang) -> LedgerDayView:
    """Return a day as staff see it."""
    return LedgerDayView(day=day, methods=[_method(one, lang) for one in books])


def days_view(found: Iterable[Day]) -> LedgerDays:
    """Return the list of days."""
    by_day: dict[date, list[ClosedView]] = {}
    for one in found:
        by_day.setdefault(one.day, []).append(ClosedView(
            method=one.method, received=one.ours.received, net=one.ours.net, differences=len(one.differences),
            whole=one.whole, closed_at=_local(one.closed_at)))
    return LedgerDays(days=[ListedDay(day=day, methods=by_day[day]) for day in sorted(by_day, reverse=True)])


def sheet(books: Iterable[Books], day: date, lang: Lang) -> str:
    """Return a day as CSV: our movements, what went out negative, then what the provider's list has more or less.

    The amounts of one method sum up to what moved by the provider's list.
    """
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    write.writerow(sentence(f"ledger.column.{name}", lang) for name in COLUMNS)
    for one in books:
        write.writerows(_safe(row) for row in _rows(one, day, lang))
    return _BOM + out.getvalue()


def _rows(books: Books, day: date, lang: Lang) -> Iterator[tuple[str | int, ...]]:
    for entry in books.entries:
        yield (day.isoformat(), books.method, sentence(f"ledger.{entry.kind}", lang), entry.order, entry.payment,
               entry.number or "", entry.ref, _signed(entry.kind, entry.amount), _or_nothing(entry.fee),
               _or_nothing(entry.net))
    for one in books.compared.differences if books.compared else ():
        more = one.theirs - one.ours
        moved, fee = (0, more) if one.kind is ItemKind.FEE_DIFFERS else (_signed(one.of, more), "")
        yield (day.isoformat(), books.method, sentence(f"item.{one.kind}", lang), one.order, one.payment, "", one.ref,
               moved, fee, "")


def _method(books: Books, lang: Lang) -> MethodView:
    compared = books.compared
    return MethodView(
        method=books.method, ours=SumsView(**asdict(sums(books.entries))),
        theirs=SumsView(**asdict(compared.theirs)) if compared else None, whole=bool(compared and compared.whole),
        closed_at=_local(compared.closed_at) if compared else None,
        looked_at=_local(compared.looked_at) if compared else None,
        differences=[_difference(one, lang) for one in compared.differences] if compared else [])


def _difference(one: Difference, lang: Lang) -> DifferenceView:
    return DifferenceView(kind=one.kind, title=sentence(f"item.{one.kind}", lang), of=one.of, ours=one.ours,
                          theirs=one.theirs, payment=one.payment or None, order=one.order or None, ref=one.ref or None)


def _signed(kind: EntryKind, amount: int) -> int:
    return -amount if kind.back else amount


def _or_nothing(value: int | None) -> int | str:
    return "" if value is None else value


def _safe(row: tuple[str | int, ...]) -> list[str | int]:
    """Return a row in which no text of others is a formula."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row]


def _local(at: datetime | None) -> datetime | None:
    return spa_time(at) if at else None
